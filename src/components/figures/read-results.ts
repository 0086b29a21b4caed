/** What figures read off an experiment's results, and the errors where results lack it. */
import type { Estimate, ExperimentResult, Group, Run } from '../../results/schema.ts';
import { MEASURES, type Measure } from '../../results/summarise.ts';

/**
 * The group of a grid point.
 * @throws {Error} listing the groups that there are.
 */
export function groupOf(data: ExperimentResult, id: string): Group {
  const found = data.groups.find((group) => group.id === id);
  if (found) return found;
  const known = data.groups.map((group) => group.id).join(', ');
  throw new Error(`figure of ${data.experiment}: there is no group “${id}”; there are: ${known}`);
}

/** The runs of a group, one a seed, in the order of the seeds. */
export function runsOf(data: ExperimentResult, { runs }: Group): Run[] {
  return runs.map((id) => data.runs.find((run) => run.id === id)!);
}

/** A measure over the seeds at one evaluation, the last without `index`. */
export function estimateOf(group: Group, measure: Measure, index = -1): Estimate {
  const point = group.series.at(index);
  const estimate = point?.measures[measure];
  if (estimate) return estimate;
  throw new Error(`figure: group ${group.id} has no measure “${measure}” at step ${point?.step}; run the export again`);
}

/** A measure of each seed at one evaluation, the last without `index`. */
export function seedValues(data: ExperimentResult, group: Group, measure: Measure, index = -1): number[] {
  return runsOf(data, group).map(({ evaluations }) => MEASURES[measure](evaluations.at(index)!)!);
}

/** A number that the analysis measured, over the seeds, with each seed's value. */
export function measuredNumber(group: Group, name: string): Estimate & { seeds: number[] } {
  const { mean, low, high, seeds } = group.analysis[name] ?? {};
  if (typeof mean !== 'number' || typeof low !== 'number' || typeof high !== 'number' || !seeds) {
    throw new Error(`figure: the analysis of group ${group.id} has no number “${name}”; run the export again`);
  }
  return { mean, low, high, seeds };
}

/** A list that the analysis measured (one value a layer, a distance, ...), over the seeds. */
export function measuredList(group: Group, name: string): Estimate[] {
  const { mean, low, high } = group.analysis[name] ?? {};
  if (!isList(mean) || !isList(low) || !isList(high)) {
    throw new Error(`figure: the analysis of group ${group.id} has no list “${name}”; run the export again`);
  }
  return mean.map((value, i) => ({ mean: value, low: low[i]!, high: high[i]! }));
}

function isList(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'number');
}

/** A number that the text may quote too. */
export function quotedNumber(data: ExperimentResult, key: string): number {
  const value = data.values[key]?.value;
  if (value === undefined) {
    throw new Error(`figure of ${data.experiment}: the results have no value “${key}”; run the export again`);
  }
  return value;
}

/** An estimate with its interval that the text may quote too. */
export function quotedEstimate(data: ExperimentResult, key: string): Estimate {
  const mean = quotedNumber(data, key);
  const { low, high } = data.values[key]!;
  if (low === undefined || high === undefined) {
    throw new Error(`figure of ${data.experiment}: the value “${key}” has no interval`);
  }
  return { mean, low, high };
}
