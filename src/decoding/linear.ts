/** Products of one vector, and what else a decoder does with vectors. */
import { exp, log } from '../transformer/elementary.ts';

/** A matrix (in, out) as (out, in), so that every output is a product of two contiguous rows. */
export function transposed(matrix: Float32Array, inputs: number, outputs: number): Float32Array {
  const result = new Float32Array(matrix.length);
  for (let i = 0; i < inputs; i++) for (let o = 0; o < outputs; o++) result[o * inputs + i] = matrix[i * outputs + o]!;
  return result;
}

/**
 * output = x W for W given as (out, in). Four outputs at a time: one read of x serves all, and no sum waits for another.
 */
export function multiply(x: Float32Array, weights: Float32Array, output: Float32Array): void {
  const inputs = x.length;
  const outputs = output.length;
  let o = 0;
  for (; o + 4 <= outputs; o += 4) {
    const first = o * inputs;
    const second = first + inputs;
    const third = second + inputs;
    const fourth = third + inputs;
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let i = 0; i < inputs; i++) {
      const value = x[i]!;
      a += value * weights[first + i]!;
      b += value * weights[second + i]!;
      c += value * weights[third + i]!;
      d += value * weights[fourth + i]!;
    }
    output[o] = a;
    output[o + 1] = b;
    output[o + 2] = c;
    output[o + 3] = d;
  }
  for (; o < outputs; o++) {
    let sum = 0;
    for (let i = 0; i < inputs; i++) sum += x[i]! * weights[o * inputs + i]!;
    output[o] = sum;
  }
}

/** output = x over its root mean square, times a gain a channel (Zhang & Sennrich 2019, arXiv:1910.07467). */
export function rmsNorm(x: Float32Array, gain: Float32Array, epsilon: number, output: Float32Array): void {
  let square = 0;
  for (let i = 0; i < x.length; i++) square += x[i]! * x[i]!;
  const scale = 1 / Math.sqrt(square / x.length + epsilon);
  for (let i = 0; i < x.length; i++) output[i] = x[i]! * scale * gain[i]!;
}

/** gate = silu(gate) * up, with silu(x) = x / (1 + e^-x). */
export function swiglu(gate: Float32Array, up: Float32Array): void {
  for (let i = 0; i < gate.length; i++) {
    const x = gate[i]!;
    gate[i] = (x / (1 + exp(-x))) * up[i]!;
  }
}

/** Replaces `count` scores from `start` on by their softmax. */
export function softmax(scores: Float32Array, start: number, count: number): void {
  let highest = Number.NEGATIVE_INFINITY;
  for (let i = start; i < start + count; i++) highest = Math.max(highest, scores[i]!);
  let sum = 0;
  for (let i = start; i < start + count; i++) {
    const weight = exp(scores[i]! - highest);
    scores[i] = weight;
    sum += weight;
  }
  for (let i = start; i < start + count; i++) scores[i]! /= sum;
}

/** Cross-entropy in nats of the token that came, -log softmax(logits)[target]. */
export function tokenLoss(logits: Float32Array, target: number): number {
  let highest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < logits.length; i++) highest = Math.max(highest, logits[i]!);
  let sum = 0;
  for (let i = 0; i < logits.length; i++) sum += exp(logits[i]! - highest);
  return log(sum) + highest - logits[target]!;
}
