import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { microBatches, tokensOf } from './micro-batches.ts';

describe('microBatches', () => {
  it('covers every sequence once, in order, in a power of two of parts that differ by at most one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 400 }), (sequences, length) => {
        const parts = microBatches(sequences, length);
        const sizes = parts.map((part) => part.sequences);
        expect(Math.log2(parts.length) % 1).toBe(0);
        expect(parts.map(({ first }) => first)).toEqual(
          sizes.map((_, i) => sizes.slice(0, i).reduce((a, b) => a + b, 0)),
        );
        expect(sizes.reduce((a, b) => a + b)).toBe(sequences);
        expect(Math.min(...sizes)).toBeGreaterThan(0);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('gives eight workers something to do wherever there are eight sequences', () => {
    expect(microBatches(8, 4)).toHaveLength(8);
    expect(microBatches(7, 4)).toHaveLength(4);
    expect(microBatches(64, 64)).toHaveLength(8);
  });

  it('bounds the memory of a large batch', () => {
    for (const [sequences, length] of [
      [64, 256],
      [1000, 64],
      [100, 100],
    ] as const) {
      const largest = Math.max(...microBatches(sequences, length).map((part) => part.sequences));
      expect(tokensOf(largest, length)).toBeLessThanOrEqual(512);
    }
  });
});
