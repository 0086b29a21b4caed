/** How much arithmetic training is, counted from the model's configuration: what rates and estimates of time rest on. */
import { type ModelConfig, sees } from '../transformer/config.ts';
import { parameterShapes, sizeOf } from '../transformer/parameters.ts';

/**
 * Floating-point operations of training for one token of a full sequence: 6 for each weight that it is multiplied by (a
 * multiplication and an addition forward, twice as many backward), and 12 for each channel of each key that a query may
 * see, the mean over the sequence's queries. A tied head multiplies by the embedding; the tables of tokens and positions
 * themselves multiply nothing. Norms, softmax, the elementwise part of gates and the optimiser are not counted, nor is
 * padding. Kaplan et al. 2020, arXiv:2001.08361, section 2.1, with the masked half of attention left out.
 */
export function operationsOfToken(model: ModelConfig): number {
  const { layers: L, width: D, vocabularySize: V } = model;
  let weights = model.tiedHead ? V * D : 0;
  for (const { role, shape } of parameterShapes(model)) {
    // A learned key is one more that every query of its layer has a product with, but it brings no value.
    if (role === 'matrix' || role === 'residual' || role === 'key-bias') weights += sizeOf(shape);
  }
  return 6 * weights + 12 * L * D * meanKeys(model);
}

/** Keys that a query sees, on average over the positions of a full sequence. */
function meanKeys(model: ModelConfig): number {
  const { contextLength: T, window } = model;
  if (window === null) return (T + 1) / 2;
  let seen = 0;
  for (let query = 0; query < T; query++) {
    for (let key = 0; key <= query; key++) if (sees(model, query, key)) seen++;
  }
  return seen / T;
}
