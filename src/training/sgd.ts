/** Stochastic gradient descent by the optimiser that there is. */
import type { TrainingSpecification } from './specification.ts';

/** Far above the root of every second moment, since gradients are clipped to a norm of 1. */
export const SGD_EPSILON = 1e6;

/**
 * SGD with momentum, in the settings of AdamW: with an epsilon that drowns every root of a second moment, the update
 * -rate m / (sqrt(v) + epsilon) is -(rate / epsilon) m, m being the exponential mean of the gradients. Momentum that adds
 * gradients up, as PyTorch's, is larger by 1 / (1 - momentum): its rate 0.03 at momentum 0.9 is 0.3 here. The decay,
 * which AdamW multiplies by the rate, is divided by epsilon in turn.
 */
export function sgdAsAdamw({
  peakRate,
  finalRate,
  momentum,
  weightDecay,
}: {
  peakRate: number;
  finalRate: number;
  momentum: number;
  weightDecay: number;
}): Omit<TrainingSpecification, 'steps' | 'sequencesPerStep' | 'warmupSteps' | 'clipNorm'> {
  return {
    peakLearningRate: peakRate * SGD_EPSILON,
    finalLearningRate: finalRate * SGD_EPSILON,
    weightDecay: weightDecay / SGD_EPSILON,
    beta1: momentum,
    beta2: 0.99,
    epsilon: SGD_EPSILON,
  };
}
