/**
 * AdamW (Loshchilov & Hutter 2019, arXiv:1711.05101) on all parameters laid end to end, one operation for all tensors.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { ModelConfig } from '../../transformer/config.ts';
import { decays, parameterShapes, sizeOf } from '../../transformer/parameters.ts';
import { adamwFactors } from '../adamw.ts';
import type { StepHyper } from '../engine.ts';

/** Tensors of the shapes of the parameters, as one vector. */
export function flatten(tensors: readonly tf.Tensor[]): tf.Tensor1D {
  return tf.concat1d(tensors.map((tensor) => tf.reshape(tensor, [tensor.size]) as tf.Tensor1D));
}

/** One vector as the tensors of a model, in the order of `parameterShapes`. */
export function unflatten(config: ModelConfig, flat: tf.Tensor1D): tf.Tensor[] {
  const shapes = parameterShapes(config);
  const pieces = tf.split(
    flat,
    shapes.map(({ shape }) => sizeOf(shape)),
  );
  return pieces.map((piece, index) => tf.reshape(piece, [...shapes[index]!.shape]));
}

/** 1 where a parameter decays, 0 where not; one vector. */
export function decayMask(config: ModelConfig): tf.Tensor1D {
  return tf.tidy(() =>
    tf.concat1d(
      parameterShapes(config).map(({ shape, role }) => tf.fill<tf.Rank.R1>([sizeOf(shape)], decays({ role }) ? 1 : 0)),
    ),
  );
}

export interface Moments {
  first: tf.Tensor1D;
  second: tf.Tensor1D;
}

/**
 * One update: the new parameters and moments, all as vectors.
 * m = beta1 m + (1 - beta1) g,  v = beta2 v + (1 - beta2) g^2, both divided by 1 - beta^t;
 * p -= rate (m / (sqrt v + epsilon) + decay p).
 * @param step the count of this update, from 1.
 */
export function adamw(
  parameters: tf.Tensor1D,
  gradient: tf.Tensor1D,
  moments: Moments,
  decayed: tf.Tensor1D,
  hyper: StepHyper,
  step: number,
  gradientNorm: number,
): { parameters: tf.Tensor1D; moments: Moments } {
  const { beta1, beta2, epsilon, learningRate, weightDecay } = hyper;
  const { correction1, correction2, gradientScale } = adamwFactors(hyper, step, gradientNorm);
  const g = tf.mul(gradient, gradientScale);
  const first = tf.add(tf.mul(moments.first, beta1), tf.mul(g, 1 - beta1)) as tf.Tensor1D;
  const second = tf.add(tf.mul(moments.second, beta2), tf.mul(tf.square(g), 1 - beta2)) as tf.Tensor1D;
  const direction = tf.div(tf.div(first, correction1), tf.add(tf.sqrt(tf.div(second, correction2)), epsilon));
  const decay = tf.mul(tf.mul(parameters, decayed), weightDecay);
  const updated = tf.sub(parameters, tf.mul(tf.add(direction, decay), learningRate)) as tf.Tensor1D;
  return { parameters: updated, moments: { first, second } };
}
