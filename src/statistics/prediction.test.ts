import { describe, expect, it } from 'vitest';
import { randomGenerator } from '../transformer/random.ts';
import { expectedRange } from './prediction.ts';

describe('expectedRange', () => {
  it('is worked by hand for five values: 3 -+ 2.776 sqrt(2.5 x 1.2)', () => {
    const { low, high } = expectedRange([1, 2, 3, 4, 5]);
    expect(low).toBeCloseTo(3 - 2.776 * Math.sqrt(3), 12);
    expect(high).toBeCloseTo(3 + 2.776 * Math.sqrt(3), 12);
  });

  it('holds about 95 of 100 further values of the same kind', () => {
    let inside = 0;
    for (let i = 0; i < 2000; i++) {
      const random = randomGenerator(`prediction/${i}`);
      // Sums of uniform draws are near enough to normal.
      const value = () => Array.from({ length: 12 }, () => random.below(1000)).reduce((a, b) => a + b, 0);
      const { low, high } = expectedRange(Array.from({ length: 5 }, value));
      const next = value();
      if (next >= low && next <= high) inside++;
    }
    expect(inside / 2000).toBeGreaterThan(0.93);
    expect(inside / 2000).toBeLessThan(0.97);
  });

  it('needs two values', () => {
    expect(() => expectedRange([1])).toThrow(RangeError);
  });
});
