/**
 * The bytes of a checkpoint, the same for every engine: magic `FTCK`, the header's length as a little-endian uint32,
 * the header as JSON (version, model, steps done), then as little-endian float32 in the order of `parameterShapes` all
 * parameters, all first moments, all second moments. It loses no bit, so training goes on as if never stopped.
 */
import type { ModelConfig } from '../transformer/config.ts';
import { type Parameters, parameterCount, parameterShapes, sizeOf } from '../transformer/parameters.ts';

/** What an engine must keep to go on. */
export interface TrainedState {
  /** Optimiser steps done. */
  step: number;
  parameters: Parameters;
  firstMoments: Parameters;
  secondMoments: Parameters;
}

/** Bytes that are no checkpoint of this model; the message says why. */
export class CheckpointError extends Error {
  override readonly name = 'CheckpointError';
}

const MAGIC = 0x4b435446; // FTCK, read as a little-endian number
const VERSION = 1;
const PREFIX_BYTES = 8;
/** Beyond what any configuration takes; a longer header is not parsed. */
const MOST_HEADER_BYTES = 10_000;

/**
 * A checkpoint as bytes: magic number and length of the header, the header as JSON (version, configuration, step), then
 * parameters and both moments as little-endian float32 in the order of `parameterShapes`.
 */
export function encodeCheckpoint(config: ModelConfig, state: TrainedState): Uint8Array {
  const header = new TextEncoder().encode(JSON.stringify({ version: VERSION, model: config, step: state.step }));
  const bytes = new Uint8Array(PREFIX_BYTES + header.length + 3 * 4 * parameterCount(config));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, header.length, true);
  bytes.set(header, PREFIX_BYTES);
  let offset = PREFIX_BYTES + header.length;
  for (const group of [state.parameters, state.firstMoments, state.secondMoments]) {
    for (const { name } of parameterShapes(config)) {
      for (const value of group[name]!) {
        view.setFloat32(offset, value, true);
        offset += 4;
      }
    }
  }
  return bytes;
}

/**
 * Reads a checkpoint of `config`'s model.
 * @throws {CheckpointError} for other bytes, another model, or a checkpoint cut short.
 */
export function decodeCheckpoint(config: ModelConfig, bytes: Uint8Array): TrainedState {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < PREFIX_BYTES || view.getUint32(0, true) !== MAGIC) {
    throw new CheckpointError('these bytes are no checkpoint: they do not begin with FTCK');
  }
  const headerBytes = view.getUint32(4, true);
  if (headerBytes > MOST_HEADER_BYTES) {
    throw new CheckpointError(`the checkpoint is damaged: its header would have ${headerBytes} bytes`);
  }
  const dataStart = PREFIX_BYTES + headerBytes;
  const step = readHeader(config, bytes.subarray(PREFIX_BYTES, dataStart), dataStart > bytes.length);
  const wanted = dataStart + 3 * 4 * parameterCount(config);
  if (bytes.length !== wanted) {
    throw new CheckpointError(
      `the checkpoint has ${bytes.length} bytes instead of ${wanted}: it was cut short or damaged`,
    );
  }
  let offset = dataStart;
  const readGroup = (): Parameters => {
    const group: Parameters = {};
    for (const { name, shape } of parameterShapes(config)) {
      const values = new Float32Array(sizeOf(shape));
      for (let i = 0; i < values.length; i++, offset += 4) values[i] = view.getFloat32(offset, true);
      group[name] = values;
    }
    return group;
  };
  return { step, parameters: readGroup(), firstMoments: readGroup(), secondMoments: readGroup() };
}

/** The header's step count, once the header is known to be of this version and model. */
function readHeader(config: ModelConfig, bytes: Uint8Array, isCutShort: boolean): number {
  if (isCutShort) throw new CheckpointError('the checkpoint is cut short: its header is not complete');
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new CheckpointError('the checkpoint is damaged: its header cannot be read');
  }
  if (!isRecord(header)) throw new CheckpointError('the checkpoint is damaged: its header is no object');
  if (header['version'] !== VERSION) {
    throw new CheckpointError(
      `the checkpoint is of version ${JSON.stringify(header['version'])}; this code reads version ${VERSION}`,
    );
  }
  const difference = firstDifference(header['model'], config);
  if (difference) {
    const [field, saved, own] = difference.map((part) => (typeof part === 'object' ? JSON.stringify(part) : part));
    throw new CheckpointError(`the checkpoint is of another model: its ${field} is ${saved}, not ${own}`);
  }
  if (!Number.isSafeInteger(header['step']) || (header['step'] as number) < 0) {
    throw new CheckpointError('the checkpoint is damaged: its step count is no whole number');
  }
  return header['step'] as number;
}

/** The first field in which two configurations differ and its values, a field of a part as `window.length`. */
function firstDifference(saved: unknown, own: unknown, field = ''): [string, unknown, unknown] | undefined {
  if (saved === own) return undefined;
  if (!isRecord(saved) || !isRecord(own)) return [field || 'configuration', saved, own];
  for (const name of new Set([...Object.keys(own), ...Object.keys(saved)])) {
    const difference = firstDifference(saved[name], own[name], field ? `${field}.${name}` : name);
    if (difference) return difference;
  }
  return undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
