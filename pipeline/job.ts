/**
 * One job as a worker does it: trains a run, keeping its state at every evaluation, writes it when finished, and carries
 * out what is to be measured on its weights.
 */
import { type Run, SCHEMA_VERSION } from '../src/results/schema.ts';
import { analysisId } from '../src/training/identity.ts';
import { DivergenceError, type TrainingSetup } from '../src/training/loop.ts';
import type { RunSpecification } from '../src/training/specification.ts';
import type { Parameters } from '../src/transformer/parameters.ts';
import { analysisById } from './analyses/index.ts';
import { openModel } from './analyses/open-model.ts';
import { PipelineError } from './errors.ts';
import { machine } from './execution.ts';
import type { WorkerInput, WorkerMessage } from './scheduler.ts';
import { Store } from './store.ts';
import { type TrainRunResult, trainRun } from './train-run.ts';
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
  if (job.task.kind === 'verify') {
    const { evaluations } = await trainJob(input, store, tell, prepare);
    return tell({ kind: 'ended', finished: true, evaluations });
  }
  let run = store.readRun(job.run.id);
  let parameters = run && store.readWeights(run);
  if (run === null || (parameters === null && job.task.analyses.length > 0)) {
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
    run ??= finishedRun(job, job.task.commit, result);
    store.writeRun(run);
  }
  if (job.task.analyses.length > 0) await analyse(run, parameters!, job.task, store, tell);
  tell({ kind: 'ended', finished: true, evaluations: run.evaluations });
}

/** Trains the run, from where it was left. */
async function trainJob(
  { job, stop }: WorkerInput,
  store: Store,
  tell: (message: WorkerMessage) => void,
  prepare: Prepare,
): Promise<TrainRunResult & { parameters: Parameters }> {
  const { run, task, steps } = job;
  const keeps = task.kind === 'train';
  const unfinished = keeps ? store.readUnfinished(run.id, (text) => tell({ kind: 'notice', text })) : null;
  if (unfinished) tell({ kind: 'notice', text: `goes on from step ${unfinished.state.step}` });
  const prepared = await prepare(run.specification);
  let reported = Number.NEGATIVE_INFINITY;
  try {
    const result = await trainRun({
      setup: { specification: run.specification, ...prepared },
      unfinished,
      ...(task.kind === 'verify' ? { until: task.until } : {}),
      onEvent(event) {
        if (event.kind !== 'step') return;
        if (performance.now() - reported < REPORT_EVERY && event.step < steps) return;
        reported = performance.now();
        tell({ kind: 'step', step: event.step, loss: event.loss });
      },
      shouldStop: () => Atomics.load(stop, 0) === 1,
      save: keeps ? (state) => store.writeUnfinished(run.id, state) : () => {},
    });
    return { ...result, parameters: await prepared.engine.parameters() };
  } finally {
    prepared.engine.dispose();
  }
}

/** Carries out the analyses of a run, one after another, and writes each when it is done. */
async function analyse(
  run: Run,
  parameters: Parameters,
  { analyses, commit }: Extract<WorkerInput['job']['task'], { kind: 'train' }>,
  store: Store,
  tell: (message: WorkerMessage) => void,
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
