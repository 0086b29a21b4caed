/**
 * The model, written to be read: a LLaMA-style decoder (Touvron et al. 2023, arXiv:2302.13971). RMSNorm before each
 * part of a block, rotary positions, SwiGLU, no biases, a head of its own. Every other engine is compared with this one.
 *
 * Shapes: B sequences of T tokens, N = B T; D channels; H heads of Dh = D / H channels; F hidden channels; V tokens.
 */
import * as tf from '@tensorflow/tfjs-core';
import { headWidth, type ModelConfig } from '../../transformer/config.ts';
import type { BatchTensors } from './batch-tensors.ts';
import { lookUp, product, productWithConstant } from './product.ts';

/** The model's parameters by name, shaped as `parameterShapes` says. */
export type ParameterTensors = Record<string, tf.Tensor>;

/** What rotary positions need for T positions. */
export interface RotaryTensors {
  /** (T, 1, Dh): the cosine of each channel's angle; both channels of a pair have the same. */
  cos: tf.Tensor;
  /** (T, 1, Dh) */
  sin: tf.Tensor;
  /** (Dh, Dh): x · quarterTurn = [-second half, first half], each pair turned by 90 degrees. */
  quarterTurn: tf.Tensor;
}

/** Called with what a layer computed, for those who want to see it. */
export interface Observer {
  /** The residual stream (N, D), before the first block and after each. */
  state?(state: tf.Tensor): void;
  /** (B, H, T, T) */
  attention?(weights: tf.Tensor): void;
  /** (B, H, T, Dh) */
  values?(values: tf.Tensor): void;
}

/** Logits (N, V). */
export function forward(
  config: ModelConfig,
  parameters: ParameterTensors,
  batch: BatchTensors,
  rotary: RotaryTensors,
  observer: Observer = {},
): tf.Tensor {
  const weight = (name: string): tf.Tensor => parameters[name]!;

  let state = lookUp(weight('embedding'), batch.ids, batch.oneHot); // (N, D)
  observer.state?.(state);
  for (let layer = 0; layer < config.layers; layer++) {
    const own = (name: string) => weight(`layers.${layer}.${name}`);
    state = tf.add(
      state,
      attend(config, own, normalise(state, own('attention.norm'), config), batch, rotary, observer),
    );
    state = tf.add(state, swiglu(own, normalise(state, own('mlp.norm'), config)));
    observer.state?.(state);
  }
  return product(normalise(state, weight('norm'), config), weight('head')); // (N, V)
}

/** Mean cross-entropy in nats over the targets that count. */
export function crossEntropy(logits: tf.Tensor, batch: BatchTensors): tf.Scalar {
  return tf.neg(tf.sum(tf.mul(batch.targetWeights, tf.logSoftmax(logits)))) as tf.Scalar;
}

/** RMSNorm (Zhang & Sennrich 2019, arXiv:1910.07467): x / sqrt(mean x^2 + epsilon) times a gain a channel. */
function normalise(x: tf.Tensor, gain: tf.Tensor, { normEpsilon }: ModelConfig): tf.Tensor {
  const meanSquare = tf.mean(tf.square(x), -1, true);
  return tf.mul(tf.mul(x, tf.rsqrt(tf.add(meanSquare, normEpsilon))), gain);
}

/** Causal multi-head self-attention (Vaswani et al. 2017, arXiv:1706.03762) of x (N, D). */
function attend(
  config: ModelConfig,
  weight: (name: string) => tf.Tensor,
  x: tf.Tensor,
  { sequences: B, length: T, mask }: BatchTensors,
  rotary: RotaryTensors,
  observer: Observer,
): tf.Tensor {
  const { heads: H, width: D } = config;
  const Dh = headWidth(config);
  const toHeads = (projected: tf.Tensor) => tf.reshape(projected, [B, T, H, Dh]);

  const query = rotate(toHeads(product(x, weight('attention.query'))), rotary);
  const key = rotate(toHeads(product(x, weight('attention.key'))), rotary);
  const values = tf.transpose(toHeads(product(x, weight('attention.value'))), [0, 2, 1, 3]); // (B, H, T, Dh)

  const scores = product(tf.transpose(query, [0, 2, 1, 3]), tf.transpose(key, [0, 2, 3, 1])); // (B, H, T, T)
  const weights = tf.softmax(tf.add(tf.mul(scores, 1 / Math.sqrt(Dh)), mask));
  observer.attention?.(weights);
  observer.values?.(values);

  const mixed = tf.transpose(product(weights, values), [0, 2, 1, 3]); // (B, T, H, Dh)
  return product(tf.reshape(mixed, [B * T, D]), weight('attention.output'));
}

/** Rotary positions of x (B, T, H, Dh): each pair of channels is turned by the angle of its position. */
function rotate(x: tf.Tensor, { cos, sin, quarterTurn }: RotaryTensors): tf.Tensor {
  const Dh = quarterTurn.shape[0]!;
  const turned = tf.reshape(productWithConstant(tf.reshape(x, [-1, Dh]), quarterTurn), x.shape);
  return tf.add(tf.mul(x, cos), tf.mul(turned, sin));
}

/** SwiGLU (Shazeer 2020, arXiv:2002.05202): (silu(x · gate) * (x · up)) · down, with silu(z) = z sigmoid(z). */
function swiglu(weight: (name: string) => tf.Tensor, x: tf.Tensor): tf.Tensor {
  const gate = product(x, weight('mlp.gate')); // (N, F)
  const hidden = tf.mul(tf.mul(gate, tf.sigmoid(gate)), product(x, weight('mlp.up')));
  return product(hidden, weight('mlp.down')); // (N, D)
}
