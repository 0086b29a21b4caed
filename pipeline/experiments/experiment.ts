/**
 * What an experiment is. Adding an experiment = adding a file to this folder and naming it in `index.ts`.
 */
import type { Group, Quotable, Run, Verdict } from '../../src/results/schema.ts';
import type { RunSpecification } from '../../src/training/specification.ts';

export type Profile = 'quick' | 'full';

/** One point of the grid: a specification to be run with each of the profile's seeds. */
export interface GridPoint {
  /** Unique in the experiment, in kebab-case: it names the group in results and figures. */
  id: string;
  label: string;
  specification: Omit<RunSpecification, 'seed'>;
}

export interface Grid {
  points: GridPoint[];
  seeds: number[];
}

/** The finished runs of one grid point, with their summary. */
export interface FinishedGroup extends Group {
  finishedRuns: Run[];
}

export interface Experiment {
  id: string;
  title: string;
  question: string;
  /** The claims of the paper it tests: the place in the paper, and what it says in our words. */
  claims: { place: string; text: string }[];
  /** What decides, written before the runs: which number, which direction, which size. `decide` carries it out. */
  criterion: string;
  grids: Record<Profile, Grid>;
  /** The verdict, computed from the results by the criterion. */
  decide(groups: FinishedGroup[]): Verdict;
  /** The numbers that the text may quote, keyed `group/moment/measure`. */
  values(groups: FinishedGroup[]): Record<string, Quotable>;
}
