/** Which runs a command is about: experiments, profiles and shards, resolved to specifications with ids. */
import { type CodeVersions, codeVersions as codeVersionsSchema } from '../src/results/schema.ts';
import { runId } from '../src/training/identity.ts';
import { type RunSpecification, runSpecification } from '../src/training/specification.ts';
import { checkConfig } from '../src/transformer/config.ts';
import { PipelineError, UsageError } from './errors.ts';
import type { Experiment, GridPoint, Profile } from './experiments/experiment.ts';

export const PROFILES = ['quick', 'full'] as const satisfies readonly Profile[];

/** A run that an experiment asks for. */
export interface PlannedRun {
  id: string;
  specification: RunSpecification;
  versions: CodeVersions;
  /** The analyses that its experiments ask for, by id; missing or not. */
  analyses: readonly string[];
  /** `emergence/base, seed 0`: for messages. When several experiments ask for a run, the first names it. */
  label: string;
}

/** The runs of one grid point, one a seed. */
export interface PlannedGroup {
  point: GridPoint;
  runs: PlannedRun[];
}

/** Versions of the code that computes a run, by its engine. */
export type VersionsOf = (engine: RunSpecification['engine']) => CodeVersions;

/**
 * The experiment of this name.
 * @throws {UsageError} listing the known ones.
 */
export function findExperiment(name: string, experiments: readonly Experiment[]): Experiment {
  const found = experiments.find(({ id }) => id === name);
  if (found) return found;
  const known = experiments.map(({ id }) => id);
  throw new UsageError(`there is no experiment "${name}"${didYouMean(name, known)}; known are: ${known.join(', ')}`);
}

/** @throws {UsageError} listing the known profiles. */
export function parseProfile(name: string): Profile {
  const found = PROFILES.find((profile) => profile === name);
  if (found) return found;
  throw new UsageError(`there is no profile "${name}"${didYouMean(name, PROFILES)}; known are: ${PROFILES.join(', ')}`);
}

/**
 * A whole number of at least `least`.
 * @throws {UsageError} naming the option.
 */
export function parseCount(option: string, text: string, least: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
  throw new UsageError(`${option} takes a whole number of at least ${least}, not "${text}"`);
}

/**
 * Seeds written as `7` or `5..9`, both ends included.
 * @throws {UsageError} explaining how to write them.
 */
export function parseSeeds(text: string): number[] {
  const [, first, last = first] = /^(\d{1,6})(?:\.\.(\d{1,6}))?$/.exec(text) ?? [];
  const [from, to] = [Number(first), Number(last)];
  if (first === undefined || to < from) {
    throw new UsageError(`--seeds takes one seed or a range such as 5..9, the smaller first, not "${text}"`);
  }
  if (to - from >= 100) throw new UsageError(`--seeds ${text}: that is ${to - from + 1} seeds; take at most 100`);
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

/** The same experiment with other seeds in the grid of a profile. */
export function withSeeds(experiment: Experiment, profile: Profile, seeds: readonly number[]): Experiment {
  const grid = { ...experiment.grids[profile], seeds: [...seeds] };
  return { ...experiment, grids: { ...experiment.grids, [profile]: grid } };
}

/** Part `index` (from 1) of `count` parts of the work. */
export interface Shard {
  index: number;
  count: number;
}

/** @throws {UsageError} explaining what a shard is. */
export function parseShard(text: string): Shard {
  const [, index, count] = /^(\d+)\/(\d+)$/.exec(text)?.map(Number) ?? [];
  if (index === undefined || count === undefined) {
    throw new UsageError(`--shard takes part/parts, such as 1/4 for the first of four, not "${text}"`);
  }
  if (count < 1) throw new UsageError(`--shard ${text}: the work cannot be cut into ${count} parts`);
  if (index < 1 || index > count) {
    throw new UsageError(`--shard ${text}: there is no part ${index} of ${count}; parts run from 1 to ${count}`);
  }
  return { index, count };
}

/**
 * The groups of an experiment's grid, every specification checked.
 * @throws {PipelineError} naming the experiment, the point and the field that cannot be: the experiment file is wrong.
 */
export function planGroups(experiment: Experiment, profile: Profile, versionsOf: VersionsOf): PlannedGroup[] {
  const { points, seeds } = experiment.grids[profile];
  return points.map((point) => ({
    point,
    runs: seeds.map((seed) => {
      const label = `${experiment.id}/${point.id}, seed ${seed}`;
      const checked = runSpecification.safeParse({ ...point.specification, seed });
      if (!checked.success) {
        const { path, message } = checked.error.issues[0]!;
        throw new PipelineError(`the experiment file of ${label}: ${path.join('.')}: ${message}`);
      }
      const specification = checked.data;
      try {
        checkConfig(specification.model);
      } catch (error) {
        throw new PipelineError(`the experiment file of ${label}: model.${(error as Error).message}`);
      }
      const versions = codeVersionsSchema.parse(versionsOf(specification.engine));
      const analyses = experiment.analysis ? [experiment.analysis.id] : [];
      return { id: runId(specification, versions), specification, versions, analyses, label };
    }),
  }));
}

/** Every run of the experiments once, in order, whoever asks for it. */
export function planRuns(experiments: readonly Experiment[], profile: Profile, versionsOf: VersionsOf): PlannedRun[] {
  const runs = new Map<string, PlannedRun>();
  for (const experiment of experiments) {
    for (const group of planGroups(experiment, profile, versionsOf)) {
      for (const run of group.runs) {
        const known = runs.get(run.id);
        const analyses = [...new Set([...(known?.analyses ?? []), ...run.analyses])];
        runs.set(run.id, { ...(known ?? run), analyses });
      }
    }
  }
  return [...runs.values()];
}

/** Every `count`-th run, so that parts are of about equal work; it depends on the plan alone, not on what is done. */
export function inShard<T>(runs: readonly T[], { index, count }: Shard): T[] {
  return runs.filter((_run, position) => position % count === index - 1);
}

function didYouMean(name: string, known: readonly string[]): string {
  const closest = known
    .map((candidate) => ({ candidate, distance: editDistance(name.toLowerCase(), candidate) }))
    .sort((a, b) => a.distance - b.distance)[0];
  if (closest === undefined || closest.distance > Math.max(2, closest.candidate.length / 3)) return '';
  return ` (did you mean "${closest.candidate}"?)`;
}

/** Insertions, deletions and exchanges of characters that turn one word into the other (Levenshtein 1966). */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, j) => j);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const exchange = row[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1);
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, exchange);
    }
    row = next;
  }
  return row[to.length]!;
}
