import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type RandomGenerator, randomGenerator } from '../transformer/random.ts';
import { bootstrapInterval, mean, quantile } from './bootstrap.ts';

/** Without -0, which a sum that begins with 0 makes 0. */
const finite = fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((value) => value + 0);

/** A generator that only answers `below`, from a list that repeats. */
function scripted(draws: number[]): RandomGenerator {
  let next = 0;
  return { uint32: () => 0, uniform: () => 0, below: () => draws[next++ % draws.length]! };
}

describe('quantile', () => {
  it('agrees with cases worked by hand', () => {
    expect(quantile([1, 2, 3, 4], 0)).toBe(1);
    expect(quantile([1, 2, 3, 4], 0.5)).toBe(2.5);
    expect(quantile([1, 2, 3, 4], 0.25)).toBe(1.75); // position 0.75: three quarters of the way from 1 to 2
    expect(quantile([1, 2, 3, 4], 1)).toBe(4);
    expect(quantile([7], 0.3)).toBe(7);
  });

  it('refuses a share outside [0, 1] and no values', () => {
    expect(() => quantile([1], 1.1)).toThrow('[0, 1]');
    expect(() => quantile([], 0.5)).toThrow('at least one');
  });
});

describe('bootstrapInterval', () => {
  it('takes the middle 95 % of the resampled means', () => {
    // The draws run through (0,0), (0,1), (1,0), (1,1) for ever: a quarter of the means is 0, half 5, a quarter 10.
    expect(bootstrapInterval([0, 10], scripted([0, 0, 0, 1, 1, 0, 1, 1]))).toEqual({ mean: 5, low: 0, high: 10 });
    // (0,1) for ever: every mean is 5.
    expect(bootstrapInterval([0, 10], scripted([0, 1]))).toEqual({ mean: 5, low: 5, high: 5 });
  });

  it('comes close to the exact bootstrap distribution of five values', () => {
    // All 5^5 resamples of 1..5 are enumerated; the random interval must lie within one step (0.2) of theirs.
    const exact: number[] = [];
    for (let code = 0; code < 5 ** 5; code++) {
      let sum = 0;
      for (let draw = 0, rest = code; draw < 5; draw++, rest = Math.floor(rest / 5)) sum += 1 + (rest % 5);
      exact.push(sum / 5);
    }
    exact.sort((a, b) => a - b);
    const { low, high } = bootstrapInterval([1, 2, 3, 4, 5], randomGenerator('exact'));
    expect(Math.abs(low - quantile(exact, 0.025))).toBeLessThanOrEqual(0.2 + 1e-12);
    expect(Math.abs(high - quantile(exact, 0.975))).toBeLessThanOrEqual(0.2 + 1e-12);
  });

  it('of one value is that value', () => {
    fc.assert(
      fc.property(finite, (value) => {
        expect(bootstrapInterval([value], randomGenerator('one'))).toEqual({ mean: value, low: value, high: value });
      }),
    );
  });

  it('holds the mean, stays within the values, and depends on the generator alone', () => {
    fc.assert(
      fc.property(fc.array(finite, { minLength: 2, maxLength: 8 }), fc.string(), (values, purpose) => {
        const interval = bootstrapInterval(values, randomGenerator(purpose));
        const slack = 1e-9 * Math.max(1, ...values.map(Math.abs));
        expect(interval.low).toBeLessThanOrEqual(interval.mean + slack);
        expect(interval.high).toBeGreaterThanOrEqual(interval.mean - slack);
        expect(interval.low).toBeGreaterThanOrEqual(Math.min(...values) - slack);
        expect(interval.high).toBeLessThanOrEqual(Math.max(...values) + slack);
        expect(bootstrapInterval(values, randomGenerator(purpose))).toEqual(interval);
      }),
      { numRuns: 20 },
    );
  });

  it('refuses no values and values that are not finite', () => {
    expect(() => bootstrapInterval([], randomGenerator('none'))).toThrow('at least one value');
    expect(() => bootstrapInterval([1, Number.NaN], randomGenerator('nan'))).toThrow('not NaN');
  });
});

describe('mean', () => {
  it('agrees with a case worked by hand', () => {
    expect(mean([1, 2, 6])).toBe(3);
  });
});
