/** An experiment's results as its page tables them: the grid, what the analysis measured, and the setting in a line. */
import type { ExperimentResult, MeasuredEstimate, Run } from '../../results/schema.ts';
import { parameterCount } from '../../transformer/parameters.ts';
import { SPECIFICATION_FIELDS } from './specification-fields.ts';

export interface GridSummary {
  /** What differs between the points; empty for a single point. */
  columns: string[];
  points: { id: string; label: string; parameters: number; seeds: number[]; cells: string[] }[];
}

/** The points of the grid, with the fields in which they differ. */
export function gridOf(data: ExperimentResult): GridSummary {
  const points = data.groups.map((group) => ({ group, runs: runsOf(data, group.runs) }));
  const differing = SPECIFICATION_FIELDS.filter(({ of }) => {
    const texts = points.map(({ runs }) => of(runs[0]!.specification));
    return new Set(texts).size > 1;
  });
  return {
    columns: differing.map(({ label }) => label),
    points: points.map(({ group, runs }) => ({
      id: group.id,
      label: group.label,
      parameters: parameterCount(runs[0]!.specification.model),
      seeds: runs.map(({ specification }) => specification.seed),
      cells: differing.map(({ of }) => of(runs[0]!.specification)),
    })),
  };
}

/** @throws {Error} where a group names a run that the file does not hold. */
function runsOf(data: ExperimentResult, ids: readonly string[]): Run[] {
  return ids.map((id) => {
    const run = data.runs.find((candidate) => candidate.id === id);
    if (!run) throw new Error(`the results of ${data.experiment} have a group with run ${id}, which they do not hold`);
    return run;
  });
}

/** The distinct texts of a field over all runs, in their order: `2`, `2, 4 or 6`. */
export function across(runs: readonly Run[], of: (specification: Run['specification']) => string | number): string {
  const texts = [...new Set(runs.map(({ specification }) => String(of(specification))))];
  const last = texts.pop()!;
  return texts.length === 0 ? last : `${texts.join(', ')} or ${last}`;
}

/** The smallest and the largest over all runs: `36,096`, `36,096 to 71,424`. */
export function range(runs: readonly Run[], of: (run: Run) => number): string {
  const values = runs.map(of);
  const [low, high] = [Math.min(...values), Math.max(...values)].map((value) => value.toLocaleString('en'));
  return low === high ? low! : `${low} to ${high}`;
}

/** What was trained, in a line: layers, width, context, parameters, tokens, seeds. */
export function settingOf({ runs, groups }: ExperimentResult): string {
  const seeds = Math.min(...groups.map((group) => group.runs.length));
  const layers = range(runs, ({ specification }) => specification.model.layers);
  return [
    `${runs.length} ${runs.length === 1 ? 'model' : 'models'}, ${seeds === 1 ? 'one seed' : `${seeds} seeds each`}`,
    `${layers} ${layers === '1' ? 'layer' : 'layers'}`,
    `width ${range(runs, ({ specification }) => specification.model.width)}`,
    `context ${range(runs, ({ specification }) => specification.model.contextLength)}`,
    `${range(runs, ({ specification }) => parameterCount(specification.model))} parameters`,
    `${range(runs, ({ evaluations }) => evaluations.at(-1)!.tokens)} tokens a run`,
  ].join(' · ');
}

interface Cell {
  mean: string;
  interval: string;
}

export interface AnalysisSummary {
  /** The numbers: points of the grid against measures, whichever way round makes the narrower table. */
  corner: 'Measure' | 'Point';
  columns: string[];
  rows: { name: string; cells: Cell[] }[];
  /** Names of the lists and tables, with their shapes. */
  others: { name: string; shape: string }[];
}

/** What the experiment's analysis measured: its numbers with intervals, and what else there is. */
export function analysisOf({ groups }: ExperimentResult): AnalysisSummary {
  const measures = new Map(groups.flatMap(({ analysis }) => Object.entries(analysis)));
  const numbers = [...measures].filter(([, { mean }]) => typeof mean === 'number').map(([name]) => name);
  const labels = groups.map(({ label }) => label);
  const cell = (group: number, name: string) => estimateCell(groups[group]!.analysis[name]);
  const others = [...measures].flatMap(([name, { mean }]) =>
    Array.isArray(mean) ? [{ name, shape: shapeOf(mean).join(' × ') }] : [],
  );
  if (numbers.length < groups.length) {
    const rows = labels.map((name, group) => ({ name, cells: numbers.map((measure) => cell(group, measure)) }));
    return { corner: 'Point', columns: numbers, rows, others };
  }
  const rows = numbers.map((name) => ({ name, cells: groups.map((_, group) => cell(group, name)) }));
  return { corner: 'Measure', columns: labels, rows, others };
}

function shapeOf(values: readonly (number | readonly number[])[]): number[] {
  const [first] = values;
  return Array.isArray(first) ? [values.length, first.length] : [values.length];
}

function estimateCell(estimate: MeasuredEstimate | undefined): Cell {
  if (estimate === undefined) return { mean: '–', interval: '' };
  const { mean, low, high } = estimate;
  if (typeof mean !== 'number' || typeof low !== 'number' || typeof high !== 'number') {
    throw new Error('a measure is a number at one point of the grid and a list at another');
  }
  return { mean: threeDigits(mean), interval: `${threeDigits(low)} to ${threeDigits(high)}` };
}

/** Three significant digits with a true minus sign: `0.0871`, `−1.2`, `1,460`. */
export function threeDigits(value: number): string {
  const rounded = Number(value.toPrecision(3));
  const tiny = rounded !== 0 && Math.abs(rounded) < 1e-4;
  const text = tiny
    ? rounded.toExponential()
    : Math.abs(rounded).toLocaleString('en', { maximumSignificantDigits: 3, useGrouping: true });
  return tiny ? text.replaceAll('-', '\u2212') : `${rounded < 0 ? '\u2212' : ''}${text}`;
}
