/** The bits of the engine on small odd models of every kind, as hashes; runs in Node and in browsers, which must give the same. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { ATTENTION_KINDS, LLAMA, type ModelConfig } from '../../transformer/config.ts';
import { initialParameters } from '../../transformer/initialise.ts';
import { type Parameters, parameterCount } from '../../transformer/parameters.ts';
import { randomGenerator } from '../../transformer/random.ts';
import type { Batch, Inspection, StepHyper } from '../engine.ts';
import { createKernelsEngine } from './engine.ts';
import type { WorkerPort } from './worker-port.ts';

const base: ModelConfig = {
  vocabularySize: 37,
  contextLength: 27,
  layers: 3,
  heads: 3,
  width: 30,
  hiddenWidth: 41,
  ropeBase: 10_000,
  normEpsilon: 1e-5,
  ...LLAMA,
};

/** One part exchanged for another, or several that meet in one model. */
const kinds: Record<string, Partial<ModelConfig>> = {
  ...Object.fromEntries(
    ATTENTION_KINDS.filter((kind) => kind !== 'softmax').map((kind) => [kind, { attention: kind }]),
  ),
  window: { window: { length: 5, first: 2 } },
  'learned positions': { positions: 'learned', width: 27 },
  'no positions': { positions: 'none', width: 33 },
  'layer norm': { norm: 'layer' },
  'relu mlp': { mlp: 'relu' },
  'no mlp': { mlp: 'none' },
  'tied head': { tiedHead: true },
  'several kinds': {
    ...{ attention: 'key-bias', window: { length: 9, first: 0 }, positions: 'learned', norm: 'layer', mlp: 'relu' },
    ...{ tiedHead: true, width: 21 },
  },
};

const hyper: StepHyper = { learningRate: 6e-3, weightDecay: 0.1, clipNorm: 1, beta1: 0.9, beta2: 0.95, epsilon: 1e-8 };

function batchOf(purpose: string): Batch {
  const { below } = randomGenerator(purpose);
  const [sequences, length] = [13, 27];
  const draw = (choices: number, lowest = 0) =>
    Int32Array.from({ length: sequences * length }, () => lowest + below(choices));
  return { sequences, length, inputs: draw(37), targets: draw(38, -1), documents: draw(3) };
}

interface Run {
  /** Losses and gradient norms of ten steps. */
  losses: Float64Array;
  /** A checkpoint after them without its header: parameters and moments. */
  state: Uint8Array;
  inspection: Inspection;
  gradients: Parameters;
}

/** @param startWorkers called for each engine, which owns what it returns */
async function train(module: WebAssembly.Module, config: ModelConfig, startWorkers: () => WorkerPort[]): Promise<Run> {
  const engine = await createKernelsEngine(config, initialParameters(config, 0), { module, workers: startWorkers() });
  const losses: number[] = [];
  for (let step = 0; step < 10; step++) {
    const { loss, gradientNorm } = await engine.step(batchOf(`bits/${step}`), hyper);
    losses.push(loss, gradientNorm);
  }
  const batch = batchOf('bits/inspection');
  const inspection = await engine.inspect(batch, { attention: true, states: true, valueNorms: true, logits: true });
  const gradients = await engine.gradients(batch);
  const checkpoint = await engine.checkpoint();
  const state = checkpoint.slice(checkpoint.length - 3 * 4 * parameterCount(config));
  engine.dispose();
  return { losses: Float64Array.from(losses), state, inspection, gradients };
}

/** Little-endian machines only, which all that run WebAssembly engines of today are. */
function hash(values: ArrayBufferView): string {
  return bytesToHex(sha256(new Uint8Array(values.buffer, values.byteOffset, values.byteLength)));
}

/** One hash of several arrays, in the order of their names. */
function hashAll(arrays: object): string {
  const named = Object.entries(arrays as Record<string, ArrayBufferView>).sort(([a], [b]) => (a < b ? -1 : 1));
  return bytesToHex(sha256(new TextEncoder().encode(named.map(([name, values]) => `${name} ${hash(values)}`).join())));
}

/**
 * @param module the compiled `kernels.wasm`
 * @param startWorkers called for each engine, which owns what it returns
 */
export async function bitsOf(
  module: WebAssembly.Module,
  startWorkers: () => WorkerPort[] = () => [],
): Promise<Record<string, string>> {
  const { losses, state, inspection, gradients } = await train(module, base, startWorkers);
  const bits: Record<string, string> = { losses: hash(losses), state: hash(state) };
  for (const [part, values] of Object.entries(inspection)) bits[part] = hash(values);
  for (const [name, values] of Object.entries(gradients)) bits[`gradient of ${name}`] = hash(values);
  for (const [kind, parts] of Object.entries(kinds)) {
    const run = await train(module, { ...base, ...parts }, startWorkers);
    bits[`${kind}: losses`] = hash(run.losses);
    bits[`${kind}: state`] = hash(run.state);
    bits[`${kind}: inspection`] = hashAll(run.inspection);
    bits[`${kind}: gradients`] = hashAll(run.gradients);
  }
  return bits;
}
