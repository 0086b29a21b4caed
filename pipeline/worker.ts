/** A worker thread: trains one run, keeping its state at every evaluation, and writes it when finished. */
import { parentPort, workerData } from 'node:worker_threads';
import { SCHEMA_VERSION } from '../src/results/schema.ts';
import { machine } from './execution.ts';
import { prepareRun } from './prepare.ts';
import type { WorkerInput, WorkerMessage } from './scheduler.ts';
import { Store } from './store.ts';
import { trainRun } from './train-run.ts';

/** Milliseconds between two reports of a step. */
const REPORT_EVERY = 100;

const port = parentPort;
if (port === null) throw new Error('pipeline/worker.ts is a worker thread; start `npm run pipeline -- run`');
const { job, folders, stop } = workerData as WorkerInput;
const tell = (message: WorkerMessage) => port.postMessage(message);

try {
  await work();
} catch (error) {
  tell({ kind: 'failed', message: (error as Error).message });
}

async function work(): Promise<void> {
  const { run, task, steps, tokensPerStep } = job;
  const store = new Store(folders);
  const keeps = task.kind === 'train';
  const unfinished = keeps ? store.readUnfinished(run.id, (text) => tell({ kind: 'notice', text })) : null;
  if (unfinished) tell({ kind: 'notice', text: `goes on from step ${unfinished.state.step}` });

  const prepared = await prepareRun(run.specification);
  let reported = 0;
  try {
    const { finished, evaluations, seconds } = await trainRun({
      setup: { specification: run.specification, ...prepared },
      unfinished,
      ...(task.kind === 'verify' ? { until: task.until } : {}),
      onEvent(event) {
        if (event.kind !== 'step' || (performance.now() - reported < REPORT_EVERY && event.step < steps)) return;
        reported = performance.now();
        tell({ kind: 'step', step: event.step, loss: event.loss });
      },
      shouldStop: () => Atomics.load(stop, 0) === 1,
      save: keeps ? (state) => store.writeUnfinished(run.id, state) : () => {},
    });
    if (finished && task.kind === 'train') {
      store.writeRun({
        schemaVersion: SCHEMA_VERSION,
        id: run.id,
        specification: run.specification,
        versions: run.versions,
        evaluations: [...evaluations],
        execution: {
          commit: task.commit,
          finishedAt: new Date().toISOString(),
          seconds: Math.round(seconds * 10) / 10,
          tokensPerSecond: Math.round((steps * tokensPerStep) / seconds),
          node: process.version,
          machine: machine(),
        },
      });
    }
    tell({ kind: 'ended', finished, evaluations });
  } finally {
    prepared.engine.dispose();
  }
}
