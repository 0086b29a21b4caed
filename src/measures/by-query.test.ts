import { describe, expect, it } from 'vitest';
import { attentionOfQueries } from './by-query.ts';

/** One layer, two sequences, two heads, three tokens; the weight of key k for query q in map m is 100 m + 10 q + k. */
const shape = { layers: 1, sequences: 2, heads: 2, length: 3 };
const attention = Float32Array.from({ length: 36 }, (_, i) => {
  const [map, query, key] = [Math.floor(i / 9), Math.floor((i % 9) / 3), i % 3];
  return key <= query ? 100 * map + 10 * query + key : 0;
});

describe('attentionOfQueries', () => {
  it('reads the selected queries of every head', () => {
    // Query 1 of the first sequence (maps 0 and 1) and query 2 of the second (maps 2 and 3).
    const selected = Uint8Array.of(0, 1, 0, 0, 0, 1);
    expect(attentionOfQueries(attention, shape, selected, 'first')).toEqual([[(10 + 220) / 2, (110 + 320) / 2]]);
    expect(attentionOfQueries(attention, shape, selected, 'previous')).toEqual([[(10 + 221) / 2, (110 + 321) / 2]]);
    expect(attentionOfQueries(attention, shape, selected, 'all')).toEqual([
      [(10 + 11 + 220 + 221 + 222) / 2, (110 + 111 + 320 + 321 + 322) / 2],
    ]);
  });

  it('keeps layers apart', () => {
    const layers = { layers: 2, sequences: 1, heads: 2, length: 3 };
    const selected = Uint8Array.of(0, 0, 1);
    expect(attentionOfQueries(attention, layers, selected, 'first')).toEqual([
      [20, 120],
      [220, 320],
    ]);
  });

  it('refuses what cannot be read', () => {
    expect(() => attentionOfQueries(attention, shape, new Uint8Array(6), 'first')).toThrow(/no query is selected/);
    expect(() => attentionOfQueries(attention, shape, Uint8Array.of(1, 0, 0, 0, 0, 0), 'first')).toThrow(/position 0/);
    expect(() => attentionOfQueries(attention, shape, new Uint8Array(5), 'first')).toThrow(/5 queries/);
  });
});
