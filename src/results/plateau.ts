/** Models that learn at different rates, compared where their curves have flattened. */
import { bootstrapInterval, type Interval, mean } from '../statistics/bootstrap.ts';
import type { RandomGenerator } from '../transformer/random.ts';
import type { Run } from './schema.ts';
import { MEASURES, type Measure } from './summarise.ts';

/** The share of a run's evaluations, untrained model left out, that counts as its end. */
const END = 1 / 4;

/** The end of a run, and as many evaluations before it; single evaluations of a small model are noisy. */
function lastTwoParts({ evaluations }: Run, measure: Measure): [before: number, end: number] {
  const trained = evaluations.slice(1).map((evaluation) => MEASURES[measure](evaluation)!);
  const size = Math.max(1, Math.floor(trained.length * END));
  if (trained.length < 2 * size) {
    throw new RangeError(`a plateau needs at least two evaluations after the first step, not ${trained.length}`);
  }
  return [mean(trained.slice(-2 * size, -size)), mean(trained.slice(-size))];
}

/**
 * The mean of a measure over each run's end: its last quarter of evaluations, the untrained model's left out.
 * @throws {RangeError} for a run with fewer than two evaluations after the first step.
 */
export function plateauValues(runs: readonly Run[], measure: Measure): number[] {
  return runs.map((run) => lastTwoParts(run, measure)[1]);
}

/**
 * How much a measure still moves at the end of runs that differ in their seed: its mean over the last quarter of
 * evaluations less that over the quarter before, with its 95 % interval over the runs.
 * @param random seeded by the caller for this interval alone.
 * @throws {RangeError} as `plateauValues`.
 */
export function lateChange(runs: readonly Run[], measure: Measure, random: RandomGenerator): Interval {
  const changes = runs.map((run) => {
    const [before, end] = lastTwoParts(run, measure);
    return end - before;
  });
  return bootstrapInterval(changes, random);
}

/** Whether a curve has flattened: its late change, the whole interval, is smaller than the tolerance. */
export function isFlat({ low, high }: Pick<Interval, 'low' | 'high'>, tolerance: number): boolean {
  return low > -tolerance && high < tolerance;
}
