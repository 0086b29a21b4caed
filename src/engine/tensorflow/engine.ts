/** The engine contract over TensorFlow.js: the model as `model.ts` defines it, gradients by automatic differentiation. */
import * as tf from '@tensorflow/tfjs-core';
import { checkConfig, type ModelConfig } from '../../transformer/config.ts';
import { type Parameters, parameterShapes, sizeOf } from '../../transformer/parameters.ts';
import { decodeCheckpoint, encodeCheckpoint } from '../checkpoint.ts';
import type { Batch, Engine, Inspect, Inspection, Pullback, StepHyper, StepResult } from '../engine.ts';
import { checkBatch, checkHyper, checkParameters, checkPullback } from '../validate.ts';
import type { RotaryTensors } from './attention.ts';
import { type Device, onDevice, startDevice, type WasmPaths } from './backend.ts';
import { type BatchTensors, batchTensors } from './batch-tensors.ts';
import { type Blocks, crossEntropy, embed, forward, type Observer, type ParameterTensors, runBlocks } from './model.ts';
import { adamw, decayMask, flatten, type Moments, unflatten } from './optimiser.ts';
import { rotaryTensors } from './rotary-tensors.ts';

export { type Device, DeviceError, type WasmPaths } from './backend.ts';

/** Raise it when the engine gives other bits: run ids hold it. A test holds the golden bits of each version. */
export const TENSORFLOW_ENGINE_VERSION = 'tensorflow/1';

export interface TensorflowOptions {
  device: Device;
  /** Where the wasm backend's files are; Node finds them without. */
  wasmPaths?: WasmPaths;
}

/**
 * Creates an engine with these parameters and an empty optimiser state.
 * @throws {ConfigError} {EngineInputError} for a model or parameters that cannot be
 * @throws {DeviceError} when the device cannot be used here
 */
export async function createTensorflowEngine(
  config: ModelConfig,
  parameters: Parameters,
  { device, wasmPaths }: TensorflowOptions,
): Promise<Engine> {
  checkConfig(config);
  checkParameters(config, parameters);
  await startDevice(device, wasmPaths);
  return onDevice(device, () => new TensorflowEngine(config, device, parameters));
}

class TensorflowEngine implements Engine {
  readonly config: ModelConfig;
  readonly #device: Device;
  readonly #names: readonly string[];
  readonly #decays: tf.Tensor1D;
  /** Constants of rotary positions by sequence length; none where positions are not rotary. */
  readonly #rotary = new Map<number, RotaryTensors>();
  /** In the order of `parameterShapes`. */
  #tensors: tf.Tensor[];
  #moments: Moments;
  #step = 0;
  #disposed = false;

  /** To be called on the device. */
  constructor(config: ModelConfig, device: Device, parameters: Parameters) {
    this.config = config;
    this.#device = device;
    this.#names = parameterShapes(config).map(({ name }) => name);
    this.#decays = decayMask(config);
    this.#tensors = this.#toTensors(parameters);
    this.#moments = this.#emptyMoments();
  }

  async step(batch: Batch, hyper: StepHyper): Promise<StepResult> {
    checkBatch(this.config, batch);
    checkHyper(hyper);
    return this.#onDevice(async () => {
      const { gradient, summary } = this.#withBatch(batch, (tensors) => {
        const { value, grads } = this.#lossAndGradients(tensors);
        const flat = flatten(grads);
        return { gradient: flat, summary: tf.stack([value, tf.sqrt(tf.sum(tf.square(flat)))]) };
      });
      const [loss, gradientNorm] = (await summary.data()) as unknown as [number, number];
      summary.dispose();
      // A step that went wrong changes nothing: the parameters before it are worth more than NaN.
      if (Number.isFinite(loss) && Number.isFinite(gradientNorm)) this.#update(gradient, hyper, gradientNorm);
      gradient.dispose();
      return { loss, gradientNorm };
    });
  }

  async evaluate(batch: Batch): Promise<{ loss: number }> {
    checkBatch(this.config, batch);
    return this.#onDevice(async () => {
      const value = this.#withBatch(batch, (tensors) => this.#loss(this.#tensors, tensors));
      const [loss] = await read(value);
      return { loss: loss! };
    });
  }

  async inspect(batch: Batch, what: Inspect): Promise<Inspection> {
    checkBatch(this.config, batch, false);
    return this.#onDevice(async () => {
      const seen = this.#withBatch(batch, (tensors) => this.#observe(tensors, what));
      const inspection: Inspection = {};
      for (const part of ['attention', 'states', 'valueNorms', 'logits'] as const) {
        const pieces = await Promise.all(seen[part].map(read));
        if (what[part]) inspection[part] = joined(pieces);
      }
      return inspection;
    });
  }

  async gradients(batch: Batch): Promise<Parameters> {
    checkBatch(this.config, batch);
    return this.#onDevice(async () => {
      const gradients = this.#withBatch(batch, (tensors) => this.#lossAndGradients(tensors).grads);
      return this.#named(await Promise.all(gradients.map(read)));
    });
  }

  async pullback(batch: Batch, what: Pullback): Promise<Float32Array> {
    checkBatch(this.config, batch, false);
    checkPullback(this.config, batch, what);
    return this.#onDevice(() => read(this.#withBatch(batch, (tensors) => this.#pullBack(tensors, what))));
  }

  async parameters(): Promise<Parameters> {
    return this.#onDevice(async () => this.#named(await Promise.all(this.#tensors.map(copyOf))));
  }

  async load(parameters: Parameters): Promise<void> {
    checkParameters(this.config, parameters);
    await this.#onDevice(() => this.#replace(this.#toTensors(parameters), this.#emptyMoments(), 0));
  }

  async checkpoint(): Promise<Uint8Array> {
    return this.#onDevice(async () => {
      const group = async (flat: tf.Tensor1D) => this.#cut(await copyOf(flat));
      return encodeCheckpoint(this.config, {
        step: this.#step,
        parameters: this.#named(await Promise.all(this.#tensors.map(copyOf))),
        firstMoments: await group(this.#moments.first),
        secondMoments: await group(this.#moments.second),
      });
    });
  }

  async restore(checkpoint: Uint8Array): Promise<void> {
    const { step, parameters, firstMoments, secondMoments } = decodeCheckpoint(this.config, checkpoint);
    await this.#onDevice(() => {
      const vector = (group: Parameters) => tf.tensor1d(joined(this.#names.map((name) => group[name]!)));
      const moments = { first: vector(firstMoments), second: vector(secondMoments) };
      this.#replace(this.#toTensors(parameters), moments, step);
    });
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    // Work under way goes first; nothing can be asked afterwards.
    void onDevice(this.#device, () => {
      tf.dispose([this.#tensors, this.#moments.first, this.#moments.second, this.#decays]);
      for (const { cos, sin, quarterTurn } of this.#rotary.values()) tf.dispose([cos, sin, quarterTurn]);
      this.#rotary.clear();
    });
  }

  #onDevice<T>(work: () => T | Promise<T>): Promise<T> {
    if (this.#disposed) return Promise.reject(new Error('this engine was disposed; create another'));
    return onDevice(this.#device, work);
  }

  /** Does some work with a batch's tensors and frees all but its result. */
  #withBatch<T extends tf.TensorContainer>(batch: Batch, work: (tensors: BatchTensors) => T): T {
    if (this.config.positions === 'rope' && !this.#rotary.has(batch.length)) {
      this.#rotary.set(batch.length, rotaryTensors(this.config, batch.length));
    }
    return tf.tidy(() => work(batchTensors(this.config, batch)));
  }

  #blocks(tensors: readonly tf.Tensor[], batch: BatchTensors): Blocks {
    const parameters: ParameterTensors = {};
    for (const [index, name] of this.#names.entries()) parameters[name] = tensors[index]!;
    return { config: this.config, parameters, batch, rotary: this.#rotary.get(batch.length) ?? null };
  }

  #loss(tensors: readonly tf.Tensor[], batch: BatchTensors): tf.Scalar {
    return crossEntropy(forward(this.#blocks(tensors, batch)), batch);
  }

  #lossAndGradients(batch: BatchTensors): { value: tf.Scalar; grads: tf.Tensor[] } {
    const loss = (...tensors: tf.Tensor[]) => this.#loss(tensors, batch);
    return tf.valueAndGrads(loss)(this.#tensors) as { value: tf.Scalar; grads: tf.Tensor[] };
  }

  #observe(batch: BatchTensors, what: Inspect) {
    const seen = {
      attention: [] as tf.Tensor[],
      states: [] as tf.Tensor[],
      valueNorms: [] as tf.Tensor[],
      logits: [] as tf.Tensor[],
    };
    const observer: Observer = {
      ...(what.attention && { attention: (weights) => seen.attention.push(tf.keep(weights)) }),
      ...(what.states && { state: (state) => seen.states.push(tf.keep(state)) }),
      ...(what.valueNorms && { values: (values) => seen.valueNorms.push(tf.norm(values, 2, -1)) }),
    };
    const logits = forward({ ...this.#blocks(this.#tensors, batch), observer });
    if (what.logits) seen.logits.push(logits);
    return seen;
  }

  #pullBack(batch: BatchTensors, { layer, cotangent, constantAttention = false }: Pullback): tf.Tensor {
    const blocks = { ...this.#blocks(this.#tensors, batch), constantAttention };
    const before = embed(blocks);
    // The clone is there for no block at all: a gradient needs an operation on its way.
    const after = (state: tf.Tensor) => tf.clone(runBlocks(blocks, state, layer));
    return tf.grad(after)(before, tf.tensor(cotangent.slice(), before.shape));
  }

  #update(gradient: tf.Tensor1D, hyper: StepHyper, gradientNorm: number): void {
    const { tensors, moments } = tf.tidy(() => {
      const parameters = flatten(this.#tensors);
      const step = this.#step + 1;
      const updated = adamw(parameters, gradient, this.#moments, this.#decays, hyper, step, gradientNorm);
      return { tensors: unflatten(this.config, updated.parameters), moments: { ...updated.moments } };
    });
    this.#replace(tensors, moments, this.#step + 1);
  }

  #replace(tensors: tf.Tensor[], moments: Moments, step: number): void {
    tf.dispose([this.#tensors, this.#moments.first, this.#moments.second]);
    this.#tensors = tensors;
    this.#moments = moments;
    this.#step = step;
  }

  #toTensors(parameters: Parameters): tf.Tensor[] {
    return parameterShapes(this.config).map(({ name, shape }) => tf.tensor(parameters[name]!.slice(), [...shape]));
  }

  #emptyMoments(): Moments {
    return { first: tf.zerosLike(this.#decays), second: tf.zerosLike(this.#decays) };
  }

  #named(arrays: readonly Float32Array[]): Parameters {
    return Object.fromEntries(this.#names.map((name, index) => [name, arrays[index]!]));
  }

  /** A vector over all parameters, cut into named tensors. */
  #cut(flat: Float32Array): Parameters {
    let offset = 0;
    const cut = parameterShapes(this.config).map(({ shape }) => {
      const start = offset;
      offset += sizeOf(shape);
      return flat.slice(start, offset);
    });
    return this.#named(cut);
  }
}

/** A tensor's numbers, copied out of the device's memory. */
async function copyOf(tensor: tf.Tensor): Promise<Float32Array> {
  return ((await tensor.data()) as Float32Array).slice();
}

/** The same, and the tensor is freed. */
async function read(tensor: tf.Tensor): Promise<Float32Array> {
  const values = await copyOf(tensor);
  tensor.dispose();
  return values;
}

function joined(pieces: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let offset = 0;
  for (const piece of pieces) {
    whole.set(piece, offset);
    offset += piece.length;
  }
  return whole;
}
