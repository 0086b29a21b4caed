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

/**
 * Logits (N, V).
 * @param rotary null where positions are not rotary
 */
export function forward(
  config: ModelConfig,
  parameters: ParameterTensors,
  batch: BatchTensors,
  rotary: RotaryTensors | null,
  observer: Observer = {},
): tf.Tensor {
  const weight = (name: string): tf.Tensor => parameters[name]!;

  let state = lookUp(weight('embedding'), batch.ids, batch.oneHot); // (N, D)
  if (config.positions === 'learned') state = addPositions(state, weight('positions'), batch);
  observer.state?.(state);
  for (let layer = 0; layer < config.layers; layer++) {
    const own = (name: string) => weight(`layers.${layer}.${name}`);
    const normed = (name: string) => normalise(state, own(name), config);
    state = tf.add(state, attend(config, own, normed('attention.norm'), batch, rotary, observer));
    if (config.mlp === 'swiglu') state = tf.add(state, swiglu(own, normed('mlp.norm')));
    if (config.mlp === 'relu') state = tf.add(state, reluMlp(own, normed('mlp.norm')));
    observer.state?.(state);
  }
  const head = config.tiedHead ? tf.transpose(weight('embedding')) : weight('head'); // (D, V)
  return product(normalise(state, weight('norm'), config), head); // (N, V)
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
