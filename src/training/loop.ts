/**
 * The training loop, the same in Node and in a Web Worker: a generator that does one piece of work a pull, an
 * optimiser step or an evaluation. Whoever does not pull pauses it; whoever returns early stops it.
 */
import type { Batch, Engine, StepHyper } from '../engine/engine.ts';
import type { Evaluation } from '../results/schema.ts';
import { evaluateHeldOut } from './evaluate.ts';
import { fingerprint } from './fingerprint.ts';
import { learningRateAt } from './schedule.ts';
import type { RunSpecification } from './specification.ts';

/** How far a run has come: what, beside the engine's own state, decides how it goes on. */
export interface TrainingProgress {
  /** Optimiser steps done. */
  step: number;
  /** Sum of the losses of the steps since the last evaluation. */
  lossSum: number;
  evaluations: readonly Evaluation[];
}

/** A run that can be put aside and gone on with, to the same bits. */
export interface TrainingState extends TrainingProgress {
  /** `Engine.checkpoint()` at `step`. */
  checkpoint: Uint8Array;
}

export interface TrainingSetup {
  specification: Omit<RunSpecification, 'engine' | 'seed' | 'data'>;
  /** Holds the initial parameters, or anything at all when `resume` is given. The caller disposes it. */
  engine: Engine;
  /** The batch of the update that completes `step` (1 to `steps`) is `batches(step - 1)`. */
  batches: (index: number) => Batch;
  /** The held-out sequences of every evaluation. */
  heldOut: readonly Batch[];
  resume?: TrainingState;
}

export type TrainingEvent =
  | {
      kind: 'step';
      /** Steps done, this one included. */
      step: number;
      /** Mean loss of the batch before the update, nats a token. */
      loss: number;
      /** L2 norm of all gradients before the clip. */
      gradientNorm: number;
      learningRate: number;
    }
  | { kind: 'evaluation'; evaluation: Evaluation };

/**
 * A loss or gradient that is not finite: the run cannot go on. `lastGoodStep` is that of the last evaluation before it,
 * or of the state that the run was resumed from if that is later; null when the run had come to neither.
 */
export class DivergenceError extends Error {
  override readonly name = 'DivergenceError';
  constructor(
    readonly step: number,
    readonly lastGoodStep: number | null,
    what: string,
  ) {
    super(`training diverged: ${what} at step ${step} is not a finite number; lower the peak learning rate`);
  }
}

/** The progress of a run that has not begun. */
export const NO_PROGRESS: TrainingProgress = { step: 0, lossSum: 0, evaluations: [] };

/** The progress after an event; the loop and those who follow it count alike. */
export function advance(progress: TrainingProgress, event: TrainingEvent): TrainingProgress {
  return event.kind === 'step'
    ? { ...progress, step: event.step, lossSum: progress.lossSum + event.loss }
    : { ...progress, lossSum: 0, evaluations: [...progress.evaluations, event.evaluation] };
}

/** What is needed to go on later from `progress`; to be taken between two pulls of `train`. */
export async function snapshot(engine: Engine, progress: TrainingProgress): Promise<TrainingState> {
  return { ...progress, checkpoint: await engine.checkpoint() };
}

/** Whether a run is evaluated after `step`: before the first step, after every so many steps and after the last. */
export function evaluatedAt(step: number, specification: TrainingSetup['specification']): boolean {
  return step % specification.evaluation.every === 0 || step === specification.training.steps;
}

/**
 * Trains `setup.engine`, one optimiser step or one evaluation a pull, to the last evaluation.
 * @throws {DivergenceError} at the first loss or gradient norm that is not finite.
 */
export async function* train(setup: TrainingSetup): AsyncGenerator<TrainingEvent, void, undefined> {
  const { specification, engine, batches } = setup;
  const { training } = specification;
  let progress: TrainingProgress = NO_PROGRESS;
  if (setup.resume) {
    const { checkpoint, ...resumed } = setup.resume;
    await engine.restore(checkpoint);
    progress = resumed;
  }

  while (true) {
    const { step, evaluations } = progress;
    const due = evaluatedAt(step, specification) && evaluations.at(-1)?.step !== step;
    if (!due && step === training.steps) return;
    const lastGoodStep = laterOf(setup.resume?.step, evaluations.at(-1)?.step);
    const event: TrainingEvent = due
      ? { kind: 'evaluation', evaluation: await evaluate(setup, progress, lastGoodStep) }
      : await takeStep(engine, batches(step), { step: step + 1, training, lastGoodStep });
    progress = advance(progress, event);
    yield event;
  }
}

function laterOf(a: number | undefined, b: number | undefined): number | null {
  return a === undefined || b === undefined ? (a ?? b ?? null) : Math.max(a, b);
}

interface Update {
  /** The step that it completes. */
  step: number;
  training: TrainingSetup['specification']['training'];
  lastGoodStep: number | null;
}

async function takeStep(
  engine: Engine,
  batch: Batch,
  { step, training, lastGoodStep }: Update,
): Promise<TrainingEvent> {
  const learningRate = learningRateAt(step, training);
  const { weightDecay, clipNorm, beta1, beta2, epsilon } = training;
  const hyper: StepHyper = { learningRate, weightDecay, clipNorm, beta1, beta2, epsilon };
  const { loss, gradientNorm } = await engine.step(batch, hyper);
  if (!Number.isFinite(loss)) throw new DivergenceError(step, lastGoodStep, 'the loss');
  if (!Number.isFinite(gradientNorm)) throw new DivergenceError(step, lastGoodStep, 'the gradient norm');
  return { kind: 'step', step, loss, gradientNorm, learningRate };
}

async function evaluate(
  { specification, engine, heldOut }: TrainingSetup,
  progress: TrainingProgress,
  lastGoodStep: number | null,
) {
  const { step, lossSum, evaluations } = progress;
  const previous = evaluations.at(-1);
  const measured = await evaluateHeldOut(engine, heldOut);
  if (!Number.isFinite(measured.validationLoss)) throw new DivergenceError(step, lastGoodStep, 'the validation loss');
  return {
    step,
    tokens: step * specification.training.sequencesPerStep * specification.model.contextLength,
    trainingLoss: previous === undefined ? null : lossSum / (step - previous.step),
    ...measured,
    fingerprint: fingerprint(engine.config, await engine.parameters(), previous?.fingerprint),
  } satisfies Evaluation;
}
