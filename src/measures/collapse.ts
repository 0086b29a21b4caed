/**
 * Collapse: states of different tokens that become alike (paper §3, equations 1 and 2).
 *
 * Rank collapse is a small distance of all states to their mean; representational collapse a small distance of the last
 * two. The first implies the second (proposition 3.1): with sum_i ||v_i - m||^2 < d^2 for the mean m of all states, the
 * distances a, b of the last two to m have a^2 + b^2 < d^2, so the two are closer than a + b < sqrt(2) d to one another.
 * This proof with its constant is ours.
 */
import { symmetricEigenvalues } from './collapse-eigenvalues.ts';

/** exp and the natural logarithm; the exact ones stand with the model. */
export interface Elementary {
  exp(x: number): number;
  log(x: number): number;
}

function rowsOf(states: ArrayLike<number>, width: number): number {
  const rows = states.length / width;
  if (!(Number.isInteger(rows) && rows >= 1)) {
    throw new RangeError(`states: ${states.length} numbers are no rows of ${width} channels`);
  }
  return rows;
}

/**
 * How far states (n, D) are from all being their mean m: ||V - 1 m^T|| / ||V|| in the Frobenius norm. 0 where all rows
 * are equal; 1 where they cancel out. All rows zero: 0.
 */
export function residualToMean(states: ArrayLike<number>, width: number): number {
  const rows = rowsOf(states, width);
  let residual = 0;
  let total = 0;
  for (let channel = 0; channel < width; channel++) {
    let sum = 0;
    for (let row = 0; row < rows; row++) sum += states[row * width + channel]!;
    const mean = sum / rows;
    for (let row = 0; row < rows; row++) {
      const value = states[row * width + channel]!;
      residual += (value - mean) * (value - mean);
      total += value * value;
    }
  }
  return residual === 0 ? 0 : Math.sqrt(residual / total);
}

/**
 * Effective rank of states (n, D): e to the entropy of the singular values over their sum (Roy & Vetterli 2007, "The
 * effective rank: a measure of effective dimensionality"). 1 for a matrix of rank one, k for k equal singular values; one
 * huge row alone, such as a sink's, brings it near 1, so one looks at the other rows as well.
 * @throws {RangeError} where all states are zero, which have no rank.
 */
export function effectiveRank(states: ArrayLike<number>, width: number, { exp, log }: Elementary): number {
  const singular = singularValues(states, width);
  const sum = singular.reduce((total, value) => total + value, 0);
  if (sum === 0) throw new RangeError('states that are all zero have no effective rank');
  let entropy = 0;
  for (const value of singular) if (value > 0) entropy -= (value / sum) * log(value / sum);
  return exp(entropy);
}

/** Eigenvalues of an n x n Gram matrix below so many times n of the largest are rounding, and count as zero. */
const ROUNDING = 4 * 2 ** -52;

/**
 * Singular values of (n, D), from the smallest, as roots of the eigenvalues of the smaller Gram matrix. Those below some
 * 1e-7 of the largest are lost in rounding, as they are in float32 states, and come out as zero.
 */
export function singularValues(states: ArrayLike<number>, width: number): Float64Array {
  const rows = rowsOf(states, width);
  const size = Math.min(rows, width);
  const [step, next] = rows < width ? [width, 1] : [1, width];
  const length = Math.max(rows, width);
  const gram = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = 0; k < length; k++) sum += states[i * step + k * next]! * states[j * step + k * next]!;
      gram[i * size + j] = sum;
      gram[j * size + i] = sum;
    }
  }
  const eigenvalues = symmetricEigenvalues(gram, size);
  const rounding = ROUNDING * size * eigenvalues[size - 1]!;
  return eigenvalues.map((eigenvalue) => (eigenvalue > rounding ? Math.sqrt(eigenvalue) : 0));
}

/** Relative distance of each row but the first to the row before it: ||v_n - v_(n-1)|| / ||v_n||, (n - 1), L2. */
export function distancesToPrevious(states: ArrayLike<number>, width: number): Float64Array {
  const rows = rowsOf(states, width);
  const distances = new Float64Array(rows - 1);
  for (let row = 1; row < rows; row++) {
    let moved = 0;
    let square = 0;
    for (let channel = 0; channel < width; channel++) {
      const value = states[row * width + channel]!;
      const difference = value - states[(row - 1) * width + channel]!;
      moved += difference * difference;
      square += value * value;
    }
    distances[row - 1] = moved === 0 ? 0 : Math.sqrt(moved / square);
  }
  return distances;
}
