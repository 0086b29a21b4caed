/** Causal multi-head self-attention (Vaswani et al. 2017, arXiv:1706.03762). Shapes as in `model.ts`. */
import * as tf from '@tensorflow/tfjs-core';
import { headWidth, type ModelConfig } from '../../transformer/config.ts';
import { attentionWeights } from './attention-weights.ts';
import type { BatchTensors } from './batch-tensors.ts';
import { product, productWithConstant } from './product.ts';

/** What rotary positions need for T positions. */
export interface RotaryTensors {
  /** (T, 1, Dh): the cosine of each channel's angle; both channels of a pair have the same. */
  cos: tf.Tensor;
  /** (T, 1, Dh) */
  sin: tf.Tensor;
  /** (Dh, Dh): x · quarterTurn = [-second half, first half], each pair turned by 90 degrees. */
  quarterTurn: tf.Tensor;
}

/** Called with what attention computed, for those who want to see it. */
export interface AttentionObserver {
  /** (B, H, T, T) */
  attention?(weights: tf.Tensor): void;
  /** (B, H, T, Dh) */
  values?(values: tf.Tensor): void;
}

/** How attention of a batch is computed. */
export interface Attending {
  config: ModelConfig;
  batch: BatchTensors;
  /** Null where positions are not rotary. */
  rotary: RotaryTensors | null;
  observer: AttentionObserver;
  /** Whether gradients take the weights as constants. */
  constantAttention?: boolean;
}

/** What attention adds to the residual stream, (N, D), for the normalised stream x (N, D). */
export function attend(
  { config, batch, rotary, observer, constantAttention = false }: Attending,
  weight: (name: string) => tf.Tensor,
  x: tf.Tensor,
): tf.Tensor {
  const { sequences: B, length: T } = batch;
  const { heads: H, width: D } = config;
  const Dh = headWidth(config);
  const scale = 1 / Math.sqrt(Dh);
  const toHeads = (projected: tf.Tensor) => tf.reshape(projected, [B, T, H, Dh]);
  const placed = (vectors: tf.Tensor) => (rotary ? rotate(vectors, rotary) : vectors);

  const query = tf.transpose(placed(toHeads(product(x, weight('attention.query')))), [0, 2, 1, 3]); // (B, H, T, Dh)
  const key = tf.transpose(placed(toHeads(product(x, weight('attention.key')))), [0, 2, 3, 1]); // (B, H, Dh, T)
  const values = tf.transpose(toHeads(product(x, weight('attention.value'))), [0, 2, 1, 3]); // (B, H, T, Dh)

  const scores = tf.mul(product(query, key), scale); // (B, H, T, T)
  const followed = attentionWeights(config.attention, scores, batch, {
    sinkLogit: () => tf.reshape(weight('attention.sinkLogit'), [1, H, 1, 1]),
    keyBiasScore: () => {
      const bias = tf.reshape(weight('attention.keyBias'), [1, H, 1, Dh]);
      return tf.mul(tf.sum(tf.mul(query, bias), -1, true), scale);
    },
  });
  const weights = constantAttention ? constant(followed) : followed;
  observer.attention?.(weights);
  observer.values?.(values);

  const mixed = tf.reshape(tf.transpose(product(weights, values), [0, 2, 1, 3]), [B * T, D]); // (N, D)
  const passed = config.attention === 'gated' ? tf.mul(mixed, tf.sigmoid(product(x, weight('attention.gate')))) : mixed;
  return product(passed, weight('attention.output'));
}

/** x, through which no gradient goes back. */
function constant(x: tf.Tensor): tf.Tensor {
  const held = tf.customGrad((value) => ({
    value: tf.clone(value as tf.Tensor),
    gradFunc: () => tf.zerosLike(value as tf.Tensor),
  }));
  return held(x);
}

/** Rotary positions of x (B, T, H, Dh): each pair of channels is turned by the angle of its position. */
function rotate(x: tf.Tensor, { cos, sin, quarterTurn }: RotaryTensors): tf.Tensor {
  const Dh = quarterTurn.shape[0]!;
  const turned = tf.reshape(productWithConstant(tf.reshape(x, [-1, Dh]), quarterTurn), x.shape);
  return tf.add(tf.mul(x, cos), tf.mul(turned, sin));
}
