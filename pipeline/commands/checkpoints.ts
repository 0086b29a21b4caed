/** `checkpoints`: publishes states in the middle of long runs, so that a page can verify a stretch that begins there. */
import { join } from 'node:path';
import type { CheckpointEntry } from '../../src/results/checkpoints.ts';
import type { Run } from '../../src/results/schema.ts';
import { parameterCount } from '../../src/transformer/parameters.ts';
import { listCheckpoints, publishedCheckpoints } from '../checkpoints.ts';
import { PipelineError, UsageError } from '../errors.ts';
import { INTERRUPTED } from '../interrupt.ts';
import { writeProvenance } from '../provenance/write.ts';
import type { Job } from '../scheduler.ts';
import { carryOut } from './carry-out.ts';
import { type CommandContext, counted, say } from './context.ts';
import { labelOf, publishedRuns, refuseOtherVersions } from './published-runs.ts';

export interface CheckpointsOptions {
  /** Null: nothing is made; what stands is listed anew. */
  experiment: string | null;
  /** One run of the experiment; the first of every group without it. */
  run: string | null;
  /** Into how many parts of about equal length a run is cut. */
  parts: number;
  jobs: number;
}

/** Bytes of all checkpoints together: they are committed, and every clone has them. */
const LARGEST_TOTAL = 15_000_000;

/** @returns the exit status: 1 when a run could not be trained to its published fingerprints, 130 when interrupted. */
export async function checkpoints(options: CheckpointsOptions, context: CommandContext): Promise<number> {
  const folder = join(context.store.folders.results, '..');
  const there = publishedCheckpoints(folder);
  const jobs = options.experiment === null ? [] : jobsOf(options.experiment, options, there, context);
  refuseTooMuch(jobs, there);
  const { outcomes, interrupted } = await carryOut(jobs, options.jobs, context);

  const published = new Set(context.store.surveyRuns().runs.keys());
  const { listed, removed } = listCheckpoints(folder, (run) => published.has(run));
  for (const path of removed) say(context, `${path}: removed, since its run is published no more`);
  const megabytes = (sum(listed.map(({ bytes }) => bytes)) / 1e6).toFixed(1);
  say(context, `public/checkpoints: ${counted(listed.length, 'checkpoint')}, ${megabytes} MB`);
  say(context, `public/results/manifest.json: ${writeProvenance(context.store)} files`);
  for (const outcome of outcomes) {
    if (outcome.status === 'failed') say(context, `${outcome.job.run.label}: ${outcome.message}`);
  }
  if (interrupted) return INTERRUPTED;
  return outcomes.some(({ status }) => status === 'failed') ? 1 : 0;
}

function jobsOf(
  experiment: string,
  { run: asked, parts }: CheckpointsOptions,
  there: readonly CheckpointEntry[],
  context: CommandContext,
): Job[] {
  const { result, runs } = publishedRuns(experiment, asked, context);
  const first = new Set(result.groups.map((group) => group.runs[0]));
  return runs
    .filter(({ id }) => asked !== null || first.has(id))
    .flatMap((run) => {
      refuseOtherVersions(experiment, run, context);
      const { id, specification, versions } = run;
      const has = (step: number) => there.some((entry) => entry.run === id && entry.step === step);
      const steps = stepsBetween(run, parts).filter((step) => !has(step));
      if (steps.length === 0) return [];
      const { training, model } = specification;
      return {
        run: { id, specification, versions, analyses: [], label: labelOf(experiment, run) },
        task: { kind: 'checkpoints', steps, published: run },
        steps: Math.max(...steps),
        tokensPerStep: training.sequencesPerStep * model.contextLength,
      } satisfies Job;
    });
}

/**
 * The evaluation steps nearest to the ends of equal parts, without the run's own ends.
 * @throws {UsageError} for a run with no evaluation between its ends.
 */
function stepsBetween({ id, specification, evaluations }: Run, parts: number): number[] {
  const inner = evaluations.slice(1, -1).map(({ step }) => step);
  if (inner.length === 0)
    throw new UsageError(`run ${id} is evaluated at its ends alone, so no stretch of it can be cut off`);
  const ends = Array.from({ length: parts - 1 }, (_, i) => ((i + 1) * specification.training.steps) / parts);
  const nearest = (end: number) => inner.reduce((a, b) => (Math.abs(b - end) < Math.abs(a - end) ? b : a));
  return [...new Set(ends.map(nearest))];
}

function refuseTooMuch(jobs: readonly Job[], there: readonly CheckpointEntry[]): void {
  // Parameters and both moments in float32; the header adds some hundred bytes.
  const wanted = jobs.map(({ run, task }) =>
    task.kind === 'checkpoints' ? task.steps.length * 12 * parameterCount(run.specification.model) : 0,
  );
  const total = sum(wanted) + sum(there.map(({ bytes }) => bytes));
  if (total <= LARGEST_TOTAL) return;
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
  throw new PipelineError(
    `${counted(jobs.length, 'run')} would bring public/checkpoints to ${megabytes(total)}, and ${megabytes(LARGEST_TOTAL)} ` +
      'are allowed; take one run by --run, fewer --parts, or remove checkpoints that no page needs',
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
