/** MLPs of a block, without biases; `MLP_KINDS` names the kinds. */
import * as tf from '@tensorflow/tfjs-core';
import { product } from './product.ts';

/** SwiGLU (Shazeer 2020, arXiv:2002.05202): (silu(x · gate) * (x · up)) · down, with silu(z) = z sigmoid(z). */
export function swiglu(weight: (name: string) => tf.Tensor, x: tf.Tensor): tf.Tensor {
  const gate = product(x, weight('mlp.gate')); // (N, F)
  const hidden = tf.mul(tf.mul(gate, tf.sigmoid(gate)), product(x, weight('mlp.up')));
  return product(hidden, weight('mlp.down')); // (N, D)
}

/** max(0, x · up) · down. */
export function reluMlp(weight: (name: string) => tf.Tensor, x: tf.Tensor): tf.Tensor {
  return product(tf.relu(product(x, weight('mlp.up'))), weight('mlp.down')); // (N, F), (N, D)
}
