/** How far a run goes in a page: to its end where that is soon, else to the last evaluation that is. */
import { costOf } from '../lab/plan.ts';
import type { Published } from '../lab/published.ts';

/** Seconds that a reader may be expected to wait for a curve. */
export const PATIENCE = 60;
/** A run that takes so many times that and no more is not cut: little would be won. */
const NEARLY = 1.5;

/** The start of a run, up to an evaluation. */
export interface Stretch {
  /** Its last step. */
  step: number;
  /** Expected at the pace of the published runs. */
  seconds: number;
  /** Whether it is the whole run. */
  whole: boolean;
}

/**
 * The stretches that a page offers of a run, the first the one it would take: the whole run, and, where that takes
 * much longer than the patience, the beginning before it. Stopped early, a run has the bits of the whole one up to there.
 * Where not even the first evaluation comes in time, the whole run alone.
 */
export function stretchesOf({ specification, series, tokensPerSecond }: Published, patience = PATIENCE): Stretch[] {
  const { steps } = specification.training;
  const { seconds } = costOf(specification, 'kernels', specification, tokensPerSecond);
  const whole = { step: steps, seconds, whole: true };
  if (seconds <= NEARLY * patience) return [whole];
  const step = series.findLast((point) => point.step > 0 && (seconds * point.step) / steps <= patience)?.step;
  return step === undefined ? [whole] : [{ step, seconds: (seconds * step) / steps, whole: false }, whole];
}
