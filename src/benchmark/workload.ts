/** What every contestant computes: the model, its batch and optimiser, and how much arithmetic a step is. */
import type { Batch, StepHyper } from '../engine/engine.ts';
import { LLAMA, type ModelConfig } from '../transformer/config.ts';
import { randomGenerator } from '../transformer/random.ts';
import { operationsOfToken } from './operations.ts';

export interface Workload {
  name: string;
  model: ModelConfig;
  sequences: number;
}

/** The shape in which the engine's speed is promised, and the ones around it. */
export const WORKLOADS: readonly Workload[] = [
  workload('base', {}),
  workload('narrow', { width: 32 }),
  workload('wide', { width: 128 }),
  workload('short', { length: 16 }),
  workload('long', { length: 256 }),
];

/** 4,096 tokens a step, LLaMA's proportion of the MLP in whole vectors of 4, without which some peers are slow. */
function workload(name: string, { width = 64, length = 64 }: { width?: number; length?: number }): Workload {
  const shape = { vocabularySize: 512, contextLength: length, layers: 6, heads: 4, width };
  const hiddenWidth = 4 * Math.round((2 * width) / 3);
  const model = { ...LLAMA, ...shape, hiddenWidth, ropeBase: 10_000, normEpsilon: 1e-5 };
  return { name, model, sequences: 4096 / length };
}

export const HYPER: StepHyper = {
  learningRate: 1e-3,
  weightDecay: 0.1,
  clipNorm: 1,
  beta1: 0.9,
  beta2: 0.95,
  epsilon: 1e-8,
};

/** Random tokens: the arithmetic is the same for any. */
export function batchOf({ model, sequences }: Workload): Batch {
  const { below } = randomGenerator('benchmark/batch');
  const draw = () => Int32Array.from({ length: sequences * model.contextLength }, () => below(model.vocabularySize));
  return { sequences, length: model.contextLength, inputs: draw(), targets: draw() };
}

/** Tokens of one training step. */
export function tokensOf({ model, sequences }: Workload): number {
  return sequences * model.contextLength;
}

/** Floating-point operations of one training step, as `operationsOfToken` counts them. */
export function stepFlops(work: Workload): number {
  return tokensOf(work) * operationsOfToken(work.model);
}
