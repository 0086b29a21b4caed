/** The way in: the engine contract over the WebAssembly kernels, on one thread or several. */
import { checkConfig, type ModelConfig } from '../../transformer/config.ts';
import type { Parameters } from '../../transformer/parameters.ts';
import type { Engine } from '../engine.ts';
import { checkBatchShape, checkParameters } from '../validate.ts';
import { ParallelEngine } from './parallel-engine.ts';
import type { BatchShape } from './plan.ts';
import { Replica } from './replica.ts';
import { SingleEngine } from './single-engine.ts';
import type { WorkerPort } from './worker-port.ts';

export { MemoryError } from './module.ts';
export { WorkerError } from './parallel-engine.ts';
export { type BatchShape, plan } from './plan.ts';
export { DisposedError } from './single-engine.ts';

export interface KernelsOptions {
  /** The compiled `kernels.wasm`. */
  module: WebAssembly.Module;
  /** The batches to come: their memory is reserved at once. For a batch that needs more, it is reserved when it comes. */
  batch?: BatchShape;
  /** Workers that serve `worker-service.ts`, to compute batches together; without them the calling thread does. */
  workers?: readonly WorkerPort[];
}

/**
 * Creates an engine, which owns its workers: they end when it is disposed, or cannot be created. Results have the same bits for any number of workers.
 * @throws {ConfigError} {EngineInputError} for a model or parameters that cannot be
 * @throws {MemoryError} when the memory for them is not to be had
 * @throws {WorkerError} when a worker cannot be started
 */
export async function createKernelsEngine(
  config: ModelConfig,
  parameters: Parameters,
  { module, batch = { sequences: 1, length: config.contextLength }, workers = [] }: KernelsOptions,
): Promise<Engine> {
  try {
    checkConfig(config);
    checkBatchShape(config, batch);
    checkParameters(config, parameters);
    const single = new SingleEngine(await Replica.create(config, module, batch), parameters);
    return workers.length === 0 ? single : await ParallelEngine.create(single, module, batch, workers);
  } catch (error) {
    for (const worker of workers) worker.terminate();
    throw error;
  }
}
