import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { placesApart } from './label-places.ts';

const positions = fc.array(fc.double({ min: 0, max: 300, noNaN: true }), { minLength: 1, maxLength: 8 });

describe('placesApart', () => {
  test('keeps the gap and the order, whatever is wanted', () => {
    fc.assert(
      fc.property(positions, (wanted) => {
        const places = placesApart(wanted, 15);
        const order = wanted.map((_, i) => i).sort((a, b) => places[a]! - places[b]!);
        for (const [rank, i] of order.entries()) {
          const next = order[rank + 1];
          if (next === undefined) continue;
          expect(places[next]! - places[i]!).toBeGreaterThanOrEqual(15 - 1e-9);
          expect(wanted[next]!).toBeGreaterThanOrEqual(wanted[i]!);
        }
      }),
    );
  });

  test('ends before the last place, the gap kept', () => {
    fc.assert(
      fc.property(positions, (wanted) => {
        const places = placesApart(wanted, 15, 200).sort((a, b) => a - b);
        expect(places.at(-1)!).toBeLessThanOrEqual(200 + 1e-9);
        for (const [i, place] of places.slice(1).entries())
          expect(place - places[i]!).toBeGreaterThanOrEqual(15 - 1e-9);
      }),
    );
    expect(placesApart([100, 118], 20, 110)).toEqual([90, 110]);
  });

  test('leaves alone what does not overlap, and parts what does around its middle', () => {
    expect(placesApart([80, 10, 40], 15)).toEqual([80, 10, 40]);
    expect(placesApart([50, 50], 10)).toEqual([45, 55]);
    // The third is pushed by the pair before it, and pushes back.
    expect(placesApart([50, 50, 58], 10)).toEqual([42.666666666666664, 52.666666666666664, 62.666666666666664]);
  });
});
