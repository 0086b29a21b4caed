/** From scores to attention weights, one function a kind; `ATTENTION_KINDS` names the kinds and their sources. */
import * as tf from '@tensorflow/tfjs-core';
import type { AttentionKind } from '../../transformer/config.ts';
import type { BatchTensors } from './batch-tensors.ts';

/** The score of the further key that some kinds have, for those that learn it; each broadcasts to (B, H, T, 1). */
export interface LearnedScores {
  sinkLogit(): tf.Tensor;
  keyBiasScore(): tf.Tensor;
}

/**
 * Weights (B, H, T, T) from scores of that shape, already divided by sqrt(Dh). Keys that a query may not see have a weight
 * of exactly zero, whatever their score; a row sums to one for `softmax` and `gated` alone.
 */
export function attentionWeights(
  kind: AttentionKind,
  scores: tf.Tensor,
  { mask, visible }: Pick<BatchTensors, 'mask' | 'visible'>,
  learned: LearnedScores,
): tf.Tensor {
  switch (kind) {
    case 'softmax':
    case 'gated': // its gate comes after the values are mixed
      return tf.softmax(tf.add(scores, mask));
    case 'softmax-plus-one': // the 1 is e^0
      return softmaxWithFurtherKey(tf.add(scores, mask), tf.scalar(0));
    case 'sink-logit':
      return softmaxWithFurtherKey(tf.add(scores, mask), learned.sinkLogit());
    case 'key-bias':
      return softmaxWithFurtherKey(tf.add(scores, mask), learned.keyBiasScore());
    case 'sigmoid':
      return tf.mul(tf.sigmoid(scores), visible);
    case 'softpick':
      return softpick(tf.add(scores, mask), visible);
    case 'relu':
      return tf.div(tf.mul(tf.relu(scores), visible), tf.sum(visible, -1, true));
  }
}

/** Softmax over the keys and one more, whose weight is dropped: its value is zero. */
function softmaxWithFurtherKey(scores: tf.Tensor, furtherScore: tf.Tensor): tf.Tensor {
  const [B, H, T] = scores.shape as [number, number, number, number];
  const column = tf.add(tf.zeros([B, H, T, 1]), furtherScore);
  return tf.slice(tf.softmax(tf.concat([scores, column], -1)), [0, 0, 0, 0], [B, H, T, T]);
}

/** Keeps softpick's denominator from zero, as in its authors' code. */
const SOFTPICK_EPSILON = 1e-8;

/**
 * max(0, e^x - 1) / (sum |e^x - 1| + epsilon), with both sides multiplied by e^-m for m = max(0, largest x): nothing
 * overflows. (Where all x are negative, all weights are zero and any m would do.)
 * |e^x - 1| e^-m is written as (1 - e^-|x|) e^(max(0, x) - m), which keeps its digits near zero, too.
 */
function softpick(x: tf.Tensor, visible: tf.Tensor): tf.Tensor {
  const m = withoutGradient(tf.maximum(tf.max(x, -1, true), 0));
  const distance = tf.neg(tf.expm1(tf.neg(tf.abs(x))));
  const size = tf.mul(tf.mul(distance, tf.exp(tf.sub(tf.relu(x), m))), visible);
  const total = tf.add(tf.sum(size, -1, true), tf.mul(tf.exp(tf.neg(m)), SOFTPICK_EPSILON));
  return tf.div(tf.mul(size, tf.step(x)), total);
}

/** x as a constant: here the result does not depend on it. */
const withoutGradient = tf.customGrad((x) => ({
  value: tf.clone(x as tf.Tensor),
  gradFunc: (dy: tf.Tensor) => tf.zerosLike(dy),
})) as (x: tf.Tensor) => tf.Tensor;
