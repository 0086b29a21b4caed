/** Weights that pages need: the first seed of every grid point that asks for it, as `public/models/<experiment>-<point>`. */
import { join } from 'node:path';
import type { CorpusProvenance } from '../../src/results/schema.ts';
import { PipelineError } from '../errors.ts';
import type { Experiment, FinishedGroup, GridPoint } from '../experiments/experiment.ts';
import { readModel, writeModel } from '../models.ts';
import { type CommandContext, say } from './context.ts';

/**
 * Writes the weights of a group, where its point asks for it, and returns the folder's name. Weights that are not here
 * are told; what was published of the same run stands.
 */
export function publishWeights(
  experiment: Experiment,
  point: GridPoint,
  group: Pick<FinishedGroup, 'finishedRuns'>,
  corpus: CorpusProvenance,
  context: CommandContext,
): string | undefined {
  if (!point.publishWeights) return undefined;
  const standing = publishedWeights(experiment, point, group, context);
  if (standing !== undefined) return standing;
  const { folder, name } = placeOf(experiment, point, context);
  const run = group.finishedRuns[0]!;
  const parameters = context.store.readWeights(run);
  if (parameters === null) {
    say(
      context,
      `${experiment.id}/${point.id}: the weights of run ${run.id} are not here, so they are not published; remove ` +
        `public/results/runs/${run.id}.json and run it again to have them`,
    );
    return undefined;
  }
  const { id, title } = experiment;
  writeModel({ name, run, parameters, folder, provenance: { experiment: { id, title }, point: point.label, corpus } });
  return name;
}

/** The folder's name where the weights of a group are published, without writing anything. */
export function publishedWeights(
  experiment: Experiment,
  point: GridPoint,
  { finishedRuns }: Pick<FinishedGroup, 'finishedRuns'>,
  context: CommandContext,
): string | undefined {
  if (!point.publishWeights) return undefined;
  const { folder, name } = placeOf(experiment, point, context);
  return publishedRun(join(folder, name)) === finishedRuns[0]!.id ? name : undefined;
}

function placeOf(experiment: Experiment, point: GridPoint, { store }: CommandContext) {
  return { folder: join(store.folders.results, '..', 'models'), name: `${experiment.id}-${point.id}` };
}

/** The run whose weights stand in a folder, null when there is no whole model. */
function publishedRun(folder: string): string | null {
  try {
    return readModel(folder).run;
  } catch (error) {
    if (error instanceof PipelineError) return null;
    throw error;
  }
}
