/** Theorem 3.2 at one prompt: norms of the exact Jacobian's blocks beside sums over paths. */
import type { Batch, Engine, Pullback } from '../../src/engine/engine.ts';
import { type BlockNorms, blockNorms } from '../../src/measures/jacobian.ts';
import { type PromptAttention, pathSums, theoremWeights } from '../../src/measures/path-sum.ts';
import { boundWeights } from '../../src/measures/path-sum-bound.ts';
import { exp } from '../../src/transformer/elementary.ts';
import type { Parameters } from '../../src/transformer/parameters.ts';

/** Numbers of pairs of tokens, (T, T) row-major: output j, input i at [j, i]. Of outputs that are not asked for, zero. */
export type PairNumbers = Float64Array;

/** What there is to compare; lists have an entry a block, for the states after it. */
export interface PromptNorms {
  /** T */
  length: number;
  /** Positions of the outputs, the j. */
  outputs: readonly number[];
  /** Spectral norms of dv_j / dv_i. */
  exact: PairNumbers[];
  /** Frobenius norms of the same. */
  frobenius: PairNumbers[];
  /** Spectral norms after the last block with attention held constant. */
  constant: PairNumbers;
  /** Path sums of the theorem's weights, without its constants. */
  theorem: PairNumbers[];
  /** The bound of `path-sum-bound.ts` with a constant a token, and with a constant a block. */
  local: PairNumbers[];
  uniform: PairNumbers[];
}

/**
 * @param prompt one sequence
 * @throws {Error} for an engine that has no pullback
 */
export async function promptNorms(
  engine: Engine,
  parameters: Parameters,
  prompt: Batch,
  outputs: readonly number[],
): Promise<PromptNorms> {
  const { layers, heads } = engine.config;
  const { length } = prompt;
  const { attention, states } = await engine.inspect(prompt, { attention: true, states: true });
  const maps: PromptAttention = { weights: attention!, layers, heads, length };
  const weights = boundWeights(engine.config, parameters, states!, maps, exp);

  const pairs = () => new Float64Array(length * length);
  const exact = Array.from({ length: layers }, pairs);
  const frobenius = Array.from({ length: layers }, pairs);
  const constant = pairs();
  for (const output of outputs) {
    for (let layer = 1; layer <= layers; layer++) {
      const norms = await outputNorms(engine, prompt, output, { layer });
      exact[layer - 1]!.set(norms.spectral, output * length);
      frobenius[layer - 1]!.set(norms.frobenius, output * length);
    }
    const held = await outputNorms(engine, prompt, output, { layer: layers, constantAttention: true });
    constant.set(held.spectral, output * length);
  }
  return {
    ...{ length, outputs, exact, frobenius, constant },
    theorem: pathSums(theoremWeights(maps), length),
    local: pathSums(weights.local, length),
    uniform: pathSums(weights.uniform, length),
  };
}

/**
 * Norms of the blocks of one output, for the inputs up to it. One backward pass over D copies of the prompt, each with a
 * one at another channel of the output; later tokens, which it cannot see, are cut off.
 */
async function outputNorms(
  engine: Engine,
  prompt: Batch,
  output: number,
  what: Omit<Pullback, 'cotangent'>,
): Promise<BlockNorms> {
  if (engine.pullback === undefined) throw new Error('this engine has no pullback; take the kernels or TensorFlow.js');
  const { width: D } = engine.config;
  const length = output + 1;
  const copies = (values: Int32Array) => Int32Array.from({ length: D * length }, (_, i) => values[i % length]!);
  const inputs = copies(prompt.inputs);
  const batch: Batch = {
    ...{ sequences: D, length, inputs, targets: inputs },
    ...(prompt.documents && { documents: copies(prompt.documents) }),
  };
  const cotangent = new Float32Array(D * length * D);
  for (let channel = 0; channel < D; channel++) cotangent[(channel * length + output) * D + channel] = 1;
  return blockNorms(await engine.pullback(batch, { ...what, cotangent }), D);
}
