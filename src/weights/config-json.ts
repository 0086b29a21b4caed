/**
 * `config.json`, which says what the weights beside it are. Of a LLaMA it has the fields of Hugging Face's `LlamaConfig`;
 * of any other model, which their library does not know, it names the architecture `FirstTokenForCausalLM` and holds our
 * own configuration.
 */
import { ConfigError, checkConfig, headWidth, LLAMA, type ModelConfig } from '../transformer/config.ts';
import { parameterCount } from '../transformer/parameters.ts';
import { isLlama } from './hugging-face.ts';
import { WeightsError } from './ours.ts';
import type { Dtype } from './safetensors.ts';

const LLAMA_ARCHITECTURE = 'LlamaForCausalLM';
const OWN_ARCHITECTURE = 'FirstTokenForCausalLM';

/** What a reader accepts; a browser that loads the file must be able to hold the model. */
const MOST_CHARACTERS = 100_000;
const MOST_LAYERS = 1000;
const MOST_PARAMETERS = 64_000_000;

/** The ids of the tokens that no text holds; a language without documents has no `<eos>`. */
export interface SpecialTokenIds {
  bos: number;
  eos: number | null;
}

const TORCH_DTYPES: Record<Dtype, string> = { F32: 'float32', F16: 'float16' };

/** The text of `config.json`. */
export function formatConfigJson(config: ModelConfig, { bos, eos }: SpecialTokenIds, dtype: Dtype): string {
  const common = { bos_token_id: bos, eos_token_id: eos, torch_dtype: TORCH_DTYPES[dtype] };
  const fields = isLlama(config)
    ? { architectures: [LLAMA_ARCHITECTURE], model_type: 'llama', ...llamaFields(config), ...common }
    : { architectures: [OWN_ARCHITECTURE], model_type: 'first-token', model: config, ...common };
  return `${JSON.stringify(fields, null, 2)}\n`;
}

function llamaFields(config: ModelConfig) {
  return {
    vocab_size: config.vocabularySize,
    hidden_size: config.width,
    intermediate_size: config.hiddenWidth,
    num_hidden_layers: config.layers,
    num_attention_heads: config.heads,
    num_key_value_heads: config.heads,
    head_dim: headWidth(config),
    max_position_embeddings: config.contextLength,
    hidden_act: 'silu',
    rms_norm_eps: config.normEpsilon,
    rope_theta: config.ropeBase,
    rope_scaling: null,
    attention_bias: false,
    attention_dropout: 0,
    mlp_bias: false,
    tie_word_embeddings: config.tiedHead,
  };
}

/** What `config.json` says. */
export interface ReadConfig {
  config: ModelConfig;
  /** In whose names and layout the weights are. */
  layout: 'llama' | 'ours';
  special: SpecialTokenIds;
}

/**
 * Reads `config.json`, ours or that of any LLaMA whose parts we have.
 * @throws {WeightsError} naming the field that is wrong or of a kind that we do not have.
 */
export function readConfigJson(text: string): ReadConfig {
  if (text.length > MOST_CHARACTERS) {
    throw bad(`it has ${text.length} characters, more than the ${MOST_CHARACTERS} allowed`);
  }
  const fields = parse(text);
  const [architecture] = Array.isArray(fields['architectures']) ? fields['architectures'] : [];
  const layout = architecture === LLAMA_ARCHITECTURE ? 'llama' : architecture === OWN_ARCHITECTURE ? 'ours' : null;
  if (layout === null) throw bad(`architectures must be ${LLAMA_ARCHITECTURE} or ${OWN_ARCHITECTURE}`);
  const config = layout === 'llama' ? readLlama(fields) : readOwn(fields['model']);
  checkSize(config);
  const id = (name: string): number => {
    const value = fields[name];
    if (!Number.isSafeInteger(value) || (value as number) < 0 || (value as number) >= config.vocabularySize) {
      throw bad(`${name} must be a token's id, from 0 to ${config.vocabularySize - 1}, not ${shown(value)}`);
    }
    return value as number;
  };
  const eos = (fields['eos_token_id'] ?? null) === null ? null : id('eos_token_id');
  return { config, layout, special: { bos: id('bos_token_id'), eos } };
}

function parse(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw bad(`it is not JSON: ${(error as Error).message}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw bad('it must be an object');
  return value as Record<string, unknown>;
}

/** Fields of `LlamaConfig` that would make another model; absent is the same as the value here, which is their default. */
const FIXED: Record<string, unknown> = {
  hidden_act: 'silu',
  rope_scaling: null,
  attention_bias: false,
  mlp_bias: false,
};

function readLlama(fields: Record<string, unknown>): ModelConfig {
  for (const [name, value] of Object.entries(FIXED)) {
    const found = fields[name] ?? value;
    if (found !== value) throw bad(`${name} must be ${shown(value)}, not ${shown(found)}: there is no such model here`);
  }
  const config = checked({
    ...LLAMA,
    vocabularySize: fields['vocab_size'],
    contextLength: fields['max_position_embeddings'],
    layers: fields['num_hidden_layers'],
    heads: fields['num_attention_heads'],
    width: fields['hidden_size'],
    hiddenWidth: fields['intermediate_size'],
    ropeBase: fields['rope_theta'],
    normEpsilon: fields['rms_norm_eps'],
    tiedHead: fields['tie_word_embeddings'] ?? false,
  });
  for (const [name, value] of Object.entries({ num_key_value_heads: config.heads, head_dim: headWidth(config) })) {
    const found = fields[name] ?? value;
    if (found !== value)
      throw bad(`${name} must be ${value}, not ${shown(found)}: keys have no heads of their own here`);
  }
  return config;
}

function readOwn(model: unknown): ModelConfig {
  if (typeof model !== 'object' || model === null) throw bad('model must be the configuration of a model');
  return checked(model as Record<string, unknown>);
}

/** A configuration of the fields that we know, checked. */
function checked(fields: Record<string, unknown>): ModelConfig {
  const { attention, window, positions, norm, mlp, tiedHead, ropeBase, normEpsilon } = fields;
  const { vocabularySize, contextLength, layers, heads, width, hiddenWidth } = fields;
  const shape = { vocabularySize, contextLength, layers, heads, width, hiddenWidth, ropeBase, normEpsilon };
  try {
    return checkConfig({ ...shape, attention, window, positions, norm, mlp, tiedHead } as ModelConfig);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw bad(error.message);
  }
}

/** Before anything of the model's size is made. */
function checkSize(config: ModelConfig): void {
  if (config.layers > MOST_LAYERS)
    throw bad(`a model of ${config.layers} layers, more than the ${MOST_LAYERS} allowed`);
  const count = parameterCount(config);
  if (count > MOST_PARAMETERS) throw bad(`a model of ${count} parameters, more than the ${MOST_PARAMETERS} allowed`);
}

function bad(problem: string): WeightsError {
  return new WeightsError('bad configuration', `config.json: ${problem}`);
}

function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  return JSON.stringify(value).slice(0, 60);
}
