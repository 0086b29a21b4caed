/**
 * Runs jobs on worker threads, so many at a time. A worker tells its steps; it is asked to stop through shared memory,
 * which it can read in the middle of its work; and when it dies, the others go on.
 */
import { Worker } from 'node:worker_threads';
import type { Evaluation, Measured, Run } from '../src/results/schema.ts';
import type { Stretch } from '../src/results/stretch.ts';
import type { PlannedRun } from './plan.ts';
import type { Folders } from './store.ts';

export interface Job {
  run: PlannedRun;
  /**
   * Train and keep the run where it is not yet finished, then carry out the analyses (by id) that are missing, training
   * again for the weights where these are gone; or train a published run again over a stretch, analyse it, and keep
   * nothing; or train it again to publish its states at some steps.
   */
  task:
    | { kind: 'train'; commit: string; analyses: readonly string[] }
    | { kind: 'verify'; published: Run; stretch: Stretch; analyses: readonly string[] }
    | { kind: 'checkpoints'; published: Run; steps: readonly number[] };
  /** Steps in all. */
  steps: number;
  tokensPerStep: number;
}

/** What a worker is started with. */
export interface WorkerInput {
  job: Job;
  folders: Folders;
  /** Becomes 1 when the worker should save its state and end. */
  stop: Int32Array;
}

/** What came out of a job. */
export interface WorkDone {
  evaluations: readonly Evaluation[];
  /** By the id of the analysis, where analyses were carried out to be compared. */
  measured?: Readonly<Record<string, Measured>>;
}

/** What a worker says. */
export type WorkerMessage =
  | { kind: 'step'; step: number; loss: number }
  | { kind: 'notice'; text: string }
  | ({ kind: 'ended'; finished: boolean } & WorkDone)
  | { kind: 'failed'; message: string };

export type Outcome = { job: Job } & (
  | ({ status: 'finished' } & WorkDone)
  | { status: 'stopped' }
  | { status: 'failed'; message: string }
);

/** Told of everything that happens; the progress display is one. */
export interface Observer {
  started(job: Job): void;
  step(job: Job, step: number, loss: number): void;
  notice(job: Job, text: string): void;
  ended(outcome: Outcome): void;
}

export interface SchedulerOptions {
  jobs: readonly Job[];
  concurrency: number;
  folders: Folders;
  /** Aborted when running jobs should save their state and end, and no other begin. */
  signal: AbortSignal;
  observer: Observer;
  /** The worker's file; tests have their own. */
  worker?: URL;
}

const WORKER = new URL('./worker.mjs', import.meta.url);

/** Runs the jobs and returns how each ended, in their order; those that were never begun count as stopped. */
export async function runJobs(options: SchedulerOptions): Promise<Outcome[]> {
  const { jobs, concurrency, signal } = options;
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const askToStop = () => Atomics.store(stop, 0, 1);
  if (signal.aborted) askToStop();
  signal.addEventListener('abort', askToStop);

  const outcomes: Outcome[] = jobs.map((job) => ({ job, status: 'stopped' }));
  let next = 0;
  const takeJobs = async () => {
    while (next < jobs.length && !signal.aborted) {
      const index = next++;
      const job = jobs[index]!;
      options.observer.started(job);
      const outcome = await runJob(job, stop, options);
      outcomes[index] = outcome;
      options.observer.ended(outcome);
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, jobs.length) }, takeJobs));
  signal.removeEventListener('abort', askToStop);
  return outcomes;
}

function runJob(job: Job, stop: Int32Array, options: SchedulerOptions): Promise<Outcome> {
  const { folders, observer, worker: file = WORKER } = options;
  return new Promise((resolve) => {
    const workerData: WorkerInput = { job, folders, stop };
    const worker = new Worker(file, { workerData });
    let outcome: Outcome | null = null;
    worker.on('message', (message: WorkerMessage) => {
      if (message.kind === 'step') observer.step(job, message.step, message.loss);
      else if (message.kind === 'notice') observer.notice(job, message.text);
      else if (message.kind === 'failed') outcome = { job, status: 'failed', message: message.message };
      else if (message.finished) {
        const { evaluations, measured } = message;
        outcome = { job, status: 'finished', evaluations, ...(measured ? { measured } : {}) };
      } else outcome = { job, status: 'stopped' };
    });
    // An error that the worker did not catch, lack of memory among them; `exit` follows.
    worker.on('error', (error) => {
      outcome = { job, status: 'failed', message: `its worker died: ${error.message}` };
    });
    worker.on('exit', (code) => {
      resolve(outcome ?? { job, status: 'failed', message: `its worker died without a word (exit code ${code})` });
    });
  });
}
