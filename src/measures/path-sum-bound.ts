/**
 * A bound of the form of Theorem 3.2 whose constants are known and that is proved, for a LLaMA's blocks at one prompt.
 * Derived here; the paper's own constants were not at hand.
 *
 * Setting. The residual stream v (T, D; rows are tokens) passes block after block through
 *   z_i = v_i + sum_h sum_{k <= i} alpha^h_ik N(v_k) W_v^h W_o^h      with RMSNorm N(x) = x diag(g) / r(x),
 *   v'_i = z_i + mlp(N'(z_i))                                         r(x) = sqrt(mean x^2 + epsilon).
 * As in the paper, the weights alpha are constants: they keep the values that they have at the prompt.
 *
 * Proposition. After l blocks, at the prompt, in the spectral norm,
 *   ||dv_j^(l) / dv_i^(0)|| <= [A^(l) ... A^(1)]_ji    with    A_ik = m_i (delta_ik + sum_h |alpha^h_ik| w_h / r(v_k)),
 * where m_i = ||d(z + mlp(N'(z))) / dz|| at z_i, w_h = ||diag(g) W_v^h W_o^h||, each block with its own.
 *
 * Proof. By the chain rule a block's Jacobian from k to i is the product of (delta_ik I + sum_h alpha^h_ik dN(v_k) W_v^h
 * W_o^h) with the Jacobian of z -> z + mlp(N'(z)) at z_i, whose norm is m_i. Further dN(x) = (I - u u^T) diag(g) / r(x)
 * with u = x / (sqrt(D) r(x)). Since |u|^2 = mean x^2 / (mean x^2 + epsilon) < 1, ||I - u u^T|| <= 1. So the block's
 * Jacobian from k to i has at most the norm A_ik. That of l blocks is the sum over all paths of products of these, and
 * norms of sums and products are at most sums and products of norms; that sum is the matrix product's entry.
 *
 * Corollary, in the theorem's form: with one constant a block, m = max_i m_i and w = max_{h,k} w_h / r(v_k),
 *   ||dv_j^(l) / dv_i^(0)|| <= prod m . [Abar^(l) ... Abar^(1)]_ji    with    Abar_ik = delta_ik + w sum_h |alpha^h_ik|.
 *
 * Both speak of a derivative at one prompt, not of a Lipschitz constant, which RMSNorm has none of worth naming; and
 * neither says anything of a model whose weights of attention follow the states.
 */
import type { ModelConfig } from '../transformer/config.ts';
import type { Parameters } from '../transformer/parameters.ts';
import { spectralNorm } from './jacobian.ts';
import type { PromptAttention } from './path-sum.ts';

/** For each block a matrix (T, T) whose path sums bound the Jacobian. */
export interface BoundWeights {
  /** A of the proposition. */
  local: Float64Array[];
  /** m Abar of the corollary. */
  uniform: Float64Array[];
}

/**
 * The matrices of the bound at one prompt.
 * @param states (L + 1, T, D) of the prompt
 * @param exp the exponential, for the MLP's sigmoid; the exact one stands with the model
 * @throws {RangeError} for a model of other blocks than a LLaMA's, for which nothing is proved here.
 */
export function boundWeights(
  config: ModelConfig,
  parameters: Parameters,
  states: Float32Array,
  attention: PromptAttention,
  exp: (x: number) => number,
): BoundWeights {
  if (config.norm !== 'rms' || config.mlp !== 'swiglu' || config.attention === 'gated') {
    throw new RangeError('the bound is proved for RMSNorm, SwiGLU and attention without a gate');
  }
  const { layers, heads, length: T } = attention;
  const D = config.width;
  const bound: BoundWeights = { local: [], uniform: [] };
  for (let layer = 0; layer < layers; layer++) {
    const block = blockOf(config, parameters, layer);
    const before = Array.from({ length: T }, (_, t) => {
      const row = (layer * T + t) * D;
      return states.subarray(row, row + D);
    });
    const middle = afterAttention(block, before, attention, layer);
    const headNorms = Array.from({ length: heads }, (_, head) => headNorm(block, head));
    const roots = before.map((x) => rootMeanSquare(x, config.normEpsilon));
    const rest = middle.map((z) => mlpNorm(block, z, exp));
    const local = new Float64Array(T * T);
    const uniform = new Float64Array(T * T);
    const [m, w] = [Math.max(...rest), Math.max(...headNorms) / Math.min(...roots)];
    for (let i = 0; i < T; i++) {
      for (let k = 0; k <= i; k++) {
        let [own, all] = i === k ? [1, 1] : [0, 0];
        for (let head = 0; head < heads; head++) {
          const alpha = Math.abs(attention.weights[((layer * heads + head) * T + i) * T + k]!);
          own += (alpha * headNorms[head]!) / roots[k]!;
          all += alpha * w;
        }
        local[i * T + k] = rest[i]! * own;
        uniform[i * T + k] = m * all;
      }
    }
    bound.local.push(local);
    bound.uniform.push(uniform);
  }
  return bound;
}

/** One block's tensors and lengths. */
interface Block {
  /** D, F, H, epsilon of the norms */
  width: number;
  hidden: number;
  heads: number;
  epsilon: number;
  weight(name: string): Float32Array;
}

function blockOf(config: ModelConfig, parameters: Parameters, layer: number): Block {
  return {
    ...{ width: config.width, hidden: config.hiddenWidth, heads: config.heads, epsilon: config.normEpsilon },
    weight: (name) => parameters[`layers.${layer}.${name}`]!,
  };
}

function rootMeanSquare(x: ArrayLike<number>, epsilon: number): number {
  let sum = 0;
  for (let c = 0; c < x.length; c++) sum += x[c]! * x[c]!;
  return Math.sqrt(sum / x.length + epsilon);
}

function rmsNorm(x: ArrayLike<number>, gain: ArrayLike<number>, epsilon: number): Float64Array {
  const root = rootMeanSquare(x, epsilon);
  return Float64Array.from(x, (value, c) => (value / root) * gain[c]!);
}

/** x W for W (in, columns), row-major. */
function times(x: ArrayLike<number>, matrix: ArrayLike<number>, columns: number): Float64Array {
  const product = new Float64Array(columns);
  for (let r = 0; r < x.length; r++) {
    for (let c = 0; c < columns; c++) product[c]! += x[r]! * matrix[r * columns + c]!;
  }
  return product;
}

/** z of every token: what attention, with its weights given, makes of the states before the block. */
function afterAttention(
  { width: D, heads, epsilon, weight }: Block,
  before: readonly Float32Array[],
  { weights, length: T }: PromptAttention,
  layer: number,
): Float64Array[] {
  const headWidth = D / heads;
  const values = before.map((x) => times(rmsNorm(x, weight('attention.norm'), epsilon), weight('attention.value'), D));
  return before.map((x, i) => {
    const mixed = new Float64Array(D);
    for (let channel = 0; channel < D; channel++) {
      const row = ((layer * heads + Math.floor(channel / headWidth)) * T + i) * T;
      for (let k = 0; k <= i; k++) mixed[channel]! += weights[row + k]! * values[k]![channel]!;
    }
    const written = times(mixed, weight('attention.output'), D);
    return Float64Array.from(x, (value, c) => value + written[c]!);
  });
}

/** w_h = ||diag(g) W_v^h W_o^h||. */
function headNorm({ width: D, heads, weight }: Block, head: number): number {
  const headWidth = D / heads;
  const [gain, value, output] = [weight('attention.norm'), weight('attention.value'), weight('attention.output')];
  const ofHead = output.subarray(head * headWidth * D, (head + 1) * headWidth * D); // (Dh, D)
  const map = new Float64Array(D * D);
  for (let r = 0; r < D; r++) {
    const from = r * D + head * headWidth;
    const row = times(value.subarray(from, from + headWidth), ofHead, D);
    for (let c = 0; c < D; c++) map[r * D + c] = gain[r]! * row[c]!;
  }
  return spectralNorm(map, D);
}

/** m_i: the norm of d(z + mlp(N'(z))) / dz, (in, out) = I + (I - u u^T) diag(g) S W_down / r with S = d hidden / d input. */
function mlpNorm({ width: D, hidden: F, epsilon, weight }: Block, z: Float64Array, exp: (x: number) => number): number {
  const [gain, gateWeight, upWeight, down] = ['norm', 'gate', 'up', 'down'].map((name) => weight(`mlp.${name}`)) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const root = rootMeanSquare(z, epsilon);
  const x = rmsNorm(z, gain, epsilon);
  const [gate, up] = [times(x, gateWeight, F), times(x, upWeight, F)];
  // hidden = silu(gate) up, so d hidden = slope d gate + silu d up.
  const silu = new Float64Array(F);
  const slope = new Float64Array(F);
  for (let f = 0; f < F; f++) {
    const sigmoid = 1 / (1 + exp(-gate[f]!));
    silu[f] = gate[f]! * sigmoid;
    slope[f] = sigmoid * (1 + gate[f]! * (1 - sigmoid)) * up[f]!;
  }
  const map = new Float64Array(D * D);
  const side = new Float64Array(F);
  for (let r = 0; r < D; r++) {
    for (let f = 0; f < F; f++) side[f] = slope[f]! * gateWeight[r * F + f]! + silu[f]! * upWeight[r * F + f]!;
    const row = times(side, down, D);
    for (let c = 0; c < D; c++) map[r * D + c] = (gain[r]! / root) * row[c]!;
  }
  const u = z.map((value) => value / (Math.sqrt(D) * root));
  const along = times(u, map, D);
  for (let r = 0; r < D; r++) {
    for (let c = 0; c < D; c++) map[r * D + c]! += (r === c ? 1 : 0) - u[r]! * along[c]!;
  }
  return spectralNorm(map, D);
}
