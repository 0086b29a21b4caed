/** A trained model as the files that other tools read: `model.safetensors` and `config.json`. */
import type { ModelConfig } from '../transformer/config.ts';
import type { Parameters } from '../transformer/parameters.ts';
import { formatConfigJson, type SpecialTokenIds } from './config-json.ts';
import { isLlama, toLlamaTensors } from './hugging-face.ts';
import { encodeWeights, RUN_KEY } from './ours.ts';
import { type Dtype, encodeSafetensors } from './safetensors.ts';

export const WEIGHTS_FILE = 'model.safetensors';
export const CONFIG_FILE = 'config.json';

/** The contents of the two files. */
export interface ModelFiles {
  weights: Uint8Array;
  config: string;
}

/** A model to be exported, or that was loaded. */
export interface Model {
  config: ModelConfig;
  parameters: Parameters;
  special: SpecialTokenIds;
  /** The id of the run that trained it. */
  run: string;
}

/**
 * The files of a model: a LLaMA under Hugging Face's names, any other under ours.
 * @throws {SafetensorsError} when a tensor is missing or has the wrong size, or does not fit half precision.
 */
export function exportModel({ config, parameters, special, run }: Model, dtype: Dtype): ModelFiles {
  // Their library asks for the `format`: in which framework's layout the tensors are.
  const weights = isLlama(config)
    ? encodeSafetensors(toLlamaTensors(config, parameters), { dtype, metadata: { format: 'pt', [RUN_KEY]: run } })
    : encodeWeights(config, parameters, run, dtype);
  return { weights, config: formatConfigJson(config, special, dtype) };
}
