/** Attention of one kind of query apart from that of the others: heads that switch treat them differently. */
import type { MapShape } from './sink.ts';

/** Which key a query's weight is read of: the first of the sequence, the one before the query, or all together. */
export type ReadKey = 'first' | 'previous' | 'all';

/**
 * Mean weight that the selected queries give to a key, for each layer and head: (L, H). With `all` it is the sum of a
 * query's weights, which is one for softmax alone.
 * @param attention (L, B, H, T, T)
 * @param selected (B, T): 1 for the queries that count; a query at position 0 has no key before it and must be 0.
 * @throws {RangeError} when no query is selected, or one at position 0, or a length does not fit.
 */
export function attentionOfQueries(
  attention: Float32Array,
  { layers, sequences, heads, length: T }: MapShape,
  selected: Uint8Array,
  key: ReadKey,
): number[][] {
  if (attention.length !== layers * sequences * heads * T * T || selected.length !== sequences * T) {
    throw new RangeError(
      `attention of ${layers} layers, ${sequences} sequences, ${heads} heads and ${T} tokens has not ` +
        `${attention.length} weights and ${selected.length} queries`,
    );
  }
  const rows: { sequence: number; query: number }[] = [];
  for (let sequence = 0; sequence < sequences; sequence++) {
    for (let query = 0; query < T; query++) if (selected[sequence * T + query]) rows.push({ sequence, query });
  }
  if (rows.length === 0) throw new RangeError('no query is selected');
  if (rows.some(({ query }) => query === 0)) throw new RangeError('a query at position 0 has no key before it');

  const weightOf = (row: number, query: number): number => {
    if (key === 'first') return attention[row]!;
    if (key === 'previous') return attention[row + query - 1]!;
    let sum = 0;
    for (let k = 0; k <= query; k++) sum += attention[row + k]!;
    return sum;
  };
  return Array.from({ length: layers }, (_, layer) =>
    Array.from({ length: heads }, (_, head) => {
      let sum = 0;
      for (const { sequence, query } of rows) {
        sum += weightOf((((layer * sequences + sequence) * heads + head) * T + query) * T, query);
      }
      return sum / rows.length;
    }),
  );
}
