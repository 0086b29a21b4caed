import fc from 'fast-check';
import { expect, it } from 'vitest';
import { randomGenerator } from '../transformer/random.ts';
import { type PromptAttention, pathSums, theoremWeights } from './path-sum.ts';

function randomAttention(layers: number, heads: number, length: number, seed: string): PromptAttention {
  const { uniform } = randomGenerator(seed);
  const weights = new Float32Array(layers * heads * length * length);
  for (let i = 0; i < weights.length; i++) {
    if (i % length <= Math.floor(i / length) % length) weights[i] = uniform();
  }
  return { weights, layers, heads, length };
}

/** The sum over every causal path from i up to j, one weight after the other. */
function enumerated(matrices: readonly Float64Array[], length: number, j: number, i: number): number {
  if (matrices.length === 0) return i === j ? 1 : 0;
  const last = matrices.at(-1)!;
  let sum = 0;
  for (let k = i; k <= j; k++) sum += last[j * length + k]! * enumerated(matrices.slice(0, -1), length, k, i);
  return sum;
}

it('an entry of the product is the sum over all paths', () => {
  const counts = fc.record({
    layers: fc.integer({ min: 1, max: 4 }),
    heads: fc.integer({ min: 1, max: 3 }),
    length: fc.integer({ min: 1, max: 5 }),
    seed: fc.string(),
  });
  fc.assert(
    fc.property(counts, ({ layers, heads, length, seed }) => {
      const matrices = theoremWeights(randomAttention(layers, heads, length, seed));
      const sums = pathSums(matrices, length);
      expect(sums).toHaveLength(layers);
      for (const [layer, sum] of sums.entries()) {
        for (let j = 0; j < length; j++) {
          for (let i = 0; i < length; i++) {
            const expected = i > j ? 0 : enumerated(matrices.slice(0, layer + 1), length, j, i);
            expect(sum[j * length + i]).toBeCloseTo(expected, 10);
          }
        }
      }
    }),
    { numRuns: 30 },
  );
});

it('a weight of the theorem is the sum of the heads, and a part of the stream that stays', () => {
  const weights = Float32Array.from([1, 0, 0.25, 0.75, 1, 0, 0.5, 0.5]);
  const [matrix] = theoremWeights({ weights, layers: 1, heads: 2, length: 2 });
  expect([...matrix!]).toEqual([2.5, 0, 0.75, 1.75]);
});

it('refuses a matrix of another length', () => {
  expect(() => pathSums([new Float64Array(9)], 2)).toThrow(/^a matrix between 2 tokens has 4 numbers, not 9/);
});
