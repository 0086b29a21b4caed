/** What criteria read off finished groups, and how they write it. */
import { commonLoss as commonLossOfRuns, valuesAtLoss as runValuesAtLoss } from '../../src/results/equal-loss.ts';
import type { Estimate, Quotable } from '../../src/results/schema.ts';
import { MEASURES, type Measure } from '../../src/results/summarise.ts';
import type { FinishedGroup } from './experiment.ts';

/**
 * The group of a grid point.
 * @throws {Error} listing the groups that there are.
 */
export function groupOf(groups: readonly FinishedGroup[], id: string): FinishedGroup {
  const found = groups.find((group) => group.id === id);
  if (found) return found;
  throw new Error(`there is no finished group "${id}"; there are: ${groups.map((group) => group.id).join(', ')}`);
}

/** A measure over the seeds at one evaluation, the last without `index`. */
export function estimateOf(group: FinishedGroup, measure: Measure, index = -1): Estimate {
  const estimate = group.series.at(index)?.measures[measure];
  if (estimate === undefined) throw new Error(`the series of "${group.id}" has no measure "${measure}"`);
  return estimate;
}

/** A measure of each seed's last evaluation. */
export function finalValues(group: FinishedGroup, measure: Measure): number[] {
  return group.finishedRuns.map(({ evaluations }) => MEASURES[measure](evaluations.at(-1)!)!);
}

/** A measure of each seed where its validation loss first reaches a level; null where it never does. */
export function valuesAtLoss(group: FinishedGroup, measure: Measure, level: number): (number | null)[] {
  return runValuesAtLoss(group.finishedRuns, measure, level);
}

/** The lowest level of validation loss that every seed of every group comes down to. */
export function commonLoss(groups: readonly FinishedGroup[]): number {
  return commonLossOfRuns(groups.flatMap(({ finishedRuns }) => finishedRuns));
}

/** What an analysis measured as one number, over the seeds. */
export function measuredEstimate(group: FinishedGroup, name: string): Estimate & { seeds: number[] } {
  const { mean, low, high, seeds } = group.analysis[name] ?? {};
  if (typeof mean !== 'number' || typeof low !== 'number' || typeof high !== 'number' || seeds === undefined) {
    throw new Error(`the analysis of "${group.id}" has no number "${name}"`);
  }
  return { mean, low, high, seeds };
}

/** So many digits after the point; a number that rounds to zero has no sign. */
export function written(value: number, digits = 3): string {
  return value.toFixed(digits).replace(/^-(0(?:\.0+)?)$/, '$1');
}

/** `0.120 (0.101 to 0.139)` */
export function withInterval({ mean, low, high }: Estimate, digits = 3): string {
  return `${written(mean, digits)} (${written(low, digits)} to ${written(high, digits)})`;
}

/** `12 %` */
export function percent(share: number): string {
  return `${written(100 * share, 0)} %`;
}

/** `p = 0.008`, `p < 0.001` */
export function pValue(p: number): string {
  return p < 0.001 ? 'p < 0.001' : `p = ${p.toFixed(3)}`;
}

/** An estimate that the text may quote. */
export function quotable(
  { mean, low, high }: Estimate,
  format: Quotable['format'],
  digits: number,
  description: string,
): Quotable {
  return { value: mean, low, high, format, digits, description };
}

/** A whole number that the text may quote. */
export function count(value: number, description: string): Quotable {
  return { value, format: 'integer', digits: 0, description };
}
