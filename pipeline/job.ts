/**
 * One job as a worker does it: trains a run, keeping its state at every evaluation, writes it when finished, and carries
 * out what is to be measured on its weights.
 */
import { join } from 'node:path';
import { type Measured, type Run, SCHEMA_VERSION } from '../src/results/schema.ts';
import { analysisId } from '../src/training/identity.ts';
import { DivergenceError, type TrainingEvent, type TrainingSetup } from '../src/training/loop.ts';
import type { RunSpecification } from '../src/training/specification.ts';
import type { Parameters } from '../src/transformer/parameters.ts';
import { analysisById } from './analyses/index.ts';
import { openModel } from './analyses/open-model.ts';
import { readCheckpointState, writeCheckpoint } from './checkpoints.ts';
import { PipelineError } from './errors.ts';
import { machine } from './execution.ts';
import { makeCheckpoints } from './make-checkpoints.ts';
import type { WorkerInput, WorkerMessage } from './scheduler.ts';
import { Store } from './store.ts';
import { type TrainRunOptions, type TrainRunResult, trainRun } from './train-run.ts';
import { areWeightsOf } from './weights.ts';

/** Milliseconds between two reports of a step. */
const REPORT_EVERY = 100;

/** The engine and the data of a run; `prepare.ts` has the one that is used. */
export type Prepare = (specification: RunSpecification) => Promise<Omit<TrainingSetup, 'specification' | 'resume'>>;

/** Does the job and tells how it goes and how it ended, failures included. */
export async function carryOut(
  input: WorkerInput,
  tell: (message: WorkerMessage) => void,
  prepare: Prepare,
): Promise<void> {
  try {
    await work(input, tell, prepare);
  } catch (error) {
    tell({ kind: 'failed', message: failureOf(error as Error) });
  }
}

/** What went wrong, and where the last state is that is worth anything. */
function failureOf(error: Error): string {
  if (!(error instanceof DivergenceError) || error.lastGoodStep === null) return error.message;
  return `${error.message}; the last good state is that of step ${error.lastGoodStep}, kept under .pipeline`;
}

async function work(input: WorkerInput, tell: (message: WorkerMessage) => void, prepare: Prepare) {
  const { job, folders } = input;
  const store = new Store(folders);
  const { task } = job;
  if (task.kind === 'verify') return verifyAgain(task, input, tell, prepare);
  if (task.kind === 'checkpoints') return publishCheckpoints(task, input, tell, prepare);
  let run = store.readRun(job.run.id);
  let parameters = run && store.readWeights(run);
  if (run === null || (parameters === null && task.analyses.length > 0)) {
    if (run) tell({ kind: 'notice', text: 'its weights are not here, so it is trained again' });
    const result = await trainJob(input, store, tell, prepare);
    if (!result.finished) return tell({ kind: 'ended', finished: false, evaluations: result.evaluations });
    parameters = result.parameters;
    if (run && !areWeightsOf(run, parameters)) {
      throw new PipelineError(
        'trained again it has other weights than the ones that were published, so it cannot be analysed; ' +
          '`npm run pipeline -- verify` tells where they part',
      );
    }
    store.writeWeights(job.run, parameters);
    run ??= finishedRun(job, task.commit, result);
    store.writeRun(run);
  }
  if (task.analyses.length > 0) await analyse(run, parameters!, task, store, tell);
  tell({ kind: 'ended', finished: true, evaluations: run.evaluations });
}

type Task<Kind extends WorkerInput['job']['task']['kind']> = Extract<WorkerInput['job']['task'], { kind: Kind }>;
type Tell = (message: WorkerMessage) => void;

/** Trains a published run again, over a stretch or to its end, and measures its models again where that is asked. */
async function verifyAgain(
  { published, stretch, analyses }: Task<'verify'>,
  input: WorkerInput,
  tell: Tell,
  prepare: Prepare,
): Promise<void> {
  const { from, to: until } = stretch;
  const folder = publicFolder(input);
  const unfinished = from === 0 ? null : { state: readCheckpointState(folder, published, from), seconds: 0 };
  const result = await train(input, tell, prepare, { unfinished, until, save: () => {} });
  const { finished, parameters } = result;
  const evaluations = result.evaluations.filter(({ step }) => step >= from);
  const measured: Record<string, Measured> = {};
  // Of other parameters than the published ones there is nothing to compare.
  if (finished && analyses.length > 0 && areWeightsOf(published, parameters)) {
    const model = await openModel(published, parameters);
    for (const id of analyses) measured[id] = await analysisById(id).measure(model);
  }
  tell({ kind: 'ended', finished, evaluations, measured });
}

async function publishCheckpoints(
  { published, steps }: Task<'checkpoints'>,
  input: WorkerInput,
  tell: Tell,
  prepare: Prepare,
): Promise<void> {
  const setup = await prepare(published.specification);
  try {
    const finished = await makeCheckpoints({
      run: published,
      setup,
      steps,
      onEvent: reporter(input.job.steps, tell),
      shouldStop: () => isAskedToStop(input),
      write: (step, checkpoint) => writeCheckpoint(publicFolder(input), published.id, step, checkpoint),
    });
    tell({ kind: 'ended', finished, evaluations: [] });
  } finally {
    setup.engine.dispose();
  }
}

/** Trains the run from where it was left, and keeps its state. */
function trainJob(input: WorkerInput, store: Store, tell: Tell, prepare: Prepare) {
  const { id } = input.job.run;
  const unfinished = store.readUnfinished(id, (text) => tell({ kind: 'notice', text }));
  if (unfinished) tell({ kind: 'notice', text: `goes on from step ${unfinished.state.step}` });
  return train(input, tell, prepare, { unfinished, save: (state) => store.writeUnfinished(id, state) });
}

async function train(
  input: WorkerInput,
  tell: Tell,
  prepare: Prepare,
  from: Pick<TrainRunOptions, 'unfinished' | 'until' | 'save'>,
): Promise<TrainRunResult & { parameters: Parameters }> {
  const { run, steps } = input.job;
  const prepared = await prepare(run.specification);
  try {
    const result = await trainRun({
      setup: { specification: run.specification, ...prepared },
      ...from,
      onEvent: reporter(steps, tell),
      shouldStop: () => isAskedToStop(input),
    });
    return { ...result, parameters: await prepared.engine.parameters() };
  } finally {
    prepared.engine.dispose();
  }
}

/** Tells steps now and then, and the last. */
function reporter(steps: number, tell: Tell): (event: TrainingEvent) => void {
  let reported = Number.NEGATIVE_INFINITY;
  return (event) => {
    if (event.kind !== 'step') return;
    if (performance.now() - reported < REPORT_EVERY && event.step < steps) return;
    reported = performance.now();
    tell({ kind: 'step', step: event.step, loss: event.loss });
  };
}

function isAskedToStop({ stop }: WorkerInput): boolean {
  return Atomics.load(stop, 0) === 1;
}

function publicFolder({ folders }: WorkerInput): string {
  return join(folders.results, '..');
}

/** Carries out the analyses of a run, one after another, and writes each when it is done. */
async function analyse(
  run: Run,
  parameters: Parameters,
  { analyses, commit }: Task<'train'>,
  store: Store,
  tell: Tell,
): Promise<void> {
  const model = await openModel(run, parameters);
  for (const id of analyses) {
    const analysis = analysisById(id);
    const started = performance.now();
    const measured = await analysis.measure(model);
    const seconds = Math.round((performance.now() - started) / 100) / 10;
    const named = { analysis: id, version: analysis.version, run: run.id };
    store.writeAnalysis({
      schemaVersion: SCHEMA_VERSION,
      id: analysisId(named),
      ...named,
      measured,
      execution: {
        commit,
        finishedAt: new Date().toISOString(),
        seconds,
        node: process.version,
        machine: machine(),
      },
    });
    tell({ kind: 'notice', text: `analysed: ${id}, ${seconds} s` });
  }
}

function finishedRun({ run, steps, tokensPerStep }: WorkerInput['job'], commit: string, result: TrainRunResult): Run {
  const { id, specification, versions } = run;
  const { evaluations, seconds } = result;
  return {
    schemaVersion: SCHEMA_VERSION,
    id,
    specification,
    versions,
    evaluations: [...evaluations],
    execution: {
      commit,
      finishedAt: new Date().toISOString(),
      seconds: Math.round(seconds * 10) / 10,
      tokensPerSecond: Math.round((steps * tokensPerStep) / seconds),
      node: process.version,
      machine: machine(),
    },
  };
}
