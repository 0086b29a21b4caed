/** The kernels against TensorFlow.js on the cpu: the same model by other hands, with automatic differentiation. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { float64Model, toFloat64 } from '../../../tests/support/float64-model.ts';
import { ATTENTION_KINDS, LLAMA, type ModelConfig } from '../../transformer/config.ts';
import type { Parameters } from '../../transformer/parameters.ts';
import { lossDifference, randomBatch, randomParameters, relativeDifference } from '../engine.fixture.ts';
import type { Batch, Engine, Inspection } from '../engine.ts';
import { createTensorflowEngine } from '../tensorflow/engine.ts';
import { createKernelsEngine } from './engine.ts';
import { decidableModels, gradientScale, largestOf, module } from './kernels.fixture.ts';

/** Of max |difference| / max |value|, in float32. */
const TOLERANCE = 1e-4;
/** The size of random parameters. */
const SIZE = 0.5;
/** Nearer to a corner of the loss two float32 engines may stand on either side of it: see `OracleResult.margin`. */
const LEAST_MARGIN = 1e-4;

interface Pair {
  kernels: Engine;
  tensorflow: Engine;
}

async function withPair(config: ModelConfig, seed: string, compare: (pair: Pair) => Promise<void>): Promise<void> {
  const parameters = randomParameters(config, seed, SIZE);
  const tensorflow = await createTensorflowEngine(config, parameters, { device: 'cpu' });
  try {
    await compare({ tensorflow, kernels: await createKernelsEngine(config, parameters, { module }) });
  } finally {
    tensorflow.dispose();
  }
}

/** Skips a random case that float32 cannot decide. */
function skipCorners(config: ModelConfig, batch: Batch, seed: string): void {
  const { margin } = float64Model(config, toFloat64(randomParameters(config, seed, SIZE)), batch);
  fc.pre(margin > LEAST_MARGIN);
}

/** Fails with the tensor that differs most, by how much. */
function expectAgreement({ attention }: ModelConfig, actual: Parameters, expected: Parameters, context: string): void {
  const ofAll = Math.max(...Object.values(expected).map(largestOf));
  let worst = { name: '', difference: 0 };
  for (const [name, values] of Object.entries(expected)) {
    const difference =
      largestOf(values.map((value, i) => actual[name]![i]! - value)) /
      gradientScale(attention, largestOf(values), ofAll);
    if (!(difference <= worst.difference)) worst = { name, difference };
  }
  expect(worst.difference, `${context}: ${worst.name} differs most`).toBeLessThanOrEqual(TOLERANCE);
}

describe.each(ATTENTION_KINDS)('kernels and tensorflow agree on %s attention', (attention) => {
  const cases = fc.record({
    config: decidableModels(attention),
    sequences: fc.integer({ min: 1, max: 10 }),
    documents: fc.boolean(),
    seed: fc.string(),
  });

  it('in loss and every gradient, for any shape and mask', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ config, sequences, documents, seed }) => {
        const batch = randomBatch(config, seed, { sequences, documents });
        skipCorners(config, batch, seed);
        await withPair(config, seed, async ({ kernels, tensorflow }) => {
          const [own, other] = [await kernels.evaluate(batch), await tensorflow.evaluate(batch)];
          expect(lossDifference(own.loss, other.loss)).toBeLessThan(1e-5);
          expectAgreement(config, await kernels.gradients(batch), await tensorflow.gradients(batch), 'gradients');
        });
      }),
      { numRuns: 6 },
    );
  }, 60_000);

  it('in all that inspection shows', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ config, sequences, documents, seed }) => {
        const batch = randomBatch(config, seed, { sequences, documents });
        skipCorners(config, batch, seed);
        await withPair(config, seed, async ({ kernels, tensorflow }) => {
          const what = { attention: true, states: true, valueNorms: true, logits: true };
          const [own, other] = [await kernels.inspect(batch, what), await tensorflow.inspect(batch, what)];
          for (const part of Object.keys(what) as (keyof Inspection)[]) {
            expect(own[part]!.length, part).toBe(other[part]!.length);
            expect(relativeDifference(own[part]!, other[part]!), part).toBeLessThanOrEqual(TOLERANCE);
          }
        });
      }),
      { numRuns: 6 },
    );
  }, 60_000);
});

interface Training extends Partial<ModelConfig> {
  name: string;
  sequences: number;
}

const whole = { contextLength: 16, heads: 2, width: 32, hiddenWidth: 88, sequences: 8 };
const odd = { contextLength: 19, heads: 2, width: 14, hiddenWidth: 17, sequences: 5 };
const parts = { positions: 'learned', norm: 'layer', mlp: 'relu', tiedHead: true } as const;
const trainings: Training[] = [
  { name: 'whole panels', ...whole },
  { name: 'odd lengths', ...odd, heads: 3, width: 30 },
  ...ATTENTION_KINDS.map((attention) => ({
    ...{ name: `${attention} and other kinds of parts`, ...odd, attention },
    ...{ ...parts, window: { length: 6, first: 1 } },
  })),
];

it.each(trainings)(
  'kernels and tensorflow agree after ten steps: $name',
  async ({ name, sequences, ...model }) => {
    const shape = { vocabularySize: 23, layers: 2, ropeBase: 10_000, normEpsilon: 1e-5 };
    const config = { ...LLAMA, ...shape, ...model } as ModelConfig;
    const hyper = { learningRate: 1e-3, weightDecay: 0.1, clipNorm: 1, beta1: 0.9, beta2: 0.95, epsilon: 1e-8 };
    await withPair(config, name, async ({ kernels, tensorflow }) => {
      const batch = (step: number): Batch =>
        randomBatch(config, `${name} ${step}`, { sequences, documents: step % 2 === 0 });
      for (let step = 0; step < 10; step++) {
        const [own, other] = [await kernels.step(batch(step), hyper), await tensorflow.step(batch(step), hyper)];
        expect(own.loss / other.loss).toBeCloseTo(1, 5);
        expect(own.gradientNorm / other.gradientNorm).toBeCloseTo(1, 4);
      }
      expectAgreement(config, await kernels.parameters(), await tensorflow.parameters(), 'parameters');

      // The checkpoint of one is the other's beginning.
      await tensorflow.restore(await kernels.checkpoint());
      const [own, other] = [await kernels.step(batch(10), hyper), await tensorflow.step(batch(10), hyper)];
      expect(own.loss / other.loss).toBeCloseTo(1, 5);
      expectAgreement(
        config,
        await kernels.parameters(),
        await tensorflow.parameters(),
        'parameters after the exchange',
      );
    });
  },
  60_000,
);
