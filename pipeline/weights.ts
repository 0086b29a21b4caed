/**
 * The weights of finished runs, kept beside the unfinished states: the bytes that the run's last fingerprint was taken
 * over, so that they prove themselves. They are not committed; whoever lacks them trains again and has the same.
 */
import type { Run } from '../src/results/schema.ts';
import { fingerprint } from '../src/training/fingerprint.ts';
import type { ModelConfig } from '../src/transformer/config.ts';
import { type Parameters, parameterCount, parameterShapes, sizeOf } from '../src/transformer/parameters.ts';

/** All parameters in the order of `parameterShapes`, little-endian float32. */
export function encodeWeights(config: ModelConfig, parameters: Parameters): Uint8Array {
  const bytes = new Uint8Array(4 * parameterCount(config));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const { name } of parameterShapes(config)) {
    for (const value of parameters[name]!) {
      view.setFloat32(at, value, true);
      at += 4;
    }
  }
  return bytes;
}

/** The parameters of a model, or null where the bytes are too few or too many for it. */
export function decodeWeights(config: ModelConfig, bytes: Uint8Array): Parameters | null {
  if (bytes.length !== 4 * parameterCount(config)) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parameters: Parameters = {};
  let at = 0;
  for (const { name, shape } of parameterShapes(config)) {
    const values = new Float32Array(sizeOf(shape));
    for (let i = 0; i < values.length; i++, at += 4) values[i] = view.getFloat32(at, true);
    parameters[name] = values;
  }
  return parameters;
}

/** Whether these are the parameters of a run after its last step, to the last bit. */
export function areWeightsOf({ specification, evaluations }: Run, parameters: Parameters): boolean {
  const last = evaluations.at(-1)!;
  return fingerprint(specification.model, parameters, evaluations.at(-2)?.fingerprint) === last.fingerprint;
}
