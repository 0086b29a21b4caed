/** Loads an exported model from the contents of its files; whoever calls has fetched or read them. */
import { readConfigJson } from './config-json.ts';
import { CONFIG_FILE, type Model, type ModelFiles, WEIGHTS_FILE } from './export.ts';
import { fromLlamaTensors } from './hugging-face.ts';
import { RUN_KEY, readSafetensors, WeightsError, weightsIn } from './ours.ts';
import type { SafetensorsLimits } from './safetensors.ts';

/** A model of the reader's, which no run of this edition trained, has a null run. */
export type LoadedModel = Omit<Model, 'run'> & { run: string | null };

/**
 * The model of the two files; its parameters are float32, whatever the file has. Every number must be finite.
 * @throws {WeightsError} naming the file and what is wrong in it.
 */
export function loadModel(files: ModelFiles, limits: Partial<SafetensorsLimits> = {}): LoadedModel {
  const { config, layout, special } = readConfigJson(files.config);
  try {
    const file = readSafetensors(files.weights, { ...limits, finite: true });
    const parameters = layout === 'llama' ? fromLlamaTensors(config, file.tensors) : weightsIn(file, config);
    return { config, parameters, special, run: file.metadata.get(RUN_KEY) ?? null };
  } catch (error) {
    if (!(error instanceof WeightsError)) throw error;
    const remedy = `Take ${WEIGHTS_FILE} and ${CONFIG_FILE} of the same model, both whole`;
    throw new WeightsError(error.fault, `${WEIGHTS_FILE}: ${error.message}. ${remedy}`, { cause: error });
  }
}
