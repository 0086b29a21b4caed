/**
 * Seeded randomness: xoshiro128** (Blackman & Vigna 2018), integers only, so that every JavaScript engine draws the
 * same bits. A generator is seeded by a string that names its purpose, `0/initialisation`, `0/batches/12`: two
 * purposes never share a stream, and a stream can be entered at any step without replaying the ones before it.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';

export interface RandomGenerator {
  /** A whole number from 0 to 2^32 - 1. */
  uint32(): number;
  /** A whole number from 0 to `bound` - 1, every one equally likely. */
  below(bound: number): number;
  /** A number in [0, 1): a multiple of 2^-24, exact in float32. */
  uniform(): number;
}

function rotateLeft(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

/** The generator of a purpose; its state is the first 128 bits of the purpose's SHA-256. */
export function randomGenerator(purpose: string): RandomGenerator {
  const digest = sha256(utf8ToBytes(purpose));
  const view = new DataView(digest.buffer, digest.byteOffset, digest.byteLength);
  const word = (offset: number) => view.getInt32(offset, true);
  return xoshiro128StarStar([word(0), word(4), word(8), word(12)]);
}

/** xoshiro128** from a state of four 32-bit words; four zeros, which it could never leave, become (1, 0, 0, 0). */
export function xoshiro128StarStar(state: readonly [number, number, number, number]): RandomGenerator {
  let [a, b, c, d] = state;
  if ((a | b | c | d) === 0) a = 1;

  function uint32(): number {
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotateLeft(d, 11);
    return result;
  }

  function below(bound: number): number {
    if (!Number.isInteger(bound) || bound < 1 || bound > 2 ** 32) {
      throw new RangeError(`a random bound must be a whole number from 1 to 2^32, not ${bound}`);
    }
    // Draws past the last whole multiple of the bound would favour small results; they are drawn again.
    const limit = 2 ** 32 - (2 ** 32 % bound);
    let draw = uint32();
    while (draw >= limit) draw = uint32();
    return draw % bound;
  }

  return { uint32, below, uniform: () => (uint32() >>> 8) * 2 ** -24 };
}
