/** What a cache holds, told. */
import { firstLeaves, meanFrom, type Reading, shareHolding } from './reading.ts';

/** Of the first token, when token `at` is read; places are counted from 1, as readers do. */
export function firstTokenInWords(reading: Reading, at: number): string {
  const leaves = firstLeaves(reading);
  const share = shareHolding(reading, at, 0);
  if (leaves !== null && at >= leaves) return `The first token left this cache when token ${leaves + 1} was read.`;
  if (share === 1) return 'The first token is in this cache.';
  return `The first token is in the cache of ${Math.round(share * reading.heads)} of ${reading.heads} heads.`;
}

/** Both readings compared, from the token on at which both caches are full. */
export function comparison(names: readonly string[], readings: readonly Reading[], from: number): string {
  const means = readings.map(({ losses }) => meanFrom(losses, from));
  const [left, right] = means;
  if (left === null || right === null || left === undefined || right === undefined)
    return 'The text is too short to fill the cache.';
  const loss = (index: number) => `${means[index]!.toFixed(2)} nats keeping ${names[index]}`;
  return `From token ${from + 1} on, a token costs ${loss(0)}, ${loss(1)}.`;
}
