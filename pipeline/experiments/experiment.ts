/**
 * What an experiment is. Adding an experiment = adding a file to this folder and naming it in `index.ts`.
 */
import type { Group, Measured, Quotable, Run, Verdict } from '../../src/results/schema.ts';
import type { RunSpecification } from '../../src/training/specification.ts';
import type { Analysis } from '../analyses/analysis.ts';

export type Profile = 'quick' | 'full';

/** One point of the grid: a specification to be run with each of the profile's seeds. */
export interface GridPoint {
  /** Unique in the experiment, in kebab-case: it names the group in results and figures. */
  id: string;
  label: string;
  specification: Omit<RunSpecification, 'seed'>;
  /** Whether the weights of its first seed are published under `public/models`, named `<experiment>-<point>`. */
  publishWeights?: boolean;
}

export interface Grid {
  points: GridPoint[];
  seeds: number[];
}

/** The finished runs of one grid point, with their summary. */
export interface FinishedGroup extends Group {
  /** One a seed, in the order of the profile's seeds. */
  finishedRuns: Run[];
  /** What the analysis measured on each of them, in the same order; empty without an analysis. */
  measuredRuns: Measured[];
}

/** A number that an analysis measures on each model, by which new seeds are held against the published ones. */
export interface ComparedMeasure {
  /** What it is, in words. */
  name: string;
  /** Its name in the analysis. */
  of: string;
}

export interface Experiment {
  id: string;
  title: string;
  question: string;
  /** The claims of the paper it tests: the place in the paper, and what it says in our words. */
  claims: { place: string; text: string }[];
  /** What decides, written before the runs: which number, which direction, which size. `decide` carries it out. */
  criterion: string;
  /** What was added to it when some of its runs were known, and why. It is carried out with the rest. */
  amendment?: string;
  grids: Record<Profile, Grid>;
  /** What is measured on every trained model of the grid, beyond its training series. */
  analysis?: Analysis;
  /** What new seeds are compared by beside their training: what the criterion reads of the analysis, or the text. */
  comparedMeasures?: readonly ComparedMeasure[];
  /** The verdict, computed from the results by the criterion. */
  decide(groups: FinishedGroup[]): Verdict;
  /** The numbers that the text may quote, keyed `group/moment/measure`. */
  values(groups: FinishedGroup[]): Record<string, Quotable>;
}
