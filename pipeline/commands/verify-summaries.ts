/** `verify --summaries`: computes what experiments export anew from runs and analyses, and compares it byte by byte. */
import { ResultError } from '../../src/results/load.ts';
import { type ExperimentResult, experimentResult } from '../../src/results/schema.ts';
import { PipelineError } from '../errors.ts';
import type { Experiment } from '../experiments/experiment.ts';
import { exportEntry, type IndexEntry } from '../store.ts';
import { type CommandContext, counted, say } from './context.ts';
import { rebuildResult } from './export.ts';
import { type Finished, finishedWork } from './finished.ts';

/**
 * Those of the experiments that are exported.
 * @returns the exit status: 1 when an export is not what its runs and analyses give.
 */
export async function verifySummaries(experiments: readonly Experiment[], context: CommandContext): Promise<number> {
  const finished = finishedWork(context);
  let different = 0;
  let compared = 0;
  for (const experiment of experiments) {
    const difference = await differenceOf(experiment, finished, context);
    if (difference === undefined) continue;
    compared++;
    if (difference === null) continue;
    different++;
    say(context, `${experiment.id}: DIFFERENT, ${difference}`);
  }
  if (compared === 0)
    throw new PipelineError('there is no exported result to compare; `npm run pipeline -- export` writes one');
  if (different === 0) say(context, `${counted(compared, 'export')}: what runs and analyses give, byte by byte`);
  return different === 0 ? 0 : 1;
}

/** What differs first, in words; null where nothing does, undefined where the experiment has no export. */
async function differenceOf(
  experiment: Experiment,
  finished: Finished,
  context: CommandContext,
): Promise<string | null | undefined> {
  let published: { result: ExperimentResult; entry: IndexEntry } | null;
  try {
    published = context.store.readExperiment(experiment.id);
  } catch (error) {
    if (error instanceof ResultError) return error.message;
    throw error;
  }
  if (published === null) return undefined;
  const { result, entry } = published;
  const again = await rebuildResult(experiment, result, finished, context);
  if (again === null) {
    return `the runs or analyses of its ${result.profile} profile are not all there, so it cannot be computed again`;
  }
  if (exportEntry(again).sha256 === entry.sha256) return null;
  const found = firstDifference(experimentResult.parse(again), result, '');
  return found ?? 'its spaces or the order of its keys are not those that export writes';
}

/** Where two values part, with both; null where they are the same. */
function firstDifference(computed: unknown, published: unknown, place: string): string | null {
  if (isContainer(computed) && isContainer(published)) {
    for (const key of new Set([...Object.keys(published), ...Object.keys(computed)])) {
      const found = firstDifference(computed[key], published[key], place === '' ? key : `${place}.${key}`);
      if (found !== null) return found;
    }
    return null;
  }
  if (Object.is(computed, published)) return null;
  const shown = (value: unknown) => (value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 80));
  return `at ${place}: published ${shown(published)}, computed again ${shown(computed)}`;
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
