/** Checks of what callers hand to an engine: every engine refuses the same input, with the same words, before it writes anything. */
import type { ModelConfig } from '../transformer/config.ts';
import { type Parameters, parameterShapes, sizeOf } from '../transformer/parameters.ts';
import { type Batch, IGNORED_TARGET, type Pullback, type StepHyper } from './engine.ts';

/** Input that an engine cannot use; `field` names the part, the message says what is wrong with it and what to do. */
export class EngineInputError extends Error {
  override readonly name = 'EngineInputError';
  constructor(
    readonly field: string,
    message: string,
  ) {
    super(`${field}: ${message}`);
  }
}

/**
 * Checks the shape of a batch against a model.
 * @throws {EngineInputError} naming the field that cannot be.
 */
export function checkBatchShape(config: ModelConfig, { sequences, length }: Pick<Batch, 'sequences' | 'length'>): void {
  if (!Number.isInteger(sequences) || sequences < 1) {
    throw new EngineInputError('sequences', `must be a whole number of at least 1, not ${sequences}`);
  }
  if (!Number.isInteger(length) || length < 1 || length > config.contextLength) {
    throw new EngineInputError(
      'length',
      `must be a whole number from 1 to the model's context length, ${config.contextLength}, not ${length}`,
    );
  }
}

/**
 * Checks a batch against a model.
 * @param needsTargets whether a loss is asked for, so that at least one target must count
 * @throws {EngineInputError} naming the first field that cannot be.
 */
export function checkBatch(config: ModelConfig, batch: Batch, needsTargets = true): void {
  checkBatchShape(config, batch);
  checkLength('inputs', batch.inputs, batch);
  checkLength('targets', batch.targets, batch);
  if (batch.documents !== undefined) checkLength('documents', batch.documents, batch);
  checkTokens('inputs', batch.inputs, batch, config.vocabularySize);
  checkTokens('targets', batch.targets, batch, config.vocabularySize, IGNORED_TARGET);
  if (needsTargets && batch.targets.every((target) => target === IGNORED_TARGET)) {
    throw new EngineInputError(
      'targets',
      'none of them counts, so there is no loss; give at least one that is a token',
    );
  }
}

function checkLength(field: string, values: Int32Array, { sequences, length }: Batch): void {
  if (!(values instanceof Int32Array) || values.length !== sequences * length) {
    const got = values instanceof Int32Array ? `${values.length} numbers` : `a ${typeof values}`;
    throw new EngineInputError(field, `must be an Int32Array of ${sequences} x ${length} numbers, not ${got}`);
  }
}

function checkTokens(field: string, ids: Int32Array, { length }: Batch, vocabularySize: number, lowest = 0): void {
  const index = ids.findIndex((id) => id < lowest || id >= vocabularySize);
  if (index < 0) return;
  const allowed = `a token from 0 to ${vocabularySize - 1}${lowest < 0 ? `, or ${IGNORED_TARGET} to ignore it` : ''}`;
  const place = `sequence ${Math.floor(index / length)}, position ${index % length}`;
  throw new EngineInputError(field, `must be ${allowed}; at ${place} it is ${ids[index]}`);
}

/**
 * Checks what a pullback is asked for, against a batch that was checked.
 * @throws {EngineInputError} naming the field that cannot be.
 */
export function checkPullback({ layers, width }: ModelConfig, batch: Batch, { layer, cotangent }: Pullback): void {
  if (!Number.isInteger(layer) || layer < 0 || layer > layers) {
    throw new EngineInputError('layer', `must be a whole number from 0 to the model's ${layers} blocks, not ${layer}`);
  }
  const { sequences, length } = batch;
  if (!(cotangent instanceof Float32Array) || cotangent.length !== sequences * length * width) {
    const got = cotangent instanceof Float32Array ? `${cotangent.length} numbers` : `a ${typeof cotangent}`;
    const shape = `${sequences} x ${length} x ${width}`;
    throw new EngineInputError(
      'cotangent',
      `must be a Float32Array of ${shape} numbers, as the states are, not ${got}`,
    );
  }
  const index = cotangent.findIndex((value) => !Number.isFinite(value));
  if (index >= 0) {
    throw new EngineInputError('cotangent', `must be finite numbers; number ${index} is ${cotangent[index]}`);
  }
}

/**
 * Checks that parameters are those of a model: every name, no other, the right sizes, finite numbers.
 * @throws {EngineInputError} naming the first tensor that cannot be.
 */
export function checkParameters(config: ModelConfig, parameters: Parameters): void {
  const shapes = parameterShapes(config);
  for (const { name, shape } of shapes) {
    const values = parameters[name];
    if (!(values instanceof Float32Array)) {
      throw new EngineInputError(
        name,
        `the parameters lack this tensor; it must be a Float32Array of ${shape.join(' x ')}`,
      );
    }
    if (values.length !== sizeOf(shape)) {
      throw new EngineInputError(name, `must have ${shape.join(' x ')} numbers, not ${values.length}`);
    }
    const index = values.findIndex((value) => !Number.isFinite(value));
    if (index >= 0) throw new EngineInputError(name, `must be finite numbers; number ${index} is ${values[index]}`);
  }
  const known = new Set(shapes.map(({ name }) => name));
  const unknown = Object.keys(parameters).find((name) => !known.has(name));
  if (unknown !== undefined) throw new EngineInputError(unknown, 'the model has no tensor of this name');
}

/**
 * Checks the optimiser's settings of a step.
 * @throws {EngineInputError} naming the first field that cannot be.
 */
export function checkHyper(hyper: StepHyper): void {
  for (const field of ['learningRate', 'weightDecay', 'epsilon'] as const) {
    const value = hyper[field];
    if (!Number.isFinite(value) || value < 0)
      throw new EngineInputError(field, `must be a number of at least 0, not ${value}`);
  }
  if (!(hyper.clipNorm > 0)) throw new EngineInputError('clipNorm', `must be a positive number, not ${hyper.clipNorm}`);
  for (const field of ['beta1', 'beta2'] as const) {
    const value = hyper[field];
    if (!(value >= 0 && value < 1)) throw new EngineInputError(field, `must be at least 0 and below 1, not ${value}`);
  }
}

/** Targets of a batch that count in its loss. */
export function countedTargets(targets: Int32Array): number {
  return targets.reduce((count, target) => (target === IGNORED_TARGET ? count : count + 1), 0);
}
