/** `verify`: trains published runs again, measures their models again, and compares to the last bit what was published. */
import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { roundNumbers } from '../../src/results/round.ts';
import type { Evaluation, ExperimentResult, Run } from '../../src/results/schema.ts';
import { drawStretch, type Stretch } from '../../src/results/stretch.ts';
import { analysisId, canonicalJson } from '../../src/training/identity.ts';
import { analysisById } from '../analyses/index.ts';
import { publishedCheckpoints } from '../checkpoints.ts';
import { PipelineError, UsageError } from '../errors.ts';
import { INTERRUPTED } from '../interrupt.ts';
import type { Job, Outcome } from '../scheduler.ts';
import { carryOut } from './carry-out.ts';
import { type CommandContext, counted, say } from './context.ts';
import { labelOf, publishedRuns, refuseOtherVersions } from './published-runs.ts';

export interface VerifyOptions {
  /** Null: all that are exported. */
  experiment: string | null;
  /** One run of the experiment; all of them without it. */
  run: string | null;
  /** So many of these runs, drawn at random; all of them without it. */
  sample: number | null;
  /** Of each run: drawn at random, or from a step (null: the first weights) to a step (null: the last). */
  stretch: 'random' | { from: number | null; to: number | null };
  /** Whether what the experiment measured on the trained models is measured again; each run is then trained to its end. */
  analyses: boolean;
  jobs: number;
}

/** @returns the exit status: 1 when a run differs or could not be trained, 130 when interrupted. */
export async function verify(options: VerifyOptions, context: CommandContext): Promise<number> {
  const published = publishedOf(options, context);
  if (options.analyses) for (const { result } of published) refuseAnalyses(result);
  const drawn = options.sample === null ? published : draw(published, options.sample);
  const jobs = drawn.map((one) => jobOf(one, options, context));
  const { outcomes, interrupted } = await carryOut(jobs, options.jobs, context);
  const judged = outcomes.map((outcome) => judge(outcome, context));
  for (const { text } of judged) if (text !== null) say(context, text);
  if (interrupted) {
    say(context, 'Interrupted; nothing was changed.');
    return INTERRUPTED;
  }
  return judged.every(({ same }) => same) ? 0 : 1;
}

interface PublishedRun {
  run: Run;
  /** The first experiment that has it. */
  result: ExperimentResult;
}

/** @throws {PipelineError | UsageError} when there is no such experiment, export or run. */
function publishedOf({ experiment, run }: VerifyOptions, context: CommandContext): PublishedRun[] {
  if (experiment !== null) {
    const { result, runs } = publishedRuns(experiment, run, context);
    return runs.map((one) => ({ run: one, result }));
  }
  const byId = new Map<string, PublishedRun>();
  for (const { id } of context.experiments) {
    const result = context.store.readExperiment(id)?.result;
    for (const one of result?.runs ?? []) if (!byId.has(one.id)) byId.set(one.id, { run: one, result: result! });
  }
  if (byId.size === 0)
    throw new PipelineError('nothing is published to verify; make it with `npm run pipeline -- run`');
  return [...byId.values()];
}

/** @throws {UsageError} when more are asked for than there are. */
function draw<T>(from: readonly T[], count: number): T[] {
  if (count > from.length) {
    throw new UsageError(`--sample ${count} is more than the ${counted(from.length, 'run')} that are published`);
  }
  const left = [...from];
  return Array.from({ length: count }, () => left.splice(randomInt(left.length), 1)[0]!);
}

/** @throws {UsageError | PipelineError} where there is nothing to measure again, or other code measured it. */
function refuseAnalyses({ experiment, analysis }: ExperimentResult): void {
  if (analysis === null) {
    throw new UsageError(`${experiment} measures nothing on its trained models; leave --analyses away`);
  }
  const { version } = analysisById(analysis.id);
  if (version === analysis.version) return;
  throw new PipelineError(
    `the analysis “${analysis.id}” of ${experiment} was made by version ${analysis.version} of its code, and here is ` +
      `version ${version}; check out a commit of that version to verify it`,
  );
}

function jobOf({ run, result }: PublishedRun, options: VerifyOptions, context: CommandContext): Job {
  const { analyses } = options;
  const { experiment, analysis } = result;
  refuseOtherVersions(experiment, run, context);
  const { id, specification, versions } = run;
  const { training, model } = specification;
  const stretch = stretchOf(run, options, context);
  return {
    run: { id, specification, versions, analyses: [], label: labelOf(experiment, run) },
    task: { kind: 'verify', published: run, stretch, analyses: analyses && analysis ? [analysis.id] : [] },
    steps: stretch.to,
    tokensPerStep: training.sequencesPerStep * model.contextLength,
  };
}

/** @throws {UsageError} for a start that is no checkpoint, or an end before it. */
function stretchOf(run: Run, { stretch, analyses }: VerifyOptions, { store }: CommandContext): Stretch {
  const listed = publishedCheckpoints(join(store.folders.results, '..'));
  const starts = [0, ...listed.filter((entry) => entry.run === run.id).map(({ step }) => step)];
  const { steps } = run.specification.training;
  if (analyses) return { from: starts.at(-1)!, to: steps };
  if (stretch === 'random') {
    const evaluated = run.evaluations.map(({ step }) => step);
    return drawStretch(evaluated, starts, (count) => randomInt(count));
  }
  const { from = 0, to } = { from: stretch.from ?? 0, to: Math.min(stretch.to ?? steps, steps) };
  if (!starts.includes(from)) {
    throw new UsageError(
      `run ${run.id} has no checkpoint at step ${from}; a stretch of it can begin at: ${starts.join(', ')}. ` +
        '`npm run pipeline -- checkpoints` makes more',
    );
  }
  if (to < from) throw new UsageError(`--to ${to} is before --from ${from}`);
  return { from, to };
}

/** What became of a run, in a line; null where it was not carried out since the command was interrupted. */
function judge(outcome: Outcome, { store }: CommandContext): { same: boolean; text: string | null } {
  const { task, run } = outcome.job;
  if (task.kind !== 'verify') throw new Error(`a job of another kind, ${task.kind}, among those that verify`);
  const { label } = run;
  if (outcome.status === 'stopped') return { same: false, text: null };
  if (outcome.status === 'failed') return { same: false, text: `${label}: could not be verified: ${outcome.message}` };
  const { from, to } = task.stretch;
  const compared = task.published.evaluations.filter(({ step }) => step >= from && step <= to);
  const difference = firstDifference(compared, outcome.evaluations, from > 0);
  if (difference !== null) return { same: false, text: `${label}: DIFFERENT, ${difference}` };
  for (const id of task.analyses) {
    const file = analysisId({ analysis: id, version: analysisById(id).version, run: run.id });
    const published = store.readAnalysis(file);
    if (published === null) return { same: false, text: `${label}: public/results/analyses/${file}.json is missing` };
    const again = outcome.measured?.[id] ?? {};
    const name = Object.keys({ ...published.measured, ...again }).find(
      (key) => canonicalJson(roundNumbers(again[key])) !== canonicalJson(published.measured[key]),
    );
    if (name !== undefined) {
      return {
        same: false,
        text: `${label}: DIFFERENT, the analysis “${id}” measures another “${name}” than was published`,
      };
    }
  }
  const start = from > 0 ? ` from the checkpoint of step ${from}` : '';
  const analysed = task.analyses.length > 0 ? `; the same numbers measured on it (${task.analyses.join(', ')})` : '';
  const text = `the same bits at ${counted(compared.length, 'evaluation')},${start} to step ${compared.at(-1)!.step}${analysed}`;
  return { same: true, text: `${label}: ${text}` };
}

/**
 * What differs first, in words; null when nothing does.
 * @param afterCheckpoint whether the first of them follows no steps, so that it has no training loss to compare.
 */
function firstDifference(
  published: readonly Evaluation[],
  again: readonly Evaluation[],
  afterCheckpoint: boolean,
): string | null {
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
    const measured = roundNumbers(afterCheckpoint && index === 0 ? { ...now, trainingLoss: before.trainingLoss } : now);
    if (canonicalJson(measured) !== canonicalJson(before)) {
      return `first at step ${before.step}: the parameters are the same, but not what was measured on them`;
    }
  }
  return null;
}
