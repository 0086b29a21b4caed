/**
 * The module's exports. Pointers are byte addresses, lengths are counts, strides are bytes from panel to panel.
 *
 * Every matrix (R, C) is *panelled*: stored as [C / 8][R][8], so that eight columns stand side by side in two SIMD
 * vectors and a panel is one run of memory. Columns of an activation are tokens: a kernel then works on eight tokens
 * at once, sums over channels, keys or words run down the rows, and no sum ever crosses lanes. Columns of a weight are
 * the D channels of the residual stream. Rows are padded to a multiple of 4 and columns to a multiple of 8, by zeros.
 */
export { attentionBackward, attentionForward, valueNorms } from './attention';
export { exponential, logarithm } from './elementary';
export { embeddingAdd, embeddingBackward, embeddingForward } from './embedding';
export { gateBackward, gateForward } from './gate';
export { layerNormBackward, layerNormForward } from './layer-norm';
export { crossEntropy } from './loss';
export { reluBackward, reluForward, swigluBackward, swigluForward } from './mlp';
export { rmsNormBackward, rmsNormForward } from './norm';
export { adamw, add, sumOfSquares } from './optimiser';
export { multiply, multiplyTransposed } from './product';
export { rotate } from './rotary';
export { keyBiasBackward, keyBiasForward, sinkLogitBackward, sinkLogitForward } from './sink';
export { transpose } from './transpose';

/** The first address that the module does not use itself. */
export function firstFreeByte(): usize {
  return __heap_base;
}
