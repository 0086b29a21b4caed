/** The exported runs that a command is about, and whether the code that stands here can make them again. */
import type { ExperimentResult, Run } from '../../src/results/schema.ts';
import { PipelineError, UsageError } from '../errors.ts';
import { findExperiment } from '../plan.ts';
import type { CommandContext } from './context.ts';

/**
 * The exported experiment, and the run of it that is asked for; all of them for null.
 * @throws {PipelineError | UsageError} when there is no such experiment, export or run.
 */
export function publishedRuns(
  experiment: string,
  run: string | null,
  context: CommandContext,
): { result: ExperimentResult; runs: Run[] } {
  const { id } = findExperiment(experiment, context.experiments);
  const exported = context.store.readExperiment(id);
  if (exported === null) {
    throw new PipelineError(
      `${id} has no exported result to verify; make it with \`npm run pipeline -- run --only ${id}\``,
    );
  }
  const { result } = exported;
  if (run === null) return { result, runs: result.runs };
  const found = result.runs.find((candidate) => candidate.id === run);
  if (found) return { result, runs: [found] };
  const known = result.runs.map((candidate) => candidate.id).join(', ');
  throw new UsageError(`${id} has no run "${run}"; its runs are: ${known}`);
}

/** `emergence, run 08c3fe7b1caca5c9 (seed 0)` */
export function labelOf(experiment: string, { id, specification }: Run): string {
  return `${experiment}, run ${id} (seed ${specification.seed})`;
}

/** @throws {PipelineError} for a run that this code would not make again to the same bits. */
export function refuseOtherVersions(experiment: string, run: Run, context: CommandContext): void {
  const now = context.versionsOf(run.specification.engine);
  const changed = Object.entries(run.versions).filter(([part, version]) => now[part as keyof typeof now] !== version);
  if (changed.length === 0) return;
  const parts = changed.map(([part, version]) => `${part} ${version} (here ${now[part as keyof typeof now]})`);
  throw new PipelineError(
    `${labelOf(experiment, run)} was made by other versions of the code: ${parts.join(', ')}. ` +
      `Check out commit ${run.execution.commit} to verify it`,
  );
}
