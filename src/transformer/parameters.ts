/**
 * Names and shapes of a model's parameters: one list, the same for every engine.
 * A matrix is stored row-major as (in, out), so that a layer computes `x · W`.
 */
import { checkConfig, type ModelConfig } from './config.ts';

/** Named parameters; every tensor is row-major float32. */
export type Parameters = Record<string, Float32Array>;

/**
 * What a tensor is for, which decides how it starts and whether it decays.
 * `embedding`: a row a token or position; `matrix`: (in, out); `residual`: an (in, out) matrix whose product is added to
 * the residual stream; `norm`: a vector of gains; `sink-logit`: a number a head; `key-bias`: a key a head.
 */
export type ParameterRole = 'embedding' | 'matrix' | 'residual' | 'norm' | 'sink-logit' | 'key-bias';

/** One tensor of a model. */
export interface ParameterShape {
  name: string;
  shape: readonly number[];
  role: ParameterRole;
}

/** Whether AdamW decays a tensor: embeddings and matrices do, the vectors of norms and sinks do not. */
export function decays({ role }: Pick<ParameterShape, 'role'>): boolean {
  return role === 'embedding' || role === 'matrix' || role === 'residual';
}

/**
 * Every tensor of a model, in the order in which they are stored, initialised and hashed: `embedding`, `positions`; of
 * each layer's attention `norm`, `query`, `key`, `value`, `output`, `gate`, `sinkLogit`, `keyBias`, of its MLP `norm`,
 * `gate`, `up`, `down`; `norm`, `head`. A model whose kind has no use for a tensor does not have it.
 */
export function parameterShapes(config: ModelConfig): ParameterShape[] {
  const { vocabularySize: V, contextLength: T, width: D, layers: L } = checkConfig(config);
  const shapes: ParameterShape[] = [{ name: 'embedding', shape: [V, D], role: 'embedding' }];
  if (config.positions === 'learned') shapes.push({ name: 'positions', shape: [T, D], role: 'embedding' });
  for (let layer = 0; layer < L; layer++) {
    for (const { name, shape, role } of [...attentionShapes(config), ...mlpShapes(config)]) {
      shapes.push({ name: `layers.${layer}.${name}`, shape, role });
    }
  }
  shapes.push({ name: 'norm', shape: [D], role: 'norm' });
  if (!config.tiedHead) shapes.push({ name: 'head', shape: [D, V], role: 'matrix' });
  return shapes;
}

function attentionShapes({ width: D, heads: H, attention }: ModelConfig): ParameterShape[] {
  const shapes: ParameterShape[] = [
    { name: 'attention.norm', shape: [D], role: 'norm' },
    { name: 'attention.query', shape: [D, D], role: 'matrix' },
    { name: 'attention.key', shape: [D, D], role: 'matrix' },
    { name: 'attention.value', shape: [D, D], role: 'matrix' },
    { name: 'attention.output', shape: [D, D], role: 'residual' },
  ];
  if (attention === 'gated') shapes.push({ name: 'attention.gate', shape: [D, D], role: 'matrix' });
  if (attention === 'sink-logit') shapes.push({ name: 'attention.sinkLogit', shape: [H], role: 'sink-logit' });
  if (attention === 'key-bias') shapes.push({ name: 'attention.keyBias', shape: [D], role: 'key-bias' });
  return shapes;
}

function mlpShapes({ width: D, hiddenWidth: F, mlp }: ModelConfig): ParameterShape[] {
  if (mlp === 'none') return [];
  const norm: ParameterShape = { name: 'mlp.norm', shape: [D], role: 'norm' };
  const gate: ParameterShape = { name: 'mlp.gate', shape: [D, F], role: 'matrix' };
  const up: ParameterShape = { name: 'mlp.up', shape: [D, F], role: 'matrix' };
  const down: ParameterShape = { name: 'mlp.down', shape: [F, D], role: 'residual' };
  return mlp === 'swiglu' ? [norm, gate, up, down] : [norm, up, down];
}

/** Numbers in a tensor of this shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** Trainable numbers of a model. */
export function parameterCount(config: ModelConfig): number {
  return parameterShapes(config).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}
