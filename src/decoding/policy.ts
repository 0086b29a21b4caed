/**
 * Which entries a key-value cache keeps. A policy makes room before a token comes, so that a query sees at most `size`
 * entries, its own included: policies of one size can be compared.
 */
import { DecodingError } from './errors.ts';

export type CachePolicy =
  /** Keeps all, up to `size`. */
  | { kind: 'full'; size: number }
  /** Keeps the nearest, and the `first` of the sequence (StreamingLLM, Xiao et al. 2023, arXiv:2309.17453). */
  | { kind: 'window'; size: number; first: number }
  /**
   * Keeps the keys least like the others, for every head by itself (KeyDiff, Park et al. 2025, arXiv:2504.15364), and the
   * `recent` nearest whatever their keys, 0 in the source.
   */
  | { kind: 'key-diff'; size: number; recent: number };

/** @throws {DecodingError} for sizes that cannot be. */
export function checkPolicy(policy: CachePolicy): CachePolicy {
  const { kind, size } = policy;
  if (kind !== 'full' && kind !== 'window' && kind !== 'key-diff') {
    throw new DecodingError(`policy: must be full, window or key-diff, not ${kind}`);
  }
  if (!Number.isInteger(size) || size < 1) {
    throw new DecodingError(`policy.size: must be a whole number of at least 1, not ${size}`);
  }
  if (policy.kind === 'window') checkKept('first', policy.first, size);
  if (policy.kind === 'key-diff') checkKept('recent', policy.recent, size);
  return policy;
}

/** One entry must be left that can be given up. */
function checkKept(field: string, count: number, size: number): void {
  if (!Number.isInteger(count) || count < 0 || count >= size) {
    throw new DecodingError(
      `policy.${field}: must be a whole number from 0 to ${size - 1} in a cache of ${size}, not ${count}`,
    );
  }
}

/**
 * The slot that KeyDiff gives up: the key most like the mean of all keys of the head, each taken at length one, by the
 * cosine between them; the earlier one of equals. The source's caches hold keys after RoPE; here it is before, since
 * positions within the cache change.
 * @param keys `count` keys of `width` channels, from `start` on.
 * @param choices how many of the first slots it may be; all count for the mean.
 */
export function mostSimilarKey(
  keys: Float32Array,
  start: number,
  count: number,
  width: number,
  choices: number = count,
): number {
  const mean = new Float64Array(width);
  const lengths = new Float64Array(count);
  for (let slot = 0; slot < count; slot++) {
    const key = start + slot * width;
    let square = 0;
    for (let i = 0; i < width; i++) square += keys[key + i]! * keys[key + i]!;
    // A key of zeros points nowhere: its cosine is taken as 0.
    lengths[slot] = square > 0 ? Math.sqrt(square) : Number.POSITIVE_INFINITY;
    for (let i = 0; i < width; i++) mean[i]! += keys[key + i]! / lengths[slot]!;
  }
  let chosen = 0;
  let highest = Number.NEGATIVE_INFINITY;
  for (let slot = 0; slot < choices; slot++) {
    let product = 0;
    for (let i = 0; i < width; i++) product += keys[start + slot * width + i]! * mean[i]!;
    const similarity = product / lengths[slot]!;
    if (similarity > highest) {
      highest = similarity;
      chosen = slot;
    }
  }
  return chosen;
}
