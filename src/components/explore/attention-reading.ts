/** Every head's attention on one text, and what can be read off it. */
import { firstAttentionOf, headMap } from '../lab/attention.ts';
import type { OpenModel } from './open-model.ts';
import { nameOf, type ReadText } from './text.ts';

export interface AttentionReading {
  labels: readonly string[];
  layers: number;
  heads: number;
  /** T */
  length: number;
  /** (L, H, T, T): weight of key j for query t at [.., t, j]. */
  maps: Float32Array;
  /** (L, H, T): length of each token's value vector. */
  valueNorms: Float32Array;
}

export async function readAttention(model: OpenModel, { ids, labels }: ReadText): Promise<AttentionReading> {
  const { layers, heads } = model.config;
  const { attention, valueNorms } = await model.inspect(ids, { attention: true, valueNorms: true });
  return { labels, layers, heads, length: ids.length, maps: attention!, valueNorms: valueNorms! };
}

/** (T, T) of one head, `index` = layer x H + head: a view, not a copy. */
export function mapOf({ maps, heads, length }: AttentionReading, index: number): Float32Array {
  return headMap({ step: 0, layers: 0, maps, heads, length }, Math.floor(index / heads), index % heads);
}

/** Mean attention of the T tokens to the first, for every head. */
export function firstShares(reading: AttentionReading): number[] {
  const count = reading.layers * reading.heads;
  return Array.from({ length: count }, (_, index) => firstAttentionOf(mapOf(reading, index), reading.length));
}

/**
 * The share of all attention that each token receives: the mean over all T queries of their weight on it, as the paper
 * takes it for the first. They sum to one.
 */
export function received(map: Float32Array, T: number): number[] {
  const sums = new Array<number>(T).fill(0);
  for (let query = 0; query < T; query++) for (let key = 0; key <= query; key++) sums[key]! += map[query * T + key]!;
  return sums.map((sum) => sum / T);
}

/** The same, averaged over all heads. */
export function receivedOverHeads(reading: AttentionReading): number[] {
  const count = reading.layers * reading.heads;
  const mean = new Array<number>(reading.length).fill(0);
  for (let index = 0; index < count; index++) {
    for (const [key, share] of received(mapOf(reading, index), reading.length).entries()) mean[key]! += share / count;
  }
  return mean;
}

/** Lengths of the value vectors of one head over the longest of them, 0 to 1. */
export function relativeNorms({ valueNorms, length }: AttentionReading, index: number): number[] {
  const norms = [...valueNorms.subarray(index * length, (index + 1) * length)];
  const longest = Math.max(...norms);
  return norms.map((norm) => (longest > 0 ? norm / longest : 0));
}

/** Length of the first token's value over the mean of the others', null for a text of one token. */
export function firstNormRatio({ valueNorms, length }: AttentionReading, index: number): number | null {
  if (length < 2) return null;
  const [first, ...others] = valueNorms.subarray(index * length, (index + 1) * length);
  const mean = others.reduce((sum, norm) => sum + norm, 0) / others.length;
  return mean > 0 ? first! / mean : null;
}

/** The token that a query attends to most. */
export function strongestKey(map: Float32Array, T: number, query: number): number {
  let strongest = 0;
  for (let key = 1; key <= query; key++) if (map[query * T + key]! > map[query * T + strongest]!) strongest = key;
  return strongest;
}

/** “light” (7) pays 0.83 of its attention to <bos> (1). */
export function paymentInWords(map: Float32Array, labels: readonly string[], query: number, key: number): string {
  const to = key === query ? 'itself' : nameOf(labels, key);
  return `${nameOf(labels, query)} pays ${map[query * labels.length + key]!.toFixed(2)} of its attention to ${to}`;
}

/** Layer 3, head 2, counted from 1. */
export function headName(index: number, heads: number): string {
  return `Layer ${Math.floor(index / heads) + 1}, head ${(index % heads) + 1}`;
}
