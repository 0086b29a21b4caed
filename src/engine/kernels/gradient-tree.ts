/** Forward and backward of a whole batch, or of a branch of its tree of micro-batches, in a fixed order. */
import type { Batch } from '../engine.ts';
import type { MicroBatch } from './micro-batches.ts';
import type { Kernels } from './module.ts';
import type { Network } from './network.ts';
import type { Plan } from './plan.ts';

/**
 * Gradients of `weight` times the summed loss of some micro-batches, a power of two of them, added up as a binary tree
 * into `plan.gradients[0]`.
 * @returns the summed loss of each micro-batch
 */
export function addUpGradients(
  kernels: Kernels,
  network: Network,
  plan: Plan,
  batch: Batch,
  parts: readonly MicroBatch[],
  weight: number,
): number[] {
  const losses: number[] = [];
  const addUp = (first: number, count: number, level: number) => {
    if (count === 1) {
      network.read(batch, parts[first]!);
      network.forward();
      losses.push(network.loss(weight));
      network.backward(plan.gradients[level]!);
      return;
    }
    addUp(first, count / 2, level);
    addUp(first + count / 2, count / 2, level + 1);
    kernels.run.add(plan.gradients[level]!, plan.gradients[level + 1]!, plan.layout.size);
  };
  addUp(0, parts.length, 0);
  return losses;
}
