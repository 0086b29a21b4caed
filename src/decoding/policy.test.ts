import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mostSimilarKey } from './policy.ts';

describe('mostSimilarKey', () => {
  it('is worked by hand: two keys alike and one apart', () => {
    // At length one: (1, 0), (0, 1), (0.6, 0.8); their sum (1.6, 1.8); products 1.6, 1.8, 2.4.
    expect(mostSimilarKey(Float32Array.of(9, 9, 2, 0, 0, 5, 3, 4), 2, 3, 2)).toBe(2);
    expect(mostSimilarKey(Float32Array.of(1, 0, 1, 0, 0, 1), 0, 3, 2)).toBe(0);
  });

  it('chooses among the first alone, and measures them by all', () => {
    expect(mostSimilarKey(Float32Array.of(9, 9, 2, 0, 0, 5, 3, 4), 2, 3, 2, 2)).toBe(1);
  });

  it('does not mind how long keys are, nor how the whole is turned', () => {
    const key = fc.tuple(
      fc.integer({ min: -9, max: 9 }),
      fc.integer({ min: -9, max: 9 }),
      fc.integer({ min: 1, max: 9 }),
    );
    fc.assert(
      fc.property(fc.array(key, { minLength: 1, maxLength: 8 }), (keys) => {
        const plain = mostSimilarKey(Float32Array.from(keys.flat()), 0, keys.length, 3);
        const doubled = keys.map((channels, i) => channels.map((channel) => channel * 2 ** (i % 3)));
        expect(mostSimilarKey(Float32Array.from(doubled.flat()), 0, keys.length, 3)).toBe(plain);
      }),
    );
  });

  it('takes keys of zeros as like nothing', () => {
    expect(mostSimilarKey(new Float32Array(6), 0, 3, 2)).toBe(0);
    expect(mostSimilarKey(Float32Array.of(0, 0, 1, 1), 0, 2, 2)).toBe(1);
  });
});
