/** `run`: trains what is missing, then exports what is complete. */
import { plan } from '../../src/engine/kernels/engine.ts';
import type { AnalysisResult } from '../../src/results/schema.ts';
import { analysisId } from '../../src/training/identity.ts';
import { analysisById } from '../analyses/index.ts';
import { currentCommit } from '../execution.ts';
import type { Profile } from '../experiments/experiment.ts';
import { INTERRUPTED } from '../interrupt.ts';
import { inShard, type PlannedRun, planRuns, type Shard, withSeeds } from '../plan.ts';
import { duration } from '../progress.ts';
import type { Job, Outcome } from '../scheduler.ts';
import type { RunSurvey } from '../store.ts';
import { carryOut } from './carry-out.ts';
import { type CommandContext, counted, say } from './context.ts';
import { secondsOf } from './cost.ts';
import { exportResults } from './export.ts';
import { compareNewSeeds } from './new-seeds.ts';

export interface RunOptions {
  /** Of these experiments only. */
  only: readonly string[] | null;
  profile: Profile;
  shard: Shard | null;
  /** Other seeds than the profile's, to be compared with the published ones; exports do not change. */
  seeds: readonly number[] | null;
  /** Runs at a time. */
  jobs: number;
  /** Whether run files that cannot be read are set aside and their runs made again. */
  replace: boolean;
  /** The command as it was given, to be shown to whoever interrupts it. */
  command: string;
}

/** @returns the exit status: 1 when a run failed or its file cannot be read, 130 when interrupted. */
export async function run(options: RunOptions, context: CommandContext): Promise<number> {
  const { profile, shard, only, seeds } = options;
  const chosen = context.experiments.filter(({ id }) => only === null || only.includes(id));
  const experiments = seeds ? chosen.map((experiment) => withSeeds(experiment, profile, seeds)) : chosen;
  const planned = planRuns(experiments, profile, context.versionsOf);
  const mine = shard ? inShard(planned, shard) : planned;
  context.store.removeLeftovers();
  const survey = context.store.surveyRuns();
  const refused = clearUnreadable(mine, survey, options, context);
  const analysed = context.store.surveyAnalyses((message) => say(context, message));
  const sound = mine.filter(({ id }) => !refused.includes(id));
  const missing = sound
    .map((planned) => ({ planned, analyses: missingAnalyses(planned, analysed) }))
    .filter(({ planned, analyses }) => !survey.runs.has(planned.id) || analyses.length > 0);
  const untrained = missing.filter(({ planned }) => !survey.runs.has(planned.id)).length;

  const part = shard ? ` in part ${shard.index} of ${shard.count}` : '';
  const finished = sound.length - untrained;
  say(
    context,
    `${profile} profile: ${counted(mine.length, 'run')}${part}, ${finished} finished, ${untrained} to make` +
      (missing.length > untrained ? `, ${missing.length - untrained} to analyse` : ''),
  );
  if (missing.length > 0) say(context, memoryNeeded(missing, options.jobs));
  const outcomes = missing.length > 0 ? await train(missing, options, context) : [];

  if (outcomes.some(({ status }) => status === 'stopped')) {
    say(context, `Interrupted; what was done is kept. To go on: ${options.command}`);
    return INTERRUPTED;
  }
  const failed = outcomes.filter((outcome) => outcome.status === 'failed');
  if (seeds) compareNewSeeds(chosen, profile, seeds, context);
  const exportStatus = seeds ? 0 : await exportResults(context);
  if (failed.length > 0) {
    say(context, `${counted(failed.length, 'run')} failed:`);
    for (const { job, message } of failed) say(context, `  ${job.run.label} (${job.run.id}): ${message}`);
  }
  const seconds = secondsOf(mine, context.store);
  if (seconds !== null) {
    say(
      context,
      `${profile} profile${part}, from nothing: ${duration(seconds)} of one core for ${counted(mine.length, 'run')}`,
    );
  }
  return failed.length > 0 || refused.length > 0 ? 1 : exportStatus;
}

/** What the largest run's engine will reserve, told before anything begins. */
function memoryNeeded(missing: readonly MissingWork[], jobs: number): string {
  const bytes = missing.map(({ planned: { specification } }) => {
    const { engine, model, training } = specification;
    return engine === 'kernels'
      ? plan(model, { sequences: training.sequencesPerStep, length: model.contextLength }).bytes
      : 0;
  });
  const megabytes = Math.ceil(Math.max(...bytes) / 1e6);
  return `memory of the kernels: up to ${megabytes} MB a run, ${counted(jobs, 'run')} at a time`;
}

/** The analyses of a run that are asked for and not there. */
function missingAnalyses({ id, analyses }: PlannedRun, done: ReadonlyMap<string, AnalysisResult>): string[] {
  return analyses.filter((analysis) => {
    const { version } = analysisById(analysis);
    return !done.has(analysisId({ analysis, version, run: id }));
  });
}

interface MissingWork {
  planned: PlannedRun;
  analyses: string[];
}

async function train(missing: MissingWork[], options: RunOptions, context: CommandContext): Promise<Outcome[]> {
  const commit = currentCommit();
  const jobs: Job[] = missing.map(({ planned, analyses }) => {
    const { training, model } = planned.specification;
    const tokensPerStep = training.sequencesPerStep * model.contextLength;
    return { run: planned, task: { kind: 'train', commit, analyses }, steps: training.steps, tokensPerStep };
  });
  return (await carryOut(jobs, options.jobs, context)).outcomes;
}

/** Tells of this command's run files that cannot be read; sets them aside when asked to. Returns those left alone. */
function clearUnreadable(
  mine: PlannedRun[],
  survey: RunSurvey,
  options: RunOptions,
  context: CommandContext,
): string[] {
  const refused: string[] = [];
  for (const { id, label } of mine) {
    const error = survey.unreadable.get(id);
    if (!error) continue;
    say(context, `${label}: ${error.message}`);
    if (options.replace) say(context, `  The file is kept as ${context.store.setAside(id)}; the run is made again.`);
    else refused.push(id);
  }
  return refused;
}
