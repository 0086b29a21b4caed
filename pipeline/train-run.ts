/** One run from its first step, or from where it was left, to its end. No threads and no files: those are the worker's. */
import type { Evaluation } from '../src/results/schema.ts';
import {
  advance,
  evaluatedAt,
  NO_PROGRESS,
  snapshot,
  type TrainingEvent,
  type TrainingSetup,
  train,
} from '../src/training/loop.ts';
import type { UnfinishedRun } from './store.ts';

export interface TrainRunOptions {
  setup: Omit<TrainingSetup, 'resume'>;
  unfinished: UnfinishedRun | null;
  /** The last step that is of interest; the whole run without it. */
  until?: number;
  /** Called after every step and evaluation, with the seconds of training so far. */
  onEvent(event: TrainingEvent): void;
  /** Asked between two pieces of work. */
  shouldStop(): boolean;
  /** Keeps the state; called at every evaluation but the last, and when stopped. */
  save(unfinished: UnfinishedRun): void;
}

export interface TrainRunResult {
  /** False when it was asked to stop before the end. */
  finished: boolean;
  evaluations: readonly Evaluation[];
  /** Seconds of training, those before an interruption included. */
  seconds: number;
}

/** @throws {DivergenceError} when the loss is no longer finite. */
export async function trainRun(options: TrainRunOptions): Promise<TrainRunResult> {
  const { setup, unfinished, until = setup.specification.training.steps } = options;
  const started = performance.now();
  const seconds = () => (unfinished?.seconds ?? 0) + (performance.now() - started) / 1000;
  let progress = unfinished?.state ?? NO_PROGRESS;
  const save = async () => {
    options.save({ state: await snapshot(setup.engine, progress), seconds: seconds() });
  };

  for await (const event of train({ ...setup, ...(unfinished ? { resume: unfinished.state } : {}) })) {
    progress = advance(progress, event);
    options.onEvent(event);
    const { step, evaluations } = progress;
    const owesEvaluation = evaluatedAt(step, setup.specification) && evaluations.at(-1)?.step !== step;
    if (step >= until && !owesEvaluation) break;
    if (options.shouldStop()) {
      await save();
      return { finished: false, evaluations, seconds: seconds() };
    }
    if (event.kind === 'evaluation') await save();
  }
  return { finished: true, evaluations: progress.evaluations, seconds: seconds() };
}
