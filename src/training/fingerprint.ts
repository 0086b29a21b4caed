/**
 * Fingerprints: who trains a run again can tell, evaluation by evaluation, whether every parameter has the same bits.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import type { ModelConfig } from '../transformer/config.ts';
import { type Parameters, parameterShapes, sizeOf } from '../transformer/parameters.ts';

/** Values written at a time: a buffer of 64 kB, whatever the model's size. */
const BLOCK = 16_384;

/**
 * SHA-256 over the previous fingerprint's 32 bytes (none for the first) and the parameters in the order of
 * `parameterShapes`, each number as a little-endian float32. A NaN is written as one fixed pattern, since its payload
 * differs between processors.
 * @returns 64 hexadecimal digits.
 * @throws {Error} naming a tensor that is missing or has the wrong size.
 */
export function fingerprint(config: ModelConfig, parameters: Parameters, previous?: string): string {
  const hash = sha256.create();
  if (previous !== undefined) hash.update(hexToBytes(previous));
  const bytes = new Uint8Array(BLOCK * 4);
  const view = new DataView(bytes.buffer);
  for (const { name, shape } of parameterShapes(config)) {
    const values = parameters[name];
    if (values?.length !== sizeOf(shape)) {
      throw new Error(`parameter ${name} should hold ${sizeOf(shape)} numbers, it holds ${values?.length ?? 'none'}`);
    }
    for (let start = 0; start < values.length; start += BLOCK) {
      const end = Math.min(start + BLOCK, values.length);
      for (let i = start; i < end; i++) {
        const value = values[i]!;
        if (Number.isNaN(value)) view.setUint32((i - start) * 4, 0x7fc00000, true);
        else view.setFloat32((i - start) * 4, value, true);
      }
      hash.update(bytes.subarray(0, (end - start) * 4));
    }
  }
  return bytesToHex(hash.digest());
}
