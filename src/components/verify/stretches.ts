/** How far a verification goes, and how long that takes. */
import { evaluationSteps } from './compare.ts';
import type { RunGroup } from './runs.ts';

/** Seconds up to which a whole run is verified unless the reader chooses less. */
export const WHOLE_UP_TO = 60;
/** A longer list of stretches is thinned. */
const MOST_STRETCHES = 12;

type Timed = Pick<RunGroup, 'steps' | 'every' | 'tokensPerStep' | 'tokensPerSecond'>;

/**
 * Seconds from the first step to `until`.
 * @param factor how much faster this device is than that of the published runs; 1 where that is not known.
 */
export function expectedSeconds({ tokensPerStep, tokensPerSecond }: Timed, until: number, factor: number): number {
  return (until * tokensPerStep) / (tokensPerSecond * factor);
}

/** The evaluation steps that a reader can choose to go to, evenly spread, the last among them. */
export function stretchesOf({ steps, every }: Timed): number[] {
  const all = evaluationSteps(steps, every).slice(1);
  const stride = Math.ceil(all.length / MOST_STRETCHES);
  return all.filter((_, index) => (all.length - 1 - index) % stride === 0);
}

/** The whole run where that takes under a minute, else as far as a minute goes; at least the first stretch. */
export function defaultStretch(group: Timed, factor: number): number {
  const affordable = stretchesOf(group).filter((step) => expectedSeconds(group, step, factor) <= WHOLE_UP_TO);
  return affordable.at(-1) ?? stretchesOf(group)[0]!;
}

/** The stretch that a verification which rests at `step` goes on to: the one chosen if that is further, else the next. */
export function nextStretch(group: Timed, step: number, chosen: number): number {
  return chosen > step ? chosen : (stretchesOf(group).find((candidate) => candidate > step) ?? group.steps);
}
