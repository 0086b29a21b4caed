/**
 * The model, written to be read: a LLaMA-style decoder (Touvron et al. 2023, arXiv:2302.13971) or, as its configuration
 * says, one with other parts. A norm before each part of a block, no biases. Every other engine is compared with this one.
 *
 * Shapes: B sequences of T tokens, N = B T; D channels; H heads of Dh = D / H channels; F hidden channels; V tokens.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { ModelConfig } from '../../transformer/config.ts';
import { type AttentionObserver, attend, type RotaryTensors } from './attention.ts';
import type { BatchTensors } from './batch-tensors.ts';
import { reluMlp, swiglu } from './mlp.ts';
import { normalise } from './norms.ts';
import { lookUp, product } from './product.ts';

/** The model's parameters by name, shaped as `parameterShapes` says. */
export type ParameterTensors = Record<string, tf.Tensor>;

/** Called with what a layer computed, for those who want to see it. */
export interface Observer extends AttentionObserver {
  /** The residual stream (N, D), before the first block and after each. */
  state?(state: tf.Tensor): void;
}

/** How the blocks of a batch are computed. */
export interface Blocks {
  config: ModelConfig;
  parameters: ParameterTensors;
  batch: BatchTensors;
  /** Null where positions are not rotary. */
  rotary: RotaryTensors | null;
  observer?: Observer;
  /** Whether gradients take the weights of attention as constants. */
  constantAttention?: boolean;
}

/** Logits (N, V). */
export function forward(model: Blocks): tf.Tensor {
  const { config, parameters } = model;
  const state = runBlocks(model, embed(model), config.layers);
  const head = config.tiedHead ? tf.transpose(parameters['embedding']!) : parameters['head']!; // (D, V)
  return product(normalise(state, parameters['norm']!, config), head); // (N, V)
}

/** The residual stream (N, D) before the first block. */
export function embed({ config, parameters, batch }: Blocks): tf.Tensor {
  const state = lookUp(parameters['embedding']!, batch.ids, batch.oneHot);
  return config.positions === 'learned' ? addPositions(state, parameters['positions']!, batch) : state;
}

/** The residual stream (N, D) after the first `count` blocks, from what it was before them. */
export function runBlocks(model: Blocks, before: tf.Tensor, count: number): tf.Tensor {
  const { config, parameters, observer = {} } = model;
  let state = before;
  observer.state?.(state);
  for (let layer = 0; layer < count; layer++) {
    const own = (name: string): tf.Tensor => parameters[`layers.${layer}.${name}`]!;
    const normed = (name: string) => normalise(state, own(name), config);
    state = tf.add(state, attend({ ...model, observer }, own, normed('attention.norm')));
    if (config.mlp === 'swiglu') state = tf.add(state, swiglu(own, normed('mlp.norm')));
    if (config.mlp === 'relu') state = tf.add(state, reluMlp(own, normed('mlp.norm')));
    observer.state?.(state);
  }
  return state;
}

/** Mean cross-entropy in nats over the targets that count. */
export function crossEntropy(logits: tf.Tensor, batch: BatchTensors): tf.Scalar {
  return tf.neg(tf.sum(tf.mul(batch.targetWeights, tf.logSoftmax(logits)))) as tf.Scalar;
}

/** Adds to x (N, D) the vector of each token's position, a row of (contextLength, D). */
function addPositions(x: tf.Tensor, positions: tf.Tensor, { sequences: B, length: T }: BatchTensors): tf.Tensor {
  const D = positions.shape[1]!;
  return tf.reshape(tf.add(tf.reshape(x, [B, T, D]), tf.slice(positions, [0, 0], [T, D])), [B * T, D]);
}
