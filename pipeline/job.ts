/** One job as a worker does it: trains a run, keeping its state at every evaluation, and writes it when finished. */
import { type Run, SCHEMA_VERSION } from '../src/results/schema.ts';
import type { TrainingSetup } from '../src/training/loop.ts';
import type { RunSpecification } from '../src/training/specification.ts';
import { machine } from './execution.ts';
import type { WorkerInput, WorkerMessage } from './scheduler.ts';
import { Store } from './store.ts';
import { type TrainRunResult, trainRun } from './train-run.ts';

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
    tell({ kind: 'failed', message: (error as Error).message });
  }
}

async function work({ job, folders, stop }: WorkerInput, tell: (message: WorkerMessage) => void, prepare: Prepare) {
  const { run, task, steps } = job;
  const store = new Store(folders);
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
    if (task.kind === 'train' && result.finished) store.writeRun(finishedRun(job, task.commit, result));
    tell({ kind: 'ended', finished: result.finished, evaluations: result.evaluations });
  } finally {
    prepared.engine.dispose();
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
