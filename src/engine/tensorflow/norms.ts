/** Norms with a gain a channel and no bias; `NORM_KINDS` names the kinds. */
import * as tf from '@tensorflow/tfjs-core';
import type { ModelConfig } from '../../transformer/config.ts';

/** The norm of the rows of x (N, D) times a gain (D). */
export function normalise(x: tf.Tensor, gain: tf.Tensor, { norm, normEpsilon }: ModelConfig): tf.Tensor {
  return norm === 'layer' ? layerNorm(x, gain, normEpsilon) : rmsNorm(x, gain, normEpsilon);
}

/** RMSNorm (Zhang & Sennrich 2019, arXiv:1910.07467): x / sqrt(mean x^2 + epsilon). */
function rmsNorm(x: tf.Tensor, gain: tf.Tensor, epsilon: number): tf.Tensor {
  const meanSquare = tf.mean(tf.square(x), -1, true);
  return tf.mul(tf.mul(x, tf.rsqrt(tf.add(meanSquare, epsilon))), gain);
}

/** LayerNorm (Ba et al. 2016, arXiv:1607.06450): the same of x less its mean, that is x - mean over its deviation. */
function layerNorm(x: tf.Tensor, gain: tf.Tensor, epsilon: number): tf.Tensor {
  return rmsNorm(tf.sub(x, tf.mean(x, -1, true)), gain, epsilon);
}
