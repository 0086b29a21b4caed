/** How large the value vectors are: a sink that does nothing has a value near zero (paper §3.2, figure 4b). */
import type { MapShape } from './sink.ts';

/**
 * Norm of the first position's value vector over the mean norm of the others, for each layer, sequence and head:
 * (L, B, H), row-major. Below 1 the first token writes less than the others when it is attended to; 1 for sequences
 * of one token, which have no others.
 * @param valueNorms (L, B, H, T)
 */
export function firstValueNormRatio(valueNorms: Float32Array, shape: MapShape): Float64Array {
  const { layers, sequences, heads, length: T } = shape;
  const rows = layers * sequences * heads;
  if (valueNorms.length !== rows * T) {
    throw new RangeError(`value norms: ${rows} rows of ${T} are ${rows * T} norms, not ${valueNorms.length}`);
  }
  const ratios = new Float64Array(rows).fill(1);
  if (T === 1) return ratios;
  for (let row = 0; row < rows; row++) {
    let others = 0;
    for (let t = 1; t < T; t++) others += valueNorms[row * T + t]!;
    ratios[row] = valueNorms[row * T]! / (others / (T - 1));
  }
  return ratios;
}
