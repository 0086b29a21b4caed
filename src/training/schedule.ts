/**
 * The learning rate of each step: piecewise linear, since a cosine would not have the same bits in every JavaScript
 * engine.
 */
import type { TrainingSpecification } from './specification.ts';

type Schedule = Pick<TrainingSpecification, 'steps' | 'peakLearningRate' | 'finalLearningRate' | 'warmupSteps'>;

/**
 * The learning rate of the update that completes `step` (1 to `steps`): on the line from 0 at step 0 to the peak at
 * `warmupSteps`, then on the line from there to `finalLearningRate` at `steps`. The first update is never wasted on a
 * rate of 0.
 * @throws {RangeError} for a step outside the run.
 */
export function learningRateAt(step: number, schedule: Schedule): number {
  const { steps, peakLearningRate: peak, finalLearningRate: final, warmupSteps: warmup } = schedule;
  if (!Number.isInteger(step) || step < 1 || step > steps) {
    throw new RangeError(`a run of ${steps} steps has no step ${step}; steps count from 1`);
  }
  if (step <= warmup) return (peak * step) / warmup;
  // Counted from the end, so that the last step has exactly the rate that was asked for.
  return final + ((peak - final) * (steps - step)) / (steps - warmup);
}
