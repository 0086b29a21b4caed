/** How far a verification goes, and how long that takes. */

import { drawStretch, type Stretch } from '../../results/stretch.ts';
import { evaluationSteps } from './compare.ts';
import type { RunEntry, RunGroup } from './runs.ts';

/** Seconds up to which a whole run is verified unless the reader chooses less. */
export const WHOLE_UP_TO = 60;
/** A longer list of stretches is thinned. */
const MOST_STRETCHES = 12;

type Timed = Pick<RunGroup, 'steps' | 'every' | 'tokensPerStep' | 'tokensPerSecond'>;

/**
 * Seconds that so many steps take.
 * @param factor how much faster this device is than that of the published runs; 1 where that is not known.
 */
export function expectedSeconds({ tokensPerStep, tokensPerSecond }: Timed, steps: number, factor: number): number {
  return (steps * tokensPerStep) / (tokensPerSecond * factor);
}

/** The evaluation steps after `from` that a reader can choose to go to, evenly spread, the last among them. */
export function endsOf({ steps, every }: Timed, from: number): number[] {
  const all = evaluationSteps(steps, every).filter((step) => step > from);
  const stride = Math.ceil(all.length / MOST_STRETCHES);
  return all.filter((_, index) => (all.length - 1 - index) % stride === 0);
}

/** To the last step where that takes under a minute, else as far as a minute goes; at least the first stretch. */
export function defaultEnd(group: Timed, from: number, factor: number): number {
  const ends = endsOf(group, from);
  const affordable = ends.filter((step) => expectedSeconds(group, step - from, factor) <= WHOLE_UP_TO);
  return affordable.at(-1) ?? ends[0]!;
}

/** A stretch of a run drawn at random, by the browser's own source of what nobody can foresee. */
export function randomStretch({ steps, every }: Timed, { checkpoints }: Pick<RunEntry, 'checkpoints'>): Stretch {
  return drawStretch(evaluationSteps(steps, every), [0, ...checkpoints.map(({ step }) => step)], randomBelow);
}

/** A whole number from 0 to less than `count`, each as likely as another: draws that would favour some are thrown away. */
function randomBelow(count: number): number {
  const drawn = new Uint32Array(1);
  const fair = 2 ** 32 - (2 ** 32 % count);
  do crypto.getRandomValues(drawn);
  while (drawn[0]! >= fair);
  return drawn[0]! % count;
}

/** The stretch that a verification which rests at `step` goes on to: the one chosen if that is further, else the next. */
export function nextStretch(group: Timed, step: number, chosen: number): number {
  return chosen > step ? chosen : (endsOf(group, step)[0] ?? group.steps);
}
