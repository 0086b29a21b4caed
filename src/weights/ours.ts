/**
 * Weights under our own names and in our own layout (`parameterShapes`), as safetensors: for models of every kind. The
 * metadata say which run and which configuration they belong to.
 */
import type { ModelConfig } from '../transformer/config.ts';
import { type Parameters, parameterShapes } from '../transformer/parameters.ts';
import {
  type Dtype,
  decodeSafetensors,
  encodeSafetensors,
  type NamedTensor,
  type Safetensors,
  SafetensorsError,
  type SafetensorsLimits,
} from './safetensors.ts';

/** What is wrong with weights: the file itself or its `config.json`, or that it is of another model or run. */
export type WeightsFault =
  | 'unreadable'
  | 'bad configuration'
  | 'other configuration'
  | 'other run'
  | 'missing tensor'
  | 'other tensor';

/** Weights that are not those of the model that was asked for. */
export class WeightsError extends Error {
  override readonly name = 'WeightsError';
  constructor(
    readonly fault: WeightsFault,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The metadata's key of the run's id. */
export const RUN_KEY = 'run';
const MODEL_KEY = 'model';

/**
 * The file of a run's weights, float32 unless asked otherwise: every bit is kept, but that of a NaN.
 * @throws {SafetensorsError} when a tensor is missing or has the wrong size, or does not fit half precision.
 */
export function encodeWeights(
  config: ModelConfig,
  parameters: Parameters,
  run: string,
  dtype: Dtype = 'F32',
): Uint8Array {
  const metadata = { format: 'pt', [RUN_KEY]: run, [MODEL_KEY]: JSON.stringify(config) };
  return encodeSafetensors(namedTensors(config, parameters), { dtype, metadata });
}

/** The parameters as tensors with their shapes, in the order of `parameterShapes`. */
export function namedTensors(config: ModelConfig, parameters: Parameters): NamedTensor[] {
  return parameterShapes(config).map(({ name, shape }) => ({
    name,
    shape,
    values: parameters[name] ?? new Float32Array(),
  }));
}

/**
 * Reads what `encodeWeights` wrote.
 * @param run where the weights must be of this run
 * @throws {WeightsError} when the bytes are no such file, or of another configuration or run.
 */
export function decodeWeights(
  bytes: Uint8Array,
  config: ModelConfig,
  run?: string,
  limits?: Partial<SafetensorsLimits>,
): Parameters {
  return weightsIn(readSafetensors(bytes, limits), config, run);
}

/** `decodeWeights` of a file whose tensors are read already. */
export function weightsIn({ tensors, metadata }: Safetensors, config: ModelConfig, run?: string): Parameters {
  const difference = differenceBetween(metadata.get(MODEL_KEY), config);
  if (difference !== undefined) throw new WeightsError('other configuration', difference);
  const own = metadata.get(RUN_KEY);
  if (run !== undefined && own !== run) {
    throw new WeightsError('other run', `the weights are of run ${own ?? 'unknown'}, not of ${run}`);
  }
  return takeParameters(tensors, parameterShapes(config));
}

/** `decodeSafetensors` with its error as a `WeightsError`. */
export function readSafetensors(bytes: Uint8Array, limits?: Partial<SafetensorsLimits>): Safetensors {
  try {
    return decodeSafetensors(bytes, limits);
  } catch (error) {
    if (!(error instanceof SafetensorsError)) throw error;
    throw new WeightsError('unreadable', error.message, { cause: error });
  }
}

/**
 * The values of exactly these tensors.
 * @throws {WeightsError} for a tensor that is missing, of another shape, or not among them.
 */
export function takeParameters(
  tensors: Safetensors['tensors'],
  expected: readonly { name: string; shape: readonly number[] }[],
): Parameters {
  const parameters: Parameters = {};
  for (const { name, shape } of expected) {
    const tensor = tensors.get(name);
    if (tensor === undefined) throw new WeightsError('missing tensor', `there is no tensor ${name}`);
    if (tensor.shape.join() !== shape.join()) {
      throw new WeightsError('other tensor', `the shape of ${name} is [${tensor.shape}], the model's is [${shape}]`);
    }
    parameters[name] = tensor.values;
  }
  const other = [...tensors.keys()].find((name) => !Object.hasOwn(parameters, name));
  if (other !== undefined) {
    throw new WeightsError('other tensor', `the model has no tensor ${JSON.stringify(other.slice(0, 60))}`);
  }
  return parameters;
}

/** In which field the configuration that a file was written with differs, or undefined. */
function differenceBetween(written: string | undefined, config: ModelConfig): string | undefined {
  if (written === undefined) return 'the file does not say which configuration its weights have';
  let saved: unknown;
  try {
    saved = JSON.parse(written);
  } catch {
    return 'the configuration in the file cannot be read';
  }
  if (typeof saved !== 'object' || saved === null) return 'the configuration in the file cannot be read';
  for (const [field, own] of Object.entries(config)) {
    const other = Object.hasOwn(saved, field) ? (saved as Record<string, unknown>)[field] : undefined;
    if (JSON.stringify(other) !== JSON.stringify(own)) {
      return `the weights are of another model: its ${field} is ${JSON.stringify(other)}, not ${JSON.stringify(own)}`;
    }
  }
  return undefined;
}
