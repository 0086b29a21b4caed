/** The TensorFlow.js engine, of every kind of model, against a float64 model in plain loops and its differences. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  centralDifferences,
  directionalDerivative,
  float64Model,
  toFloat64,
} from '../../../tests/support/float64-model.ts';
import { ATTENTION_KINDS, LLAMA, type ModelConfig } from '../../transformer/config.ts';
import { type Parameters, parameterShapes } from '../../transformer/parameters.ts';
import { randomGenerator } from '../../transformer/random.ts';
import {
  anyModel,
  lossDifference,
  modelsWith,
  randomBatch,
  randomParameters,
  relativeDifference,
} from '../engine.fixture.ts';
import type { Engine } from '../engine.ts';
import { createTensorflowEngine, type Device } from './engine.ts';

const TOLERANCE = 1e-4;
/** The worst tensor measured differs by 2.8e-5, softpick's embedding; the base's worst by 1e-5. */
const GRADIENT_TOLERANCE = 5e-5;
/** For gradients of models drawn at random: in some, terms a thousand times larger cancel. */
const ANY_MODEL_TOLERANCE = 5e-3;
/** Nearer to a kink of the loss, differences say nothing: see `OracleResult.margin`. */
const LEAST_MARGIN = 1e-4;
const devices: Device[] = ['cpu', 'wasm'];

const base: ModelConfig = {
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
/** Every kind of every part, one at a time; odd widths where RoPE allows them. */
const variants: Partial<ModelConfig>[] = [
  ...ATTENTION_KINDS.map((attention) => ({ attention })),
  { window: { length: 2, first: 1 } },
  { window: { length: 3, first: 0 } },
  { positions: 'learned', width: 6 },
  { positions: 'none', width: 10 },
  { norm: 'layer' },
  { mlp: 'relu' },
  { mlp: 'none' },
  { tiedHead: true },
];

async function onEachDevice(model: ModelConfig, parameters: Parameters, use: (engine: Engine) => Promise<void>) {
  for (const device of devices) {
    const engine = await createTensorflowEngine(model, parameters, { device });
    try {
      await use(engine);
    } finally {
      engine.dispose();
    }
  }
}

const batches = { sequences: fc.integer({ min: 1, max: 3 }), documents: fc.boolean(), seed: fc.string() };

describe('loss, attention, states, value norms and logits are those of the float64 model', () => {
  it.each(ATTENTION_KINDS)('for %s attention, with any other parts', async (kind) => {
    const cases = fc.record({ model: modelsWith(kind), ...batches });
    await fc.assert(
      fc.asyncProperty(cases, async ({ model, sequences, documents, seed }) => {
        const batch = randomBatch(model, seed, { sequences, documents });
        const parameters = randomParameters(model, seed);
        const expected = float64Model(model, toFloat64(parameters), batch);
        fc.pre(expected.margin > LEAST_MARGIN);
        await onEachDevice(model, parameters, async (engine) => {
          const seen = await engine.inspect(batch, { attention: true, states: true, valueNorms: true, logits: true });
          expect(lossDifference((await engine.evaluate(batch)).loss, expected.loss)).toBeLessThan(5e-5);
          for (const part of ['attention', 'states', 'valueNorms', 'logits'] as const) {
            const values = (expected[part] as unknown[]).flat(10) as number[];
            expect(seen[part]!.length, part).toBe(values.length);
            expect(relativeDifference(seen[part]!, values), part).toBeLessThanOrEqual(TOLERANCE);
          }
        });
      }),
      { numRuns: 8 },
    );
  });

  it('to the digits that float32 has, where a loss is nearly zero', async () => {
    // A model that a random draw came upon: its loss is 0.0008, a difference of logits near 10.
    const model: ModelConfig = {
      ...{
        ...base,
        vocabularySize: 5,
        contextLength: 1,
        layers: 1,
        heads: 3,
        width: 18,
        hiddenWidth: 1,
        ropeBase: 100,
      },
      ...({ attention: 'softpick', mlp: 'none', tiedHead: true } as const),
    };
    const batch = randomBatch(model, ' (r02&-BG', { sequences: 1, documents: false });
    const parameters = randomParameters(model, ' (r02&-BG');
    const { loss } = float64Model(model, toFloat64(parameters), batch);
    expect(loss).toBeLessThan(0.001);
    await onEachDevice(model, parameters, async (engine) => {
      expect(lossDifference((await engine.evaluate(batch)).loss, loss)).toBeLessThan(1e-6);
    });
  });

  it('for batches shorter than the context', async () => {
    for (const positions of ['rope', 'learned', 'none'] as const) {
      const model: ModelConfig = { ...base, positions, window: { length: 6, first: 0 } };
      const batch = randomBatch(model, 'short', { sequences: 2, length: 4 });
      const parameters = randomParameters(model, 'short');
      const { loss } = float64Model(model, toFloat64(parameters), batch);
      await onEachDevice(model, parameters, async (engine) => {
        expect((await engine.evaluate(batch)).loss / loss).toBeCloseTo(1, 5);
      });
    }
  });

  it.each(ATTENTION_KINDS)('and what %s attention may not see has a weight of exactly zero', async (attention) => {
    const model: ModelConfig = { ...base, attention, window: { length: 2, first: 1 } };
    const batch = { ...randomBatch(model, 'unseen', { sequences: 1 }), documents: Int32Array.of(1, 1, 1, 2, 2, 2) };
    const seen = ['100000', '110000', '111000', '000100', '000110', '000011'].join('');
    await onEachDevice(model, randomParameters(model, 'unseen'), async (engine) => {
      const { attention: weights } = await engine.inspect(batch, { attention: true });
      const unseen = weights!.filter((_, place) => seen[place % seen.length] === '0');
      expect(unseen).toEqual(unseen.map(() => 0));
      expect(weights!.some((weight) => weight !== 0)).toBe(true);
    });
  });

  it('softpick neither overflows float32 nor loses the digits of small scores', async () => {
    const model: ModelConfig = { ...base, attention: 'softpick', layers: 1 };
    const batch = randomBatch(model, 'extremes', { sequences: 2 });
    for (const size of [1e-5, 100]) {
      const parameters = randomParameters(model, 'extremes');
      parameters['layers.0.attention.query'] = parameters['layers.0.attention.query']!.map((value) => value * size);
      const expected = float64Model(model, toFloat64(parameters), batch).attention.flat(10) as unknown as number[];
      expect(expected.every(Number.isFinite)).toBe(true);
      await onEachDevice(model, parameters, async (engine) => {
        const { attention } = await engine.inspect(batch, { attention: true });
        expect(relativeDifference(attention!, expected)).toBeLessThanOrEqual(TOLERANCE);
      });
    }
  });
});

describe('gradients are those of the float64 model', () => {
  it.each(variants)('number by number, for %j', async (variant) => {
    const model: ModelConfig = { ...base, ...variant };
    const batch = randomBatch(model, 'gradients', { sequences: 2, documents: true });
    const parameters = randomParameters(model, 'gradients');
    const exact = toFloat64(parameters);
    expect(float64Model(model, exact, batch).margin).toBeGreaterThan(LEAST_MARGIN);
    const checks = parameterShapes(model).map(({ name }) => {
      const { length } = parameters[name]!;
      const places = Array.from({ length }, (_, place) => place).filter((place) => length < 30 || place % 7 === 0);
      return { name, places, expected: centralDifferences(model, exact, batch, name, places) };
    });
    await onEachDevice(model, parameters, async (engine) => {
      const gradients = await engine.gradients(batch);
      for (const { name, places, expected } of checks) {
        // Against the tensor's own size, so that a tensor of small gradients cannot hide behind the others.
        const checked = places.map((place) => gradients[name]![place]!);
        expect(relativeDifference(checked, expected), name).toBeLessThanOrEqual(GRADIENT_TOLERANCE);
      }
    });
  });

  it('in a random direction of every tensor, for any mixture of kinds', async () => {
    const cases = fc.record({ model: anyModel, ...batches });
    await fc.assert(
      fc.asyncProperty(cases, async ({ model, sequences, documents, seed }) => {
        const length = Math.min(model.contextLength, 8);
        const batch = randomBatch(model, seed, { sequences, length, documents });
        const parameters = randomParameters(model, seed);
        const exact = toFloat64(parameters);
        fc.pre(float64Model(model, exact, batch).margin > LEAST_MARGIN);
        const { below } = randomGenerator(`${seed}/directions`);
        const checks = parameterShapes(model).map(({ name }) => {
          const direction = Array.from(parameters[name]!, () => 2 * below(2) - 1);
          return { name, direction, expected: directionalDerivative(model, exact, batch, name, direction) };
        });
        await onEachDevice(model, parameters, async (engine) => {
          const gradients = await engine.gradients(batch);
          const largest = Math.max(...Object.values(gradients).map((gradient) => normOf(gradient)));
          for (const { name, direction, expected } of checks) {
            const along = gradients[name]!.reduce((sum, value, place) => sum + value * direction[place]!, 0);
            const error = Math.abs(along - expected) / Math.max(normOf(gradients[name]!), 1e-3 * largest);
            expect(error, name).toBeLessThanOrEqual(ANY_MODEL_TOLERANCE);
          }
        });
      }),
      { numRuns: 20 },
    );
  });
});

function normOf(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}
