/** Whether a measure rises or falls over ordered groups, such as the context lengths of a grid. */
import type { RandomGenerator } from '../transformer/random.ts';

export interface Trend {
  /**
   * The share of pairs from two different groups in which the later group's value is the larger, less the share in which
   * it is the smaller: 1 when every later group lies above every earlier one, -1 when below, 0 without a direction.
   */
  direction: number;
  /** Two-sided: how often the same values, dealt to the groups at random, would show as strong a direction. */
  p: number;
}

/** Random deals of one test; p then carries about two digits, and cannot be less than one in so many. */
const DEALS = 10_000;

/**
 * The Jonckheere-Terpstra trend test (Terpstra 1952, Jonckheere 1954) with p from random permutations, which needs no
 * large groups and no correction for ties.
 * @param groups the values of each group, one a seed, in the order of what is varied.
 * @param random seeded by the caller for this test alone.
 * @throws {RangeError} for fewer than two groups or an empty one.
 */
export function trendTest(groups: readonly (readonly number[])[], random: RandomGenerator): Trend {
  if (groups.length < 2 || groups.some((group) => group.length === 0)) {
    throw new RangeError('a trend needs at least two groups, none of them empty');
  }
  const values = groups.flat();
  const labels = groups.flatMap((group, index) => group.map(() => index));
  const observed = direction(values, labels);
  let asStrong = 1;
  for (let deal = 0; deal < DEALS; deal++) {
    for (let i = values.length - 1; i > 0; i--) {
      const other = random.below(i + 1);
      [values[i], values[other]] = [values[other]!, values[i]!];
    }
    if (Math.abs(direction(values, labels)) >= Math.abs(observed) - 1e-12) asStrong++;
  }
  return { direction: observed, p: asStrong / (DEALS + 1) };
}

function direction(values: readonly number[], labels: readonly number[]): number {
  let [sum, pairs] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    for (let j = 0; j < i; j++) {
      if (labels[i] === labels[j]) continue;
      pairs++;
      sum += Math.sign(values[i]! - values[j]!) * Math.sign(labels[i]! - labels[j]!);
    }
  }
  return sum / pairs;
}
