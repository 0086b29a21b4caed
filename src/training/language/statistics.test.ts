import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countSuccessors, countsOf, mostFrequent, without } from './statistics.ts';

const V = 5;
const streams = fc
  .array(fc.nat({ max: V - 1 }), { minLength: 1, maxLength: 60 })
  .map((symbols) => Int32Array.from(symbols));

describe('countSuccessors', () => {
  it('counts the successors of every context around the circle', () => {
    fc.assert(
      fc.property(streams, fc.nat({ max: 2 }), (stream, order) => {
        const expected = new Map<string, number>();
        const n = stream.length;
        for (let i = 0; i < n; i++) {
          const context = Array.from({ length: order }, (_, k) => stream[(i + k) % n]!);
          const row = context.reduce((number, symbol) => number * V + symbol, 0);
          const key = `${row} ${stream[(i + order) % n]!}`;
          expected.set(key, (expected.get(key) ?? 0) + 1);
        }
        const table = countSuccessors(stream, V, order);
        const counted = new Map<string, number>();
        for (let row = 0; row < V ** order; row++) {
          for (const [symbol, count] of countsOf(table, row, V).entries()) {
            if (count > 0) counted.set(`${row} ${symbol}`, count);
          }
        }
        expect(counted).toEqual(expected);
        expect(table.starts.at(-1)).toBe(table.symbols.length);
      }),
    );
  });

  it('gives every context of the text a successor', () => {
    fc.assert(
      fc.property(streams, (stream) => {
        const { starts } = countSuccessors(stream, V, 1);
        for (const symbol of stream) expect(starts[symbol + 1]!).toBeGreaterThan(starts[symbol]!);
      }),
    );
  });
});

describe('mostFrequent', () => {
  it('orders by count, equal ones by id', () => {
    expect(mostFrequent(Int32Array.of(3, 9, 3, 0, 4), 4)).toEqual([1, 4, 0, 2]);
    expect(mostFrequent(Int32Array.of(3, 9), 0)).toEqual([]);
  });
});

describe('without', () => {
  it('keeps the counts of the others, and no symbol that never occurs', () => {
    const table = without(Int32Array.of(3, 9, 0, 4), new Set([1]));
    expect(table).toEqual({ starts: Int32Array.of(0, 2), symbols: Int32Array.of(0, 3), sums: Int32Array.of(3, 7) });
  });
});
