/**
 * Names and shapes of a model's parameters: one list, the same for every engine.
 * A matrix is stored row-major as (in, out), so that a layer computes `x · W`.
 */
import { checkConfig, type ModelConfig } from './config.ts';

/** Named parameters; every tensor is row-major float32. */
export type Parameters = Record<string, Float32Array>;

/** One tensor of a model. */
export interface ParameterShape {
  name: string;
  shape: readonly number[];
  /**
   * `embedding`: a row a token; `matrix`: (in, out); `residual`: an (in, out) matrix whose product is added to the
   * residual stream; `norm`: a vector of gains. AdamW decays all but `norm`.
   */
  role: 'embedding' | 'matrix' | 'residual' | 'norm';
}

/** Every tensor of a model, in the order in which they are stored, initialised and hashed. */
export function parameterShapes(config: ModelConfig): ParameterShape[] {
  const { vocabularySize: V, width: D, hiddenWidth: F, layers: L } = checkConfig(config);
  const shapes: ParameterShape[] = [{ name: 'embedding', shape: [V, D], role: 'embedding' }];
  for (let layer = 0; layer < L; layer++) {
    const block = `layers.${layer}`;
    shapes.push(
      { name: `${block}.attention.norm`, shape: [D], role: 'norm' },
      { name: `${block}.attention.query`, shape: [D, D], role: 'matrix' },
      { name: `${block}.attention.key`, shape: [D, D], role: 'matrix' },
      { name: `${block}.attention.value`, shape: [D, D], role: 'matrix' },
      { name: `${block}.attention.output`, shape: [D, D], role: 'residual' },
      { name: `${block}.mlp.norm`, shape: [D], role: 'norm' },
      { name: `${block}.mlp.gate`, shape: [D, F], role: 'matrix' },
      { name: `${block}.mlp.up`, shape: [D, F], role: 'matrix' },
      { name: `${block}.mlp.down`, shape: [F, D], role: 'residual' },
    );
  }
  shapes.push({ name: 'norm', shape: [D], role: 'norm' }, { name: 'head', shape: [D, V], role: 'matrix' });
  return shapes;
}

/** Numbers in a tensor of this shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** Trainable numbers of a model. */
export function parameterCount(config: ModelConfig): number {
  return parameterShapes(config).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}
