/**
 * How evenly a query spreads its attention (paper §3.2, figure 3, where it is seen by eye; the two numbers are ours).
 * Logarithms are handed in: the exact ones stand with the model.
 */
import { attentionToPosition, meanOverSequences } from './sink.ts';

/** The natural logarithm. */
export type Logarithm = (x: number) => number;

export interface Smoothness {
  /** Entropy over the logarithm of the number of keys: 1 for even weights, 0 for all weight on one key. */
  entropy: number;
  /** Total variation to even weights, half the sum of |a - 1/n|: 0 for even ones, 1 - 1/n for all on one key. */
  distance: number;
}

/**
 * Smoothness of the weights from index `from` to `to` - 1, scaled to sum to one; null where they are all zero, and so
 * have no shape.
 * @throws {RangeError} for fewer than two weights, whose spread means nothing.
 */
export function smoothnessOf(weights: ArrayLike<number>, from: number, to: number, log: Logarithm): Smoothness | null {
  const keys = to - from;
  if (!(keys >= 2)) throw new RangeError(`smoothness needs at least two keys, not ${keys}`);
  let total = 0;
  for (let key = from; key < to; key++) total += weights[key]!;
  if (total === 0) return null;
  let entropy = 0;
  let distance = 0;
  for (let key = from; key < to; key++) {
    const share = weights[key]! / total;
    if (share > 0) entropy -= share * log(share);
    distance += Math.abs(share - 1 / keys);
  }
  return { entropy: entropy / log(keys), distance: distance / 2 };
}

/** Which part of maps (L, B, H, T, T) is looked at. */
export interface MapPart {
  layers: number;
  heads: number;
  /** T */
  length: number;
  /** Queries from here on count; each must see at least two of the keys that count. */
  firstQuery: number;
  /** Keys from here on count; a row's weights on them are scaled to sum to one. */
  firstKey: number;
}

/** Means over all sequences. */
export interface MapSmoothness {
  /** (L, H) */
  headEntropy: number[][];
  /** (L, H) */
  headDistance: number[][];
  /** (T - firstQuery): mean over all heads. */
  queryEntropy: number[];
}

export interface SmoothnessProbe {
  /** Takes causal maps (L, B, H, T, T). */
  add(attention: Float32Array): void;
  /** @throws {RangeError} where a head or a query had no row with weight. */
  result(): MapSmoothness;
}

/** Averages the smoothness of rows over any number of sequences; rows without weight are left out. */
export function smoothnessProbe(part: MapPart, log: Logarithm): SmoothnessProbe {
  const { layers, heads, length: T, firstQuery, firstKey } = part;
  const entropies = new Float64Array(layers * heads);
  const distances = new Float64Array(layers * heads);
  const rows = new Float64Array(layers * heads);
  const queryEntropies = new Float64Array(T - firstQuery);
  const queryRows = new Float64Array(T - firstQuery);

  function add(attention: Float32Array): void {
    const sequences = sequencesOf(attention, part);
    for (let map = 0; map < layers * sequences * heads; map++) {
      const head = Math.floor(map / (sequences * heads)) * heads + (map % heads);
      for (let t = firstQuery; t < T; t++) {
        const start = (map * T + t) * T;
        const smoothness = smoothnessOf(attention, start + firstKey, start + t + 1, log);
        if (smoothness === null) continue;
        entropies[head]! += smoothness.entropy;
        distances[head]! += smoothness.distance;
        rows[head]!++;
        queryEntropies[t - firstQuery]! += smoothness.entropy;
        queryRows[t - firstQuery]!++;
      }
    }
  }

  function result(): MapSmoothness {
    if (rows.includes(0) || queryRows.includes(0)) throw new RangeError('a head or a query has no row with weight');
    const perHead = (sums: Float64Array) =>
      Array.from({ length: layers }, (_, layer) =>
        Array.from({ length: heads }, (_, h) => sums[layer * heads + h]! / rows[layer * heads + h]!),
      );
    return {
      headEntropy: perHead(entropies),
      headDistance: perHead(distances),
      queryEntropy: Array.from(queryEntropies, (sum, query) => sum / queryRows[query]!),
    };
  }

  return { add, result };
}

/** Mean attention of the queries from `firstQuery` on to position 0, for each head, (L, H). */
export function headAttentionToFirst(attention: Float32Array, part: Omit<MapPart, 'firstKey'>): number[][] {
  const { layers, heads, length, firstQuery } = part;
  const shape = { layers, heads, length, sequences: sequencesOf(attention, part) };
  const all = attentionToPosition(attention, shape);
  const before = firstQuery === 0 ? all.map(() => 0) : attentionToPosition(attention, shape, 0, firstQuery);
  const later = all.map((mean, i) => (mean * length - before[i]! * firstQuery) / (length - firstQuery));
  return meanOverSequences(later, shape);
}

/** The first `queries` rows and columns of the mean over all maps: how a head attends on average, to be looked at. */
export function meanMap(attention: Float32Array, { length: T }: Pick<MapPart, 'length'>, queries: number): number[][] {
  const maps = attention.length / (T * T);
  return Array.from({ length: queries }, (_, t) =>
    Array.from({ length: queries }, (_, j) => {
      let sum = 0;
      for (let map = 0; map < maps; map++) sum += attention[(map * T + t) * T + j]!;
      return sum / maps;
    }),
  );
}

function sequencesOf(attention: Float32Array, { layers, heads, length }: Omit<MapPart, 'firstKey'>): number {
  const sequences = attention.length / (layers * heads * length * length);
  if (!Number.isInteger(sequences)) {
    throw new RangeError(
      `attention: ${attention.length} weights are no whole sequences of ${layers} x ${heads} maps of ${length} x ${length}`,
    );
  }
  return sequences;
}
