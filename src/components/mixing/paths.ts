/**
 * One token heard by another, over all paths through a few layers of causal attention (Theorem 3.2 of the paper): for a
 * source i and a target j the sum, over all paths i = k_0 <= k_1 <= ... <= k_L = j, of the product of the weights
 * abar_(k_l, k_(l-1)) = alpha + delta along the path. The sum is an entry of a product of matrices
 * (src/measures/path-sum.ts); a path is a way to split j - i steps over L layers, so there are as many as a binomial
 * coefficient says, and far more than one could draw.
 */
import { pathSums, theoremWeights } from '../../measures/path-sum.ts';
import { randomGenerator } from '../../transformer/random.ts';

export interface Graph {
  tokens: number;
  layers: number;
  /** abar of each layer, (n, n) row-major: [to, from]. */
  weights: Float64Array[];
}

/** How unequal the attention between tokens is: weights are drawn between this and 1 before they are shared out. */
const LEAST = 0.15;

/**
 * A causal graph with one head's attention: token j shares the part 1 - `sink` of its attention over itself and all before
 * it, in proportions drawn once for each layer, and gives `sink` to the first token on top.
 */
export function graphOf(tokens: number, layers: number, sink: number): Graph {
  const weights = new Float32Array(layers * tokens * tokens);
  for (let layer = 0; layer < layers; layer++) {
    // A stream for each row, so that a longer text leaves the rows of the shorter as they are.
    for (let to = 0; to < tokens; to++) {
      const random = randomGenerator(`0/mixing/attention/${layer}/${to}`);
      const drawn = Array.from({ length: to + 1 }, () => LEAST + (1 - LEAST) * random.uniform());
      const sum = drawn.reduce((total, value) => total + value, 0);
      const row = (layer * tokens + to) * tokens;
      for (let from = 0; from <= to; from++) weights[row + from] = ((1 - sink) * drawn[from]!) / sum;
      weights[row]! += sink;
    }
  }
  return { tokens, layers, weights: theoremWeights({ weights, layers, heads: 1, length: tokens }) };
}

/** The sum over all paths from `source` to `target`; 0 where the target stands before the source. */
export function sumOverPaths({ tokens, weights }: Graph, source: number, target: number): number {
  return pathSums(weights, tokens).at(-1)![target * tokens + source]!;
}

/** How many paths there are: the same sum with every causal weight 1. */
export function countPaths({ tokens, layers }: Graph, source: number, target: number): number {
  const ones = Float64Array.from({ length: tokens * tokens }, (_, at) =>
    at % tokens <= Math.floor(at / tokens) ? 1 : 0,
  );
  return pathSums(Array<Float64Array>(layers).fill(ones), tokens).at(-1)![target * tokens + source]!;
}

export interface Edge {
  /** Counted from 0: the edge leads from height `layer` to the one above. */
  layer: number;
  from: number;
  to: number;
  /** The sum over all paths from source to target that take this edge. */
  through: number;
}

/** Every edge that a path from source to target can take, with the part of the sum that passes through it. */
export function edgesBetween({ tokens, layers, weights }: Graph, source: number, target: number): Edge[] {
  // What reaches each token from the source before a layer, and what reaches the target from each token after it.
  const reached = [unit(tokens, source)];
  for (const matrix of weights) reached.push(applied(matrix, reached.at(-1)!, tokens));
  const carried = [unit(tokens, target)];
  for (const matrix of weights.toReversed()) carried.push(appliedTransposed(matrix, carried.at(-1)!, tokens));
  const edges: Edge[] = [];
  for (let layer = 0; layer < layers; layer++) {
    for (let from = source; from <= target; from++) {
      for (let to = from; to <= target; to++) {
        const through =
          reached[layer]![from]! * weights[layer]![to * tokens + from]! * carried[layers - layer - 1]![to]!;
        if (through > 0) edges.push({ layer, from, to, through });
      }
    }
  }
  return edges;
}

export interface Path {
  /** L + 1 tokens, from the source to the target. */
  tokens: number[];
  weight: number;
}

/** The path with the largest product of weights, or null where there is none. */
export function strongestPath({ tokens, weights }: Graph, source: number, target: number): Path | null {
  if (target < source) return null;
  let best: (Path | null)[] = Array.from({ length: tokens }, (_, token) =>
    token === source ? { tokens: [token], weight: 1 } : null,
  );
  for (const matrix of weights) {
    best = best.map((_, to) => {
      let strongest: Path | null = null;
      for (let from = source; from <= to; from++) {
        const before = best[from];
        const weight = before ? before.weight * matrix[to * tokens + from]! : 0;
        if (before && weight > (strongest?.weight ?? 0)) strongest = { tokens: [...before.tokens, to], weight };
      }
      return strongest;
    });
  }
  return best[target]!;
}

function unit(size: number, at: number): Float64Array {
  return Float64Array.from({ length: size }, (_, i) => (i === at ? 1 : 0));
}

function applied(matrix: Float64Array, vector: Float64Array, size: number): Float64Array {
  return vector.map((_, to) => vector.reduce((sum, value, from) => sum + matrix[to * size + from]! * value, 0));
}

function appliedTransposed(matrix: Float64Array, vector: Float64Array, size: number): Float64Array {
  return vector.map((_, from) => vector.reduce((sum, value, to) => sum + matrix[to * size + from]! * value, 0));
}
