/** The kernels against TensorFlow.js on the cpu: the same model by other hands, with automatic differentiation. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ATTENTION_KINDS, LLAMA, type ModelConfig } from '../../transformer/config.ts';
import type { Parameters } from '../../transformer/parameters.ts';
import { modelsWith, randomBatch, randomParameters, relativeDifference } from '../engine.fixture.ts';
import type { Batch, Engine, Inspection } from '../engine.ts';
import { createTensorflowEngine } from '../tensorflow/engine.ts';
import { createKernelsEngine } from './engine.ts';
import { module } from './kernels.fixture.ts';

/** Of max |difference| / max |value|, in float32. */
const TOLERANCE = 1e-4;

interface Pair {
  kernels: Engine;
  tensorflow: Engine;
}

async function withPair(config: ModelConfig, seed: string, compare: (pair: Pair) => Promise<void>): Promise<void> {
  const parameters = randomParameters(config, seed, 0.5);
  const tensorflow = await createTensorflowEngine(config, parameters, { device: 'cpu' });
  try {
    await compare({ tensorflow, kernels: await createKernelsEngine(config, parameters, { module }) });
  } finally {
    tensorflow.dispose();
  }
}

/**
 * The tensor that differs most, by how much. A tensor whose gradients nearly cancel (queries that see one key alone) is
 * measured against the largest gradients of the others: what is left of it is rounding.
 */
function worstTensor(actual: Parameters, expected: Parameters): { name: string; difference: number } {
  const largest = Math.max(...Object.values(expected).map((values) => largestOf(values)));
  const differences = Object.entries(expected).map(([name, values]) => {
    const scale = Math.max(largestOf(values), largest / 1000);
    return { name, difference: (relativeDifference(actual[name]!, values) * (largestOf(values) || 1)) / scale };
  });
  return differences.reduce((worst, other) => (other.difference > worst.difference ? other : worst));
}

function largestOf(values: Float32Array): number {
  return values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
}

function expectAgreement(actual: Parameters, expected: Parameters, context: string): void {
  const { name, difference } = worstTensor(actual, expected);
  expect(difference, `${context}: ${name} differs most`).toBeLessThanOrEqual(TOLERANCE);
}

describe.each(ATTENTION_KINDS)('kernels and tensorflow agree on %s attention', (attention) => {
  const cases = fc.record({
    config: modelsWith(attention),
    sequences: fc.integer({ min: 1, max: 10 }),
    documents: fc.boolean(),
    seed: fc.string(),
  });

  it('in loss and every gradient, for any shape and mask', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ config, sequences, documents, seed }) => {
        await withPair(config, seed, async ({ kernels, tensorflow }) => {
          const batch = randomBatch(config, seed, { sequences, documents });
          const [own, other] = [await kernels.evaluate(batch), await tensorflow.evaluate(batch)];
          expect(Math.abs(own.loss - other.loss) / other.loss).toBeLessThan(1e-5);
          expectAgreement(await kernels.gradients(batch), await tensorflow.gradients(batch), 'gradients');
        });
      }),
      { numRuns: 6 },
    );
  }, 60_000);

  it('in all that inspection shows', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ config, sequences, documents, seed }) => {
        await withPair(config, seed, async ({ kernels, tensorflow }) => {
          const batch = randomBatch(config, seed, { sequences, documents });
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

  it.each<Partial<ModelConfig> & { name: string; contextLength: number; sequences: number }>([
    { name: 'whole panels', contextLength: 16, width: 32, hiddenWidth: 88, sequences: 8 },
    {
      ...{ name: 'odd lengths, other kinds of parts', contextLength: 29, width: 14, hiddenWidth: 37, sequences: 9 },
      ...{ window: { length: 6, first: 1 }, positions: 'learned', norm: 'layer', mlp: 'relu', tiedHead: true },
    },
  ])(
    'in parameters and checkpoint after ten steps: $name',
    async ({ name, sequences, ...parts }) => {
      const shape = { vocabularySize: 23, layers: 2, heads: 2, width: 32, hiddenWidth: 88, ropeBase: 10_000 };
      const config: ModelConfig = { ...LLAMA, ...shape, normEpsilon: 1e-5, ...parts, attention };
      const hyper = { learningRate: 1e-3, weightDecay: 0.1, clipNorm: 1, beta1: 0.9, beta2: 0.95, epsilon: 1e-8 };
      await withPair(config, name, async ({ kernels, tensorflow }) => {
        const batch = (step: number): Batch =>
          randomBatch(config, `${name} ${step}`, { sequences, documents: step % 2 === 0 });
        for (let step = 0; step < 10; step++) {
          const [own, other] = [await kernels.step(batch(step), hyper), await tensorflow.step(batch(step), hyper)];
          expect(own.loss / other.loss).toBeCloseTo(1, 5);
          expect(own.gradientNorm / other.gradientNorm).toBeCloseTo(1, 4);
        }
        expectAgreement(await kernels.parameters(), await tensorflow.parameters(), 'parameters');

        // The checkpoint of one is the other's beginning.
        await tensorflow.restore(await kernels.checkpoint());
        const [own, other] = [await kernels.step(batch(10), hyper), await tensorflow.step(batch(10), hyper)];
        expect(own.loss / other.loss).toBeCloseTo(1, 5);
        expectAgreement(await kernels.parameters(), await tensorflow.parameters(), 'parameters after the exchange');
      });
    },
    60_000,
  );
});
