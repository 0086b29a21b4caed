/**
 * How each plotted number comes from runs. A figure's table holds estimates, mean and interval; here each is found again
 * among what the results hold: a measure of a group at an evaluation, a measure of the trained models, a quoted value.
 */
import type { ExperimentResult, Group } from '../../results/schema.ts';
import { MEASURES, type Measure } from '../../results/summarise.ts';
import { analysisId } from '../../training/identity.ts';
import type { Cell, Table } from '../figures/figure.ts';

/** One seed's share in a plotted number. */
export interface Contribution {
  run: string;
  /** Null where the file that is named holds it within a list. */
  value: number | null;
  /** Where the value stands, from the site's folder. */
  file: string;
}

export interface Source {
  row: string;
  column: string;
  value: number;
  /** `validationLoss at step 200, group base` */
  from: string;
  contributions: Contribution[];
}

export interface TracedTable {
  sources: Source[];
  /** Estimates that the figure's own code computes from the results. */
  computed: number;
}

interface Candidate {
  measure: string;
  position: number | null;
  /** Groups may share their runs; what such groups say is the same. */
  runs: string;
  from: string;
  contributions(): Contribution[];
}

/** Finds the source of every estimate of a table; one that two sources would explain equally well is not claimed. */
export function traceTable(table: Table, data: ExperimentResult): TracedTable {
  const ids = table.columns.map(({ id }) => id);
  const known = candidates(data);
  const traced: TracedTable = { sources: [], computed: 0 };
  for (const cells of table.rows) {
    table.columns.forEach(({ id, label }, index) => {
      const [low, high] = [ids.indexOf(`${id}-low`), ids.indexOf(`${id}-high`)];
      const value = cells[index];
      if (low < 0 || high < 0 || typeof value !== 'number' || cells[low] === null) return;
      const found = choose(known.get(key(value, cells[low]!, cells[high]!)) ?? [], id, cells[0]!);
      if (!found) {
        traced.computed++;
        return;
      }
      const row = String(cells[0] ?? '');
      traced.sources.push({ row, column: label, value, from: found.from, contributions: found.contributions() });
    });
  }
  return traced;
}

/** Equal numbers have several origins: the measure's own name decides, then the step. */
function choose(found: Candidate[], column: string, row: Cell): Candidate | undefined {
  const named = found.filter(({ measure }) => measure === column);
  const among = named.length > 0 ? named : found;
  const placed = among.filter(({ position }) => position === row);
  const rest = placed.length > 0 ? placed : among;
  const origins = new Set(rest.map(({ measure, position, runs }) => `${measure}|${position}|${runs}`));
  return origins.size === 1 ? rest[0] : undefined;
}

function key(mean: Cell, low: Cell, high: Cell): string {
  return `${mean}|${low}|${high}`;
}

function candidates(data: ExperimentResult): Map<string, Candidate[]> {
  const byEstimate = new Map<string, Candidate[]>();
  const add = (estimate: { mean: number; low: number; high: number }, candidate: Candidate) => {
    const at = key(estimate.mean, estimate.low, estimate.high);
    byEstimate.set(at, [...(byEstimate.get(at) ?? []), candidate]);
  };
  for (const group of data.groups) {
    group.series.forEach(({ step, measures }, index) => {
      for (const [measure, estimate] of Object.entries(measures)) {
        add(estimate, {
          measure,
          position: step,
          runs: group.runs.join(),
          from: `${measure} at step ${step}, group ${group.id}`,
          contributions: () => evaluated(data, group, measure as Measure, index),
        });
      }
    });
    for (const [measure, { mean, low, high }] of Object.entries(group.analysis)) {
      const [means, lows, highs] = [mean, low, high].map((part) => [part].flat(2)) as [number[], number[], number[]];
      means.forEach((value, position) => {
        add(
          { mean: value, low: lows[position]!, high: highs[position]! },
          {
            measure,
            position: Array.isArray(mean) ? position : null,
            runs: group.runs.join(),
            from: `${measure}${Array.isArray(mean) ? `, entry ${position + 1}` : ''} of the analysis, group ${group.id}`,
            contributions: () => analysed(data, group, measure),
          },
        );
      });
    }
  }
  return byEstimate;
}

function evaluated(data: ExperimentResult, { runs }: Group, measure: Measure, index: number): Contribution[] {
  return runs.map((id) => {
    const evaluation = data.runs.find((run) => run.id === id)?.evaluations[index];
    return {
      run: id,
      value: evaluation ? MEASURES[measure](evaluation) : null,
      file: `results/runs/${id}.json`,
    };
  });
}

function analysed(
  { analysis }: ExperimentResult,
  { runs, analysis: measured }: Group,
  measure: string,
): Contribution[] {
  const seeds = measured[measure]?.seeds;
  return runs.map((run, seed) => ({
    run,
    value: seeds?.[seed] ?? null,
    file:
      analysis === null
        ? `results/runs/${run}.json`
        : `results/analyses/${analysisId({ analysis: analysis.id, version: analysis.version, run })}.json`,
  }));
}
