/**
 * A transformer reduced to its averaging: no weights, no MLP, every head pays the same attention to all that it can see.
 *
 * A layer turns the states V (n, D) into
 *
 *     V'_i = lambda V_i + sum_h ( s 0 + (1 - s) (1 / i) sum_{j <= i} V_j ),     i = 1 ... n
 *
 * with the strength lambda of the skip connection, and the share s of attention that each head pays to a sink: a token
 * before all others whose value is zero. This is the background form of the paper, z_i = sum_j alpha_ij v_j + v_i
 * (section 2, after Barbero et al. 2024), with alpha even, values and norms left out, and the heads added up.
 *
 * V' = (lambda I + c U) V for c = H (1 - s) and the causal mean U. The rows of the matrix all add up to lambda + c, which
 * scales everything and tells no token from another; divided by it, a layer is
 *
 *     V' = (kappa I + (1 - kappa) U) V,     kappa = lambda / (lambda + c):
 *
 * each token keeps the share kappa of itself and takes the rest from the mean. In this scale the first token never moves.
 * The matrix is triangular, so its eigenvalues stand on its diagonal: 1 for all tokens alike, then kappa + (1 - kappa) / i
 * for i = 2 ... n. The largest of these, (1 + kappa) / 2, is what a layer leaves of the last difference, in the long
 * run. (The reduction and its eigenvalues are ours.)
 */
import { randomGenerator } from '../../transformer/random.ts';

export interface Settings {
  /** n: how many tokens, the sink not counted. */
  tokens: number;
  /** L */
  layers: number;
  /** H */
  heads: number;
  /** s: the share of each head's attention that the sink gets, from 0 to below 1. */
  sink: number;
  /** lambda: what a layer adds of its input; 1 in a transformer, 0 for attention alone. */
  skip: number;
}

/** D: the coordinates of each vector. */
export const WIDTH = 16;

/** Uniform numbers with unit variance lie between these, plus and minus. */
const SPREAD = Math.sqrt(3);

/**
 * Token vectors (n, D): independent uniform coordinates with mean 0 and variance 1, the same for the same seed; the first
 * vectors of a longer sequence are those of a shorter.
 */
export function tokenVectors(tokens: number, seed = 0): Float64Array {
  const random = randomGenerator(`${seed}/mixing/tokens`);
  return Float64Array.from({ length: tokens * WIDTH }, () => (2 * random.uniform() - 1) * SPREAD);
}

/**
 * kappa: the share of itself that a token keeps in a layer, 0 for attention alone.
 * @throws {RangeError} where nothing is left: no skip connection, and all attention on the sink.
 */
export function keptShare({ heads, sink, skip }: Settings): number {
  const written = heads * (1 - sink);
  if (!(skip + written > 0)) throw new RangeError('a layer must keep or write something: skip > 0 or sink < 1');
  return skip / (skip + written);
}

/** What a layer leaves of the difference between tokens once many have passed: (1 + kappa) / 2. */
export function leftInTheLongRun(kept: number): number {
  return (1 + kept) / 2;
}

/** One layer on states (n, D), in the scale at which the first token stays where it is. */
export function averageOnce(states: Float64Array, kept: number): Float64Array {
  const next = new Float64Array(states.length);
  const sum = new Float64Array(WIDTH);
  for (let token = 0; token * WIDTH < states.length; token++) {
    for (let channel = 0; channel < WIDTH; channel++) {
      const at = token * WIDTH + channel;
      sum[channel]! += states[at]!;
      // As a step towards the mean, so that a token that is its own mean stays to the last bit.
      next[at] = states[at]! + (1 - kept) * (sum[channel]! / (token + 1) - states[at]!);
    }
  }
  return next;
}

/** The states before the first layer and after each: L + 1 times (n, D). */
export function statesOf(settings: Settings, seed = 0): Float64Array[] {
  const kept = keptShare(settings);
  const states = [tokenVectors(settings.tokens, seed)];
  for (let layer = 0; layer < settings.layers; layer++) states.push(averageOnce(states[layer]!, kept));
  return states;
}
