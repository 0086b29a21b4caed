import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomGenerator } from '../transformer/random.ts';
import { trendTest } from './trend.ts';

const test = (groups: number[][]) => trendTest(groups, randomGenerator('trend'));

describe('trendTest', () => {
  it('finds a rise, a fall and nothing', () => {
    const rising = [
      [1, 2, 3, 2, 1],
      [4, 5, 6, 5, 4],
      [7, 8, 9, 8, 7],
    ];
    const { direction, p } = test(rising);
    expect(direction).toBe(1);
    expect(p).toBeLessThan(0.001);
    expect(test(rising.toReversed()).direction).toBe(-1);
    const flat = test([
      [1, 2, 3],
      [1, 2, 3],
      [1, 2, 3],
    ]);
    expect(flat.direction).toBe(0);
    expect(flat.p).toBe(1);
  });

  it('has the p of counting every way for three values in order: 2 of 6', () => {
    expect(test([[1], [2], [3]]).p).toBeCloseTo(2 / 6, 1);
  });

  it('is right about as often as it says where there is no trend', () => {
    let found = 0;
    for (let i = 0; i < 100; i++) {
      const random = randomGenerator(`null/${i}`);
      const groups = Array.from({ length: 3 }, () => Array.from({ length: 4 }, () => random.below(1_000_000)));
      if (trendTest(groups, randomGenerator(`deals/${i}`)).p < 0.1) found++;
    }
    expect(found).toBeGreaterThan(1);
    expect(found).toBeLessThan(22);
  });

  it('turns its sign when the groups are turned around', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 3 }), {
          minLength: 2,
          maxLength: 3,
        }),
        (groups) => {
          expect(test(groups.toReversed()).direction).toBeCloseTo(-test(groups).direction, 12);
        },
      ),
      { numRuns: 10 },
    );
  });

  it('refuses a single group and an empty one', () => {
    expect(() => test([[1, 2]])).toThrow(RangeError);
    expect(() => test([[1], []])).toThrow(RangeError);
  });
});
