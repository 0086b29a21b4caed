/** The parameters a model starts from: the same bits for the same seed, everywhere. */
import type { ModelConfig } from './config.ts';
import { type ParameterRole, type Parameters, parameterShapes, sizeOf } from './parameters.ts';
import { randomGenerator } from './random.ts';

/** Standard deviation of embeddings and matrices, as in GPT-2 and LLaMA code; matched here by a uniform distribution. */
export const INITIAL_DEVIATION = 0.02;

/**
 * Fresh parameters. Embeddings, matrices and key biases are uniform with standard deviation 0.02, that is within
 * 0.02 sqrt(3) of zero; those that write to the residual stream are divided by sqrt(2 L), since 2 L of them add up
 * (Radford et al. 2019; the same without an MLP, so that its attention starts alike); norm gains are 1, sink logits 0.
 * A uniform distribution needs no logarithm, whose last bit differs between machines.
 * @param seed a whole number from 0; the draws come from the generator of `<seed>/initialisation`, tensor by tensor in
 * the order of `parameterShapes`.
 * @throws {RangeError} for any other seed.
 */
export function initialParameters(config: ModelConfig, seed: number): Parameters {
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new RangeError(`a seed must be a whole number from 0, not ${seed}`);
  const random = randomGenerator(`${seed}/initialisation`);
  const parameters: Parameters = {};
  for (const { name, shape, role } of parameterShapes(config)) {
    const values = new Float32Array(sizeOf(shape));
    if (role === 'norm') values.fill(1);
    else if (role !== 'sink-logit') {
      const bound = initialBound(role, config);
      for (let i = 0; i < values.length; i++) values[i] = bound * (2 * random.uniform() - 1);
    }
    parameters[name] = values;
  }
  return parameters;
}

function initialBound(role: ParameterRole, config: ModelConfig): number {
  const bound = INITIAL_DEVIATION * Math.sqrt(3);
  return role === 'residual' ? bound / Math.sqrt(2 * config.layers) : bound;
}
