/**
 * The names and the layout of Hugging Face's `LlamaForCausalLM`, so that its library and whatever reads the same files can
 * load our models. Its linear layers keep a matrix as (out, in), ours as (in, out): every matrix is transposed. Both turn
 * channel i of a head with channel i + Dh / 2 (`src/transformer/rope.ts`), so no channel changes its place.
 */
import type { ModelConfig } from '../transformer/config.ts';
import { type ParameterShape, type Parameters, parameterShapes } from '../transformer/parameters.ts';
import { namedTensors, takeParameters, WeightsError } from './ours.ts';
import type { NamedTensor, Safetensors } from './safetensors.ts';

/** Whether a model is a LLaMA in all its parts. */
export function isLlama({ attention, window, positions, norm, mlp }: ModelConfig): boolean {
  return attention === 'softmax' && window === null && positions === 'rope' && norm === 'rms' && mlp === 'swiglu';
}

const NAMES: Record<string, string> = { embedding: 'model.embed_tokens', norm: 'model.norm', head: 'lm_head' };

const NAMES_IN_LAYER: Record<string, string> = {
  'attention.norm': 'input_layernorm',
  'attention.query': 'self_attn.q_proj',
  'attention.key': 'self_attn.k_proj',
  'attention.value': 'self_attn.v_proj',
  'attention.output': 'self_attn.o_proj',
  'mlp.norm': 'post_attention_layernorm',
  'mlp.gate': 'mlp.gate_proj',
  'mlp.up': 'mlp.up_proj',
  'mlp.down': 'mlp.down_proj',
};

/** Their name of one of our tensors; `layers.3.attention.query` is `model.layers.3.self_attn.q_proj.weight`. */
function llamaName(name: string): string {
  const [, layer, part] = /^layers\.(\d+)\.(.+)$/.exec(name) ?? [];
  const theirs = part === undefined ? NAMES[name] : NAMES_IN_LAYER[part];
  if (theirs === undefined) throw new WeightsError('other tensor', `a LLaMA has no tensor ${name}`);
  return `${layer === undefined ? '' : `model.layers.${layer}.`}${theirs}.weight`;
}

function isMatrix({ role }: ParameterShape): boolean {
  return role === 'matrix' || role === 'residual';
}

/**
 * Our parameters as the tensors of `LlamaForCausalLM`.
 * @throws {WeightsError} when the model is no LLaMA.
 */
export function toLlamaTensors(config: ModelConfig, parameters: Parameters): NamedTensor[] {
  checkLlama(config);
  const tensors = namedTensors(config, parameters);
  return parameterShapes(config).map((parameter, i) => {
    const name = llamaName(parameter.name);
    const { shape, values } = tensors[i]!;
    if (!isMatrix(parameter)) return { name, shape, values };
    const [rows, columns] = shape as [number, number];
    return { name, shape: [columns, rows], values: transpose(values, rows, columns) };
  });
}

/**
 * Our parameters from the tensors of `LlamaForCausalLM`.
 * @throws {WeightsError} when the model is no LLaMA, or a tensor is missing, of another shape, or too many.
 */
export function fromLlamaTensors(config: ModelConfig, tensors: Safetensors['tensors']): Parameters {
  checkLlama(config);
  const shapes = parameterShapes(config);
  const theirs = takeParameters(
    tensors,
    shapes.map((parameter) => ({
      name: llamaName(parameter.name),
      shape: isMatrix(parameter) ? parameter.shape.toReversed() : parameter.shape,
    })),
  );
  const parameters: Parameters = {};
  for (const parameter of shapes) {
    const values = theirs[llamaName(parameter.name)]!;
    const [rows, columns] = parameter.shape as [number, number];
    parameters[parameter.name] = isMatrix(parameter) ? transpose(values, columns, rows) : values;
  }
  return parameters;
}

function checkLlama(config: ModelConfig): void {
  if (!isLlama(config))
    throw new WeightsError('other configuration', 'the model is no LLaMA; keep it under our own names');
}

/** The transpose of a row-major matrix of so many rows and columns. */
function transpose(values: Float32Array, rows: number, columns: number): Float32Array {
  const transposed = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      transposed[column * rows + row] = values[row * columns + column]!;
    }
  }
  return transposed;
}
