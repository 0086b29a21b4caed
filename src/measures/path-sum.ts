/**
 * Sums over causal paths (Theorem 3.2): for each layer a matrix of weights between tokens, and for tokens i and j the sum,
 * over all paths i = k_0 <= k_1 <= ... <= k_L = j, of the product of the weights along the path. This sum is an entry of
 * the product of the matrices, so that it costs L T^3 where there are exponentially many paths.
 */

/** One prompt's attention (L, H, T, T): weight of key k for query j at [.., j, k]. */
export interface PromptAttention {
  weights: Float32Array;
  layers: number;
  heads: number;
  /** T */
  length: number;
}

/**
 * The path sums after each layer: the matrices M^(l) ... M^(1), (T, T) row-major, whose entry [j, i] is the sum over
 * paths from i to j.
 * @param matrices M^(1), M^(2), ...: each (T, T) row-major and zero above the diagonal.
 */
export function pathSums(matrices: readonly Float64Array[], length: number): Float64Array[] {
  const sums: Float64Array[] = [];
  for (const [layer, matrix] of matrices.entries()) {
    if (matrix.length !== length * length) {
      throw new RangeError(`a matrix between ${length} tokens has ${length * length} numbers, not ${matrix.length}`);
    }
    const before = sums[layer - 1];
    sums.push(before === undefined ? matrix.slice() : causalProduct(matrix, before, length));
  }
  return sums;
}

/** a b for matrices (T, T) that are zero above the diagonal. */
function causalProduct(a: Float64Array, b: Float64Array, length: number): Float64Array {
  const product = new Float64Array(length * length);
  for (let j = 0; j < length; j++) {
    for (let k = 0; k <= j; k++) {
      const weight = a[j * length + k]!;
      for (let i = 0; i <= k; i++) product[j * length + i]! += weight * b[k * length + i]!;
    }
  }
  return product;
}

/**
 * The weights of Theorem 3.2 for each layer: abar_ji = sum_h |alpha^h_ji| + delta_ji / H. Its constants, which stand
 * before the sum and have no published value, are left out: good for order alone. This form of abar is how readers of the
 * paper recall it; the paper itself was not at hand.
 */
export function theoremWeights({ weights, layers, heads, length: T }: PromptAttention): Float64Array[] {
  return Array.from({ length: layers }, (_, layer) => {
    const matrix = new Float64Array(T * T);
    for (let head = 0; head < heads; head++) {
      const from = (layer * heads + head) * T * T;
      for (let i = 0; i < T * T; i++) matrix[i]! += Math.abs(weights[from + i]!);
    }
    for (let j = 0; j < T; j++) matrix[j * T + j]! += 1 / heads;
    return matrix;
  });
}
