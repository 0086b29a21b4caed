/** Ranks and what is made of them: correlation by order, and the test whether one group lies above another. */

/** Ranks from 1, the smallest first; equal values share the mean of their ranks. */
export function ranks(values: ArrayLike<number>): Float64Array {
  const order = Array.from({ length: values.length }, (_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const result = new Float64Array(values.length);
  for (let first = 0; first < order.length; ) {
    let end = first + 1;
    while (end < order.length && values[order[end]!] === values[order[first]!]) end++;
    for (let i = first; i < end; i++) result[order[i]!] = (first + 1 + end) / 2;
    first = end;
  }
  return result;
}

/**
 * Spearman's rank correlation: the correlation of the ranks, from -1 (opposite order) to 1 (same order). 0 where one of
 * the two does not vary.
 * @throws {RangeError} for lists of different lengths, or fewer than two values.
 */
export function spearman(x: ArrayLike<number>, y: ArrayLike<number>): number {
  if (x.length !== y.length) throw new RangeError(`cannot correlate ${x.length} values with ${y.length}`);
  if (x.length < 2) throw new RangeError('a correlation needs at least two pairs');
  const [rx, ry] = [ranks(x), ranks(y)];
  const middle = (x.length + 1) / 2;
  let [xy, xx, yy] = [0, 0, 0];
  for (let i = 0; i < rx.length; i++) {
    const [dx, dy] = [rx[i]! - middle, ry[i]! - middle];
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  return xx === 0 || yy === 0 ? 0 : xy / Math.sqrt(xx * yy);
}

/** What a test of two groups says. */
export interface GroupComparison {
  /** The share of pairs in which the first group's value is the larger, ties counting half: 0.5 when neither is. */
  superiority: number;
  /** Two-sided: how often the same values, dealt to the groups at random, would lie as far apart. */
  p: number;
}

/** Pairs of groups are dealt in every way up to this many values; beyond it there would be too many ways. */
const LARGEST = 20;

/**
 * The exact Mann-Whitney test (Mann & Whitney 1947) of two groups: the values are dealt to the groups in every possible
 * way, so that ties need no correction. With five seeds each the smallest possible p is 2 / 252.
 * @throws {RangeError} for an empty group, or more than 20 values in all.
 */
export function compareGroups(first: readonly number[], second: readonly number[]): GroupComparison {
  if (first.length === 0 || second.length === 0) throw new RangeError('a comparison needs a value in each group');
  const pooled = [...first, ...second];
  if (pooled.length > LARGEST) throw new RangeError(`an exact comparison takes up to ${LARGEST} values`);
  const byRank = ranks(pooled);
  const expected = (first.length * (pooled.length + 1)) / 2;
  const observed = sumOf(byRank.subarray(0, first.length));
  let [ways, asFar] = [0, 0];
  const deal = (from: number, left: number, sum: number) => {
    if (left === 0) {
      ways++;
      if (Math.abs(sum - expected) >= Math.abs(observed - expected) - 1e-9) asFar++;
      return;
    }
    for (let i = from; i <= pooled.length - left; i++) deal(i + 1, left - 1, sum + byRank[i]!);
  };
  deal(0, first.length, 0);
  const pairs = first.length * second.length;
  const wins = observed - (first.length * (first.length + 1)) / 2;
  return { superiority: wins / pairs, p: asFar / ways };
}

function sumOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
