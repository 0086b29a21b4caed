import fc from 'fast-check';
import { expect, it } from 'vitest';
import { randomGenerator } from '../transformer/random.ts';
import { blockNorms, frobeniusNorm, spectralNorm } from './jacobian.ts';

function randomMatrix(rows: number, columns: number, seed: string): Float32Array {
  const { uniform } = randomGenerator(seed);
  return Float32Array.from({ length: rows * columns }, () => 2 * uniform() - 1);
}

const length = (x: ArrayLike<number>) => Math.hypot(...Array.from(x));

it('the spectral norm of a scaled rotation is its scale', () => {
  const [c, s] = [0.6, 0.8];
  expect(spectralNorm([3 * c, -3 * s, 3 * s, 3 * c], 2)).toBeCloseTo(3, 12);
  expect(frobeniusNorm([3 * c, -3 * s, 3 * s, 3 * c])).toBeCloseTo(3 * Math.SQRT2, 12);
});

it('the spectral norm is the most that a matrix stretches a vector', () => {
  const sizes = fc.integer({ min: 1, max: 9 });
  fc.assert(
    fc.property(sizes, sizes, fc.string(), (rows, columns, seed) => {
      const matrix = randomMatrix(rows, columns, seed);
      const norm = spectralNorm(matrix, columns);
      const apply = (x: number[]) =>
        Array.from({ length: rows }, (_, r) => x.reduce((sum, value, c) => sum + value * matrix[r * columns + c]!, 0));
      const transposed = (y: number[]) =>
        Array.from({ length: columns }, (_, c) =>
          y.reduce((sum, value, r) => sum + value * matrix[r * columns + c]!, 0),
        );
      let x = Array.from(randomMatrix(1, columns, `${seed}/x`));
      let stretch = 0;
      for (let step = 0; step < 500; step++) {
        const y = apply(x);
        stretch = length(y) / length(x);
        expect(stretch).toBeLessThanOrEqual(norm * (1 + 1e-9));
        const back = transposed(y);
        x = back.map((value) => value / length(back));
      }
      expect(stretch / norm).toBeGreaterThan(0.99);
    }),
    { numRuns: 50 },
  );
});

it('takes the blocks of an output out of its rows', () => {
  const [D, T] = [3, 4];
  const jacobian = new Float32Array(D * T * D);
  for (let input = 0; input < T; input++) {
    for (let c = 0; c < D; c++) jacobian[(c * T + input) * D + ((c + 1) % D)] = input * (c === 0 ? 2 : 1);
  }
  const { spectral, frobenius } = blockNorms(jacobian, D);
  for (let input = 0; input < T; input++) {
    expect(spectral[input]).toBeCloseTo(2 * input, 6);
    expect(frobenius[input]).toBeCloseTo(Math.sqrt(6) * input, 6);
  }
  expect(() => blockNorms(new Float32Array(10), 3)).toThrow(/^jacobian: 10 numbers are no blocks of 3 x 3/);
});
