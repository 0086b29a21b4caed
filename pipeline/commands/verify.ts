/** `verify`: trains published runs again and compares, evaluation by evaluation, every parameter's bits. */

import { roundNumbers } from '../../src/results/round.ts';
import type { Evaluation, Run } from '../../src/results/schema.ts';
import { canonicalJson } from '../../src/training/identity.ts';
import { PipelineError, UsageError } from '../errors.ts';
import { INTERRUPTED } from '../interrupt.ts';
import { findExperiment } from '../plan.ts';
import { ProgressDisplay } from '../progress.ts';
import { type Job, runJobs } from '../scheduler.ts';
import { type CommandContext, counted, say } from './context.ts';

export interface VerifyOptions {
  experiment: string;
  /** One run of the experiment; all of them without it. */
  run: string | null;
  /** Compare up to this step only. */
  steps: number | null;
  jobs: number;
}

/** @returns the exit status: 1 when a run differs or could not be trained, 130 when interrupted. */
export async function verify(options: VerifyOptions, context: CommandContext): Promise<number> {
  const published = publishedRuns(options, context);
  const jobs = published.map((run) => verificationOf(run, options, context));
  const display = new ProgressDisplay(jobs, context.out);
  const interrupts = context.listenForInterrupts((line) => display.line(line));
  const outcomes = await runJobs({
    jobs,
    concurrency: options.jobs,
    folders: context.store.folders,
    signal: interrupts.signal,
    observer: display,
    ...(context.worker ? { worker: context.worker } : {}),
  }).finally(() => {
    display.close();
    interrupts.dispose();
  });

  let different = 0;
  for (const [index, outcome] of outcomes.entries()) {
    const { label } = outcome.job.run;
    const compared = published[index]!.evaluations.filter(({ step }) => step <= outcome.job.steps);
    if (outcome.status === 'finished') {
      const difference = firstDifference(compared, outcome.evaluations);
      if (difference === null) {
        say(
          context,
          `${label}: the same bits at ${counted(compared.length, 'evaluation')}, to step ${compared.at(-1)!.step}`,
        );
      } else {
        different++;
        say(context, `${label}: DIFFERENT, ${difference}`);
      }
    } else if (outcome.status === 'failed') {
      different++;
      say(context, `${label}: could not be trained: ${outcome.message}`);
    }
  }
  if (interrupts.signal.aborted) {
    say(context, 'Interrupted; nothing was changed.');
    return INTERRUPTED;
  }
  return different === 0 ? 0 : 1;
}

function publishedRuns({ experiment, run }: VerifyOptions, context: CommandContext): Run[] {
  const { id } = findExperiment(experiment, context.experiments);
  const exported = context.store.readExperiment(id);
  if (exported === null) {
    throw new PipelineError(
      `${id} has no exported result to verify; make it with \`npm run pipeline -- run --only ${id}\``,
    );
  }
  const { runs } = exported.result;
  if (run === null) return runs;
  const found = runs.find((candidate) => candidate.id === run);
  if (found) return [found];
  throw new UsageError(`${id} has no run "${run}"; its runs are: ${runs.map((candidate) => candidate.id).join(', ')}`);
}

function verificationOf(run: Run, { experiment, steps }: VerifyOptions, context: CommandContext): Job {
  const { specification, versions, id } = run;
  const label = `${experiment}, run ${id} (seed ${specification.seed})`;
  const now = context.versionsOf(specification.engine);
  const changed = Object.entries(versions).filter(([part, version]) => now[part as keyof typeof now] !== version);
  if (changed.length > 0) {
    const parts = changed.map(([part, version]) => `${part} ${version} (here ${now[part as keyof typeof now]})`);
    throw new PipelineError(
      `${label} was made by other versions of the code: ${parts.join(', ')}. ` +
        `Check out commit ${run.execution.commit} to verify it`,
    );
  }
  const { training, model } = specification;
  const until = Math.min(steps ?? training.steps, training.steps);
  return {
    run: { id, specification, versions, analyses: [], label },
    task: { kind: 'verify', until },
    steps: until,
    tokensPerStep: training.sequencesPerStep * model.contextLength,
  };
}

/** What differs first, in words; null when nothing does. */
function firstDifference(published: readonly Evaluation[], again: readonly Evaluation[]): string | null {
  for (const [index, before] of published.entries()) {
    const now = again[index];
    if (now?.step !== before.step) return `there is no evaluation at step ${before.step}`;
    if (now.fingerprint !== before.fingerprint) {
      const short = (fingerprint: string) => `${fingerprint.slice(0, 12)}…`;
      return (
        `first at step ${before.step}: fingerprint ${short(now.fingerprint)} instead of ${short(before.fingerprint)}` +
        (index === 0 ? '' : `; the same up to step ${published[index - 1]!.step}`)
      );
    }
    if (canonicalJson(roundNumbers(now)) !== canonicalJson(before)) {
      return `first at step ${before.step}: the parameters are the same, but not what was measured on them`;
    }
  }
  return null;
}
