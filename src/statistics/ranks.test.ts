import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareGroups, ranks, spearman } from './ranks.ts';

const values = (minLength: number) => fc.array(fc.integer({ min: -50, max: 50 }), { minLength, maxLength: 30 });

describe('ranks', () => {
  it('count from the smallest, equal values sharing theirs', () => {
    expect([...ranks([30, 10, 20])]).toEqual([3, 1, 2]);
    expect([...ranks([5, 1, 5, 5])]).toEqual([3, 1, 3, 3]);
  });

  it('always add up to n (n + 1) / 2', () => {
    fc.assert(
      fc.property(values(1), (list) => {
        expect(ranks(list).reduce((sum, rank) => sum + rank, 0)).toBeCloseTo((list.length * (list.length + 1)) / 2, 9);
      }),
    );
  });
});

describe('spearman', () => {
  it('is worked by hand: 1 - 6 sum d^2 / (n (n^2 - 1)) without ties', () => {
    expect(spearman([1, 2, 3, 4, 5], [2, 1, 4, 3, 5])).toBeCloseTo(1 - (6 * 4) / (5 * 24), 12);
    expect(spearman([1, 2, 3], [10, 100, 1000])).toBe(1);
    expect(spearman([1, 2, 3], [3, 2, 1])).toBe(-1);
    expect(spearman([1, 1, 1], [3, 2, 1])).toBe(0);
  });

  it('does not change when values grow monotonically, and stays within [-1, 1]', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 })), { minLength: 2 }),
        (pairs) => {
          const [x, y] = [pairs.map(([a]) => a), pairs.map(([, b]) => b)];
          const r = spearman(x, y);
          expect(Math.abs(r)).toBeLessThanOrEqual(1 + 1e-12);
          expect(
            spearman(
              x.map((value) => value ** 3),
              y,
            ),
          ).toBeCloseTo(r, 12);
          expect(spearman(y, x)).toBeCloseTo(r, 12);
        },
      ),
    );
  });

  it('refuses what cannot be correlated', () => {
    expect(() => spearman([1, 2], [1])).toThrow('cannot correlate 2 values with 1');
    expect(() => spearman([1], [1])).toThrow('at least two pairs');
  });
});

describe('compareGroups', () => {
  it('gives the smallest possible p where two groups of five lie apart', () => {
    expect(compareGroups([6, 7, 8, 9, 10], [1, 2, 3, 4, 5])).toEqual({ superiority: 1, p: 2 / 252 });
    expect(compareGroups([1, 2, 3, 4, 5], [6, 7, 8, 9, 10])).toEqual({ superiority: 0, p: 2 / 252 });
  });

  it('agrees with the published table: P(U <= 3) is 0.056 for groups of four and five', () => {
    // Mann & Whitney 1947, table I; the test is two-sided.
    const { superiority, p } = compareGroups([1, 2, 3, 6.5], [4, 5, 6, 7, 8]);
    expect(superiority * 20).toBe(3);
    expect(p / 2).toBeCloseTo(0.056, 3);
  });

  it('says nothing where all values are equal', () => {
    expect(compareGroups([1, 1], [1, 1])).toEqual({ superiority: 0.5, p: 1 });
  });

  it('refuses empty groups and too many values', () => {
    expect(() => compareGroups([], [1])).toThrow(RangeError);
    expect(() => compareGroups(new Array(11).fill(0), new Array(10).fill(0))).toThrow('up to 20');
  });
});
