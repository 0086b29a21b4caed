import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ModelConfig } from '../../transformer/config.ts';
import { PANEL } from './dimensions.ts';
import { rowOfKey, spanOf } from './span.ts';

const LENGTH = 90;
const windows = fc.record({ length: fc.integer({ min: 1, max: 60 }), first: fc.integer({ min: 0, max: 40 }) });
const spanWith = (window: ModelConfig['window']) => spanOf({ contextLength: LENGTH, window } as ModelConfig);

it('every key a query may see has a row, and the rows that a panel of queries uses stand without a gap', () => {
  fc.assert(
    fc.property(fc.option(windows), fc.integer({ min: 0, max: LENGTH - 1 }), (window, query) => {
      const span = spanWith(window);
      const rows = new Set<number>();
      const last = Math.floor(query / PANEL) * PANEL + PANEL - 1;
      for (let key = 0; key <= last; key++) {
        const row = rowOfKey(span, query, key);
        const visible = key <= query && (!window || query - key < window.length || key < window.first);
        if (visible) expect(row).toBeGreaterThanOrEqual(0);
        if (row >= 0) rows.add(row);
      }
      expect([...rows].sort((a, b) => a - b)).toEqual([...rows].map((_, index) => index));
    }),
  );
});

it('a panel of queries leaves out what its window does not reach', () => {
  const span = spanWith({ length: 9, first: 1 });
  // Queries 80 to 87 see the keys 72 to 87 and key 0, whose panel comes with it.
  const reached = Array.from({ length: 88 }, (_, key) => key).filter((key) => rowOfKey(span, 80, key) >= 0);
  expect(reached).toEqual([...Array(8).keys(), ...Array.from({ length: 16 }, (_, i) => 72 + i)]);
});
