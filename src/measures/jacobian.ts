/** Sizes of a Jacobian's blocks: how much the state of one token answers to that of another. */
import { singularValues } from './collapse.ts';

/** The largest singular value of (rows, columns): the most by which it stretches a vector in the L2 norm. */
export function spectralNorm(matrix: ArrayLike<number>, columns: number): number {
  return singularValues(matrix, columns).at(-1)!;
}

/** The root of the sum of squares. */
export function frobeniusNorm(matrix: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < matrix.length; i++) sum += matrix[i]! * matrix[i]!;
  return Math.sqrt(sum);
}

/** Norms of the blocks of one output's Jacobian, one an input position. */
export interface BlockNorms {
  /** (T) */
  spectral: Float64Array;
  /** (T) */
  frobenius: Float64Array;
}

/**
 * Norms of the blocks dv_j / dv_i of one output j, for every input i: (T) each.
 * @param jacobian (D, T, D): for each channel of the output the gradient at every input, as a pullback gives it for D
 * copies of a prompt.
 * @param width D
 */
export function blockNorms(jacobian: Float32Array, width: number): BlockNorms {
  const length = jacobian.length / (width * width);
  if (!(Number.isInteger(length) && length >= 1)) {
    throw new RangeError(`jacobian: ${jacobian.length} numbers are no blocks of ${width} x ${width}`);
  }
  const norms = { spectral: new Float64Array(length), frobenius: new Float64Array(length) };
  const block = new Float32Array(width * width);
  for (let input = 0; input < length; input++) {
    for (let row = 0; row < width; row++) {
      const from = (row * length + input) * width;
      block.set(jacobian.subarray(from, from + width), row * width);
    }
    norms.frobenius[input] = frobeniusNorm(block);
    norms.spectral[input] = norms.frobenius[input] === 0 ? 0 : spectralNorm(block, width);
  }
  return norms;
}
