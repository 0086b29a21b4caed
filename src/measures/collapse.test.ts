import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exp, log } from '../transformer/elementary.ts';
import { distancesToPrevious, effectiveRank, residualToMean, singularValues } from './collapse.ts';
import { symmetricEigenvalues } from './collapse-eigenvalues.ts';

const elementary = { exp, log };
const number = fc.integer({ min: -4096, max: 4096 }).map((value) => value / 1024);
const matrix = fc
  .record({ rows: fc.integer({ min: 2, max: 7 }), width: fc.integer({ min: 1, max: 7 }) })
  .chain(({ rows, width }) =>
    fc.record({
      rows: fc.constant(rows),
      width: fc.constant(width),
      states: fc.array(number, { minLength: rows * width, maxLength: rows * width }),
    }),
  );

const frobenius = (values: ArrayLike<number>) => Math.sqrt(Array.from(values).reduce((sum, x) => sum + x * x, 0));

describe('the residual to the mean', () => {
  it('is worked by hand: rows (1, 0) and (3, 0) have the mean (2, 0)', () => {
    expect(residualToMean([1, 0, 3, 0], 2)).toBeCloseTo(Math.sqrt(2 / 10), 12);
  });

  it('is 0 if and only if all rows are equal, and 1 where they cancel out', () => {
    fc.assert(
      fc.property(matrix, ({ rows, width, states }) => {
        const row = states.slice(0, width);
        expect(residualToMean(Array(rows).fill(row).flat(), width)).toBeCloseTo(0, 12);
        const equal = states.every((value, i) => value === states[i % width]);
        if (!equal) expect(residualToMean(states, width)).toBeGreaterThan(1e-6);
        if (row.some((value) => value !== 0)) {
          expect(residualToMean([...row, ...row.map((value) => -value)], width)).toBe(1);
        }
      }),
    );
  });

  it('is at most 1 and does not depend on the unit', () => {
    fc.assert(
      fc.property(matrix, ({ width, states }) => {
        const residual = residualToMean(states, width);
        expect(residual).toBeLessThanOrEqual(1 + 1e-12);
        expect(
          residualToMean(
            states.map((value) => 8 * value),
            width,
          ),
        ).toBeCloseTo(residual, 12);
      }),
    );
  });
});

describe('proposition 3.1', () => {
  it('holds with the constant sqrt(2): the last two are closer than that times the distance to the mean', () => {
    fc.assert(
      fc.property(matrix, ({ rows, width, states }) => {
        const absolute = residualToMean(states, width) * frobenius(states);
        const lastTwo = frobenius(
          states.slice(-width).map((value, channel) => value - states[(rows - 2) * width + channel]!),
        );
        expect(lastTwo).toBeLessThanOrEqual(Math.SQRT2 * absolute + 1e-9);
      }),
    );
  });

  it('cannot have a smaller constant: two opposite rows reach it', () => {
    const states = [1, 2, -1, -2];
    expect(frobenius([2, 4])).toBeCloseTo(Math.SQRT2 * residualToMean(states, 2) * frobenius(states), 12);
  });

  it('has no converse: the last two rows can be equal while others are far', () => {
    expect(distancesToPrevious([5, 0, 0, 5, 0, 5], 2)[1]).toBe(0);
    expect(residualToMean([5, 0, 0, 5, 0, 5], 2)).toBeGreaterThan(0.5);
  });
});

describe('the effective rank', () => {
  it('is 1 for states that are multiples of one another', () => {
    fc.assert(
      fc.property(
        fc.array(number, { minLength: 2, maxLength: 8 }),
        fc.array(number, { minLength: 2, maxLength: 8 }),
        (factors, row) => {
          fc.pre(factors.some((value) => Math.abs(value) > 0.1) && row.some((value) => Math.abs(value) > 0.1));
          const states = factors.flatMap((factor) => row.map((value) => factor * value));
          expect(effectiveRank(states, row.length, elementary)).toBeCloseTo(1, 9);
        },
      ),
    );
  });

  it('is k for k equal singular values, and worked by hand for 2 and 1', () => {
    expect(effectiveRank([3, 0, 0, 0, 3, 0, 0, 0, 3, 0, 0, 0], 3, elementary)).toBeCloseTo(3, 9);
    const byHand = Math.exp((2 / 3) * Math.log(3 / 2) + (1 / 3) * Math.log(3));
    expect(effectiveRank([0, 2, 0, 1, 0, 0], 3, elementary)).toBeCloseTo(byHand, 9);
  });

  it('lies between 1 and the smaller side, whichever side that is', () => {
    fc.assert(
      fc.property(matrix, ({ rows, width, states }) => {
        fc.pre(states.some((value) => value !== 0));
        const rank = effectiveRank(states, width, elementary);
        expect(rank).toBeGreaterThanOrEqual(1 - 1e-9);
        expect(rank).toBeLessThanOrEqual(Math.min(rows, width) + 1e-6);
        const turned = Array.from({ length: width }, (_, c) =>
          Array.from({ length: rows }, (_, r) => states[r * width + c]!),
        ).flat();
        expect(effectiveRank(turned, rows, elementary)).toBeCloseTo(rank, 5);
      }),
    );
  });

  it('of states that are all zero is refused', () => {
    expect(() => effectiveRank([0, 0, 0, 0], 2, elementary)).toThrow(/no effective rank/);
  });
});

describe('eigenvalues', () => {
  it('are worked by hand for 2 x 2 and 3 x 3', () => {
    expect(Array.from(symmetricEigenvalues([2, 1, 1, 2], 2))).toEqual([expect.closeTo(1, 12), expect.closeTo(3, 12)]);
    // The path of three: 2 - sqrt(2), 2, 2 + sqrt(2).
    const path = symmetricEigenvalues([2, -1, 0, -1, 2, -1, 0, -1, 2], 3);
    expect(path[0]).toBeCloseTo(2 - Math.SQRT2, 12);
    expect(path[1]).toBeCloseTo(2, 12);
    expect(path[2]).toBeCloseTo(2 + Math.SQRT2, 12);
  });

  it('are those of the second-difference matrix of any size: 2 - 2 cos(k pi / (n + 1))', () => {
    for (const n of [1, 2, 5, 16, 63, 64]) {
      // Turned by a reflection, so that it is not tridiagonal to begin with.
      const v = Array.from({ length: n }, (_, i) => Math.sin(3 * i + 1));
      const square = v.reduce((sum, x) => sum + x * x, 0);
      const H = (i: number, j: number) => (i === j ? 1 : 0) - (2 * v[i]! * v[j]!) / square;
      const A = (i: number, j: number) => (i === j ? 2 : Math.abs(i - j) === 1 ? -1 : 0);
      const range = Array.from({ length: n }, (_, i) => i);
      const AH = range.map((i) => range.map((j) => range.reduce((sum, k) => sum + A(i, k) * H(k, j), 0)));
      const turned = range.flatMap((i) => range.map((j) => range.reduce((sum, k) => sum + H(i, k) * AH[k]![j]!, 0)));
      symmetricEigenvalues(turned, n).forEach((eigenvalue, k) => {
        expect(eigenvalue).toBeCloseTo(2 - 2 * Math.cos(((k + 1) * Math.PI) / (n + 1)), 11);
      });
    }
  });

  it('keep trace and sum of squares, also of matrices with repeated or no eigenvalues but zero', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.array(number, { minLength: 81, maxLength: 81 }), (n, draws) => {
        const symmetric = Array.from(
          { length: n * n },
          (_, i) => draws[Math.min(Math.floor(i / n), i % n) * 9 + Math.max(Math.floor(i / n), i % n)]!,
        );
        const eigenvalues = Array.from(symmetricEigenvalues(symmetric, n));
        const trace = symmetric.reduce((sum, value, i) => (Math.floor(i / n) === i % n ? sum + value : sum), 0);
        expect(eigenvalues.reduce((a, b) => a + b, 0)).toBeCloseTo(trace, 9);
        expect(frobenius(eigenvalues)).toBeCloseTo(frobenius(symmetric), 9);
      }),
    );
    expect(Array.from(symmetricEigenvalues(new Float64Array(16), 4))).toEqual([0, 0, 0, 0]);
    expect(Array.from(symmetricEigenvalues([1, 0, 0, 0, 1, 0, 0, 0, 1], 3))).toEqual([1, 1, 1]);
  });

  it('refuse another size and numbers that are not finite', () => {
    expect(() => symmetricEigenvalues([1, 2, 3], 2)).toThrow(/has 4 numbers, not 3/);
    expect(() => symmetricEigenvalues([Number.NaN], 1)).toThrow(/finite/);
  });

  it('give singular values: squares sum to the squares of the states', () => {
    fc.assert(
      fc.property(matrix, ({ width, states }) => {
        expect(frobenius(singularValues(states, width))).toBeCloseTo(frobenius(states), 9);
      }),
    );
  });
});

describe('distances to the previous state', () => {
  it('are worked by hand', () => {
    expect(Array.from(distancesToPrevious([3, 4, 0, 5, 0, 5], 2))).toEqual([Math.sqrt(10) / 5, 0]);
  });

  it('refuse half a row', () => {
    expect(() => distancesToPrevious([1, 2, 3], 2)).toThrow(/rows of 2 channels/);
  });
});
