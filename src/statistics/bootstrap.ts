/** Intervals over seeds. Only + - * / and an integer generator: the same bits in every JavaScript engine. */
import type { RandomGenerator } from '../transformer/random.ts';

/** A mean with an interval around it. */
export interface Interval {
  mean: number;
  low: number;
  high: number;
}

/** Resamples of one interval: its ends then move by about a hundredth of its width from one generator to another. */
const RESAMPLES = 10_000;

/**
 * The arithmetic mean.
 * @throws {RangeError} for no values.
 */
export function mean(values: ArrayLike<number>): number {
  if (values.length === 0) throw new RangeError('a mean needs at least one value');
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

/**
 * The value below which a share of the sorted values lies, linear between neighbours (type 7 of Hyndman & Fan 1996,
 * the usual one of R and NumPy).
 * @param sorted in rising order, at least one.
 * @param share in [0, 1].
 */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  if (sorted.length === 0) throw new RangeError('a quantile needs at least one value');
  if (!(share >= 0 && share <= 1)) throw new RangeError(`a quantile's share must lie in [0, 1], not be ${share}`);
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (high - low) * (position - below);
}

/**
 * The mean with its 95 % percentile bootstrap interval (Efron 1979): the values, one a seed, are drawn again with
 * replacement, and the interval holds the middle 95 % of the means of these draws. With few seeds it is somewhat too
 * narrow, as every bootstrap is: five values say little about their own spread. One value gives low = high = mean.
 * @param random seeded by the caller for this interval alone, so that the interval depends on nothing else.
 * @throws {RangeError} for no values, or one that is not finite.
 */
export function bootstrapInterval(values: readonly number[], random: RandomGenerator): Interval {
  for (const value of values) {
    if (!Number.isFinite(value)) throw new RangeError(`an interval needs finite values, not ${value}`);
  }
  const center = mean(values);
  if (values.length === 1) return { mean: center, low: center, high: center };
  const means = new Float64Array(RESAMPLES);
  for (let i = 0; i < RESAMPLES; i++) {
    let sum = 0;
    for (let draw = 0; draw < values.length; draw++) sum += values[random.below(values.length)]!;
    means[i] = sum / values.length;
  }
  means.sort();
  return { mean: center, low: quantile(means, 0.025), high: quantile(means, 0.975) };
}
