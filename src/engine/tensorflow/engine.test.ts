/** The TensorFlow.js engine as an engine: training, checkpoints, memory, bad input, bits. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { toFloat64 } from '../../../tests/support/float64-model.ts';
import { LLAMA, type ModelConfig } from '../../transformer/config.ts';
import { initialParameters } from '../../transformer/initialise.ts';
import { parameterCount, parameterShapes } from '../../transformer/parameters.ts';
import { CheckpointError } from '../checkpoint.ts';
import { randomBatch, randomParameters, relativeDifference } from '../engine.fixture.ts';
import type { Batch, Engine, StepHyper } from '../engine.ts';
import { EngineInputError } from '../validate.ts';
import { createTensorflowEngine, type Device, TENSORFLOW_ENGINE_VERSION } from './engine.ts';

const TOLERANCE = 1e-4;
const config: ModelConfig = {
  vocabularySize: 7,
  contextLength: 6,
  layers: 2,
  heads: 2,
  width: 8,
  hiddenWidth: 5,
  ropeBase: 10_000,
  normEpsilon: 1e-5,
  ...LLAMA,
};
const hyper: StepHyper = {
  learningRate: 1e-2,
  weightDecay: 0.1,
  clipNorm: 0.5,
  beta1: 0.9,
  beta2: 0.95,
  epsilon: 1e-8,
};
const devices: Device[] = ['cpu', 'wasm'];

async function withEngine(device: Device, model: ModelConfig, use: (engine: Engine) => Promise<void>, seed = 'engine') {
  const engine = await createTensorflowEngine(model, randomParameters(model, seed), { device });
  try {
    await use(engine);
  } finally {
    engine.dispose();
  }
}

/** Each tensor that some kind has; none of the vectors decays. */
const kinds: Partial<ModelConfig>[] = [
  {},
  { attention: 'sink-logit', positions: 'learned' },
  { attention: 'key-bias', tiedHead: true },
  { attention: 'gated', mlp: 'relu' },
];

describe.each(devices)('%s', (device) => {
  it.each(kinds)('takes ten clipped steps of AdamW as float64 does: %j', async (kind) => {
    const model = { ...config, ...kind };
    await withEngine(device, model, async (engine) => {
      const parameters = toFloat64(await engine.parameters());
      const zeros = () =>
        Object.fromEntries(Object.keys(parameters).map((name) => [name, parameters[name]!.map(() => 0)]));
      const [first, second] = [zeros(), zeros()];
      for (let step = 1; step <= 10; step++) {
        const batch = randomBatch(model, `step ${step}`, { sequences: 3 });
        const gradients = toFloat64(await engine.gradients(batch));
        const squares = Object.values(gradients).flatMap((values) => Array.from(values, (value) => value * value));
        const norm = Math.sqrt(squares.reduce((a, b) => a + b, 0));
        expect((await engine.step(batch, hyper)).gradientNorm / norm).toBeCloseTo(1, 5);
        for (const { name } of parameterShapes(model)) {
          for (let i = 0; i < parameters[name]!.length; i++) {
            const g = gradients[name]![i]! * Math.min(1, hyper.clipNorm / norm);
            const m = hyper.beta1 * first[name]![i]! + (1 - hyper.beta1) * g;
            const v = hyper.beta2 * second[name]![i]! + (1 - hyper.beta2) * g * g;
            [first[name]![i], second[name]![i]] = [m, v];
            const direction =
              m / (1 - hyper.beta1 ** step) / (Math.sqrt(v / (1 - hyper.beta2 ** step)) + hyper.epsilon);
            const decay = /norm|sinkLogit|keyBias/.test(name) ? 0 : hyper.weightDecay * parameters[name]![i]!;
            parameters[name]![i]! -= hyper.learningRate * (direction + decay);
          }
        }
      }
      const trained = await engine.parameters();
      for (const { name } of parameterShapes(model)) {
        expect(relativeDifference(trained[name]!, parameters[name]!), name).toBeLessThanOrEqual(TOLERANCE);
      }
    });
  });
  const losses = async (engine: Engine, from: number, to: number) => {
    const seen = [];
    for (let step = from; step < to; step++) {
      seen.push(await engine.step(randomBatch(config, `batch ${step}`, { sequences: 4 }), hyper));
    }
    return seen;
  };

  it('gives the same bits for the same seed, and goes on to the same bits from a checkpoint', async () => {
    const make = () => createTensorflowEngine(config, initialParameters(config, 3), { device });
    const [whole, again, resumed] = [await make(), await make(), await make()];
    const expected = await losses(whole, 0, 6);
    expect(await losses(again, 0, 6)).toEqual(expected);

    const first = await createTensorflowEngine(config, initialParameters(config, 3), { device });
    await losses(first, 0, 3);
    await resumed.restore(await first.checkpoint());
    expect(await losses(resumed, 3, 6)).toEqual(expected.slice(3));
    expect(await resumed.checkpoint()).toEqual(await whole.checkpoint());
    for (const engine of [whole, again, resumed, first]) engine.dispose();
  });

  it('keeps no tensor of a step, an evaluation or an inspection', async () => {
    await withEngine(device, config, async (engine) => {
      const batch = randomBatch(config, 'leak', { sequences: 2 });
      const round = async () => {
        await engine.step(batch, hyper);
        await engine.evaluate(batch);
        await engine.gradients(batch);
        await engine.inspect(batch, { attention: true, states: true, valueNorms: true });
        await engine.restore(await engine.checkpoint());
        await engine.load(await engine.parameters());
      };
      await round();
      const before = tf.memory().numTensors;
      for (let i = 0; i < 3; i++) await round();
      expect(tf.memory().numTensors).toBe(before);
    });
  });

  it('frees everything when disposed, and then says that it was', async () => {
    const before = tf.memory().numTensors;
    const engine = await createTensorflowEngine(config, initialParameters(config, 0), { device });
    await losses(engine, 0, 1);
    engine.dispose();
    await expect(engine.parameters()).rejects.toThrow(/disposed/);
    const other = await createTensorflowEngine(config, initialParameters(config, 0), { device });
    other.dispose();
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(tf.memory().numTensors).toBe(before);
  });

  it('returns only what was asked for', async () => {
    await withEngine(device, config, async (engine) => {
      const seen = await engine.inspect(randomBatch(config, 'ask', { sequences: 1 }), { valueNorms: true });
      expect(Object.keys(seen)).toEqual(['valueNorms']);
    });
  });

  it('refuses what cannot be, naming it, and stays usable', async () => {
    await withEngine(device, config, async (engine) => {
      const good = randomBatch(config, 'good', { sequences: 1 });
      const bad: [string, Partial<Batch>][] = [
        ['inputs', { inputs: good.inputs.map(() => config.vocabularySize) }],
        ['targets', { targets: new Int32Array(3) }],
        ['length', { length: config.contextLength + 1 }],
      ];
      for (const [field, change] of bad) {
        const error = await Promise.resolve(engine.step({ ...good, ...change }, hyper)).catch(
          (reason: unknown) => reason,
        );
        expect(error).toBeInstanceOf(EngineInputError);
        expect((error as EngineInputError).field).toBe(field);
      }
      await expect(engine.restore((await engine.checkpoint()).slice(0, -4))).rejects.toThrow(CheckpointError);
      const broken = await engine.parameters();
      broken.head![0] = Number.NaN;
      await expect(engine.load(broken)).rejects.toThrow(/head: must be finite/);
      expect((await engine.evaluate(good)).loss).toBeGreaterThan(0);
    });
  });

  it('keeps the parameters when a step diverges', async () => {
    await withEngine(device, config, async (engine) => {
      const batch = randomBatch(config, 'diverge', { sequences: 2 });
      await engine.step(batch, { ...hyper, learningRate: 1e30 });
      const before = await engine.checkpoint();
      const { loss, gradientNorm } = await engine.step(batch, hyper);
      expect(Number.isFinite(loss) && Number.isFinite(gradientNorm)).toBe(false);
      expect(await engine.checkpoint()).toEqual(before);
    });
  });
});

it('lets engines of two devices work at once', async () => {
  const make = (device: Device) => createTensorflowEngine(config, randomParameters(config, 'both'), { device });
  const [cpu, wasm] = [await make('cpu'), await make('wasm')];
  const batches = [1, 2, 3].map((i) => randomBatch(config, `both ${i}`, { sequences: 2 }));
  const all = await Promise.all(batches.flatMap((batch) => [cpu.step(batch, hyper), wasm.step(batch, hyper)]));
  for (let i = 0; i < all.length; i += 2) expect(all[i]!.loss / all[i + 1]!.loss).toBeCloseTo(1, 4);
  cpu.dispose();
  wasm.dispose();
});

/**
 * The bits of each version of the engine, on wasm: the hash of all parameters and moments after ten steps of the base
 * model. When this fails, the engine gives other bits than before: if that is meant, raise `TENSORFLOW_ENGINE_VERSION`
 * and add its line here.
 */
const GOLDEN: Record<string, string> = {
  'tensorflow/1': '15d786915fc356763ed10a92ee33a5fd658ef8ef4a71ce6f51c954fff96592b4',
};

it('gives the golden bits of its version', async () => {
  const engine = await createTensorflowEngine(config, initialParameters(config, 0), { device: 'wasm' });
  for (let step = 0; step < 10; step++) {
    await engine.step(randomBatch(config, `golden ${step}`, { sequences: 4, documents: step % 2 === 0 }), hyper);
  }
  // Without the checkpoint's header, which holds the configuration and so changes with its fields.
  const numbers = (await engine.checkpoint()).slice(-3 * 4 * parameterCount(config)) as Uint8Array<ArrayBuffer>;
  const digest = await crypto.subtle.digest('SHA-256', numbers);
  engine.dispose();
  expect(Buffer.from(digest).toString('hex')).toBe(GOLDEN[TENSORFLOW_ENGINE_VERSION]);
});
