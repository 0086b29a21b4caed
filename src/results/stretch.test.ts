import fc from 'fast-check';
import { expect, it } from 'vitest';
import { drawStretch } from './stretch.ts';

it('a drawn stretch begins at the last start before its end, and every evaluation has its turn', () => {
  const evaluated = [0, 100, 200, 300, 400, 450];
  const drawn = Array.from({ length: 5 }, (_, index) =>
    drawStretch(evaluated, [0, 200, 300], (count) => {
      expect(count).toBe(5);
      return index;
    }),
  );
  expect(drawn).toEqual([
    { from: 0, to: 100 },
    { from: 0, to: 200 },
    { from: 200, to: 300 },
    { from: 300, to: 400 },
    { from: 300, to: 450 },
  ]);
});

it('never skips an evaluation between its start and its end that a nearer start would spare', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 12 }),
      fc.array(fc.nat({ max: 11 })),
      fc.nat(),
      (steps, at, chance) => {
        const evaluated = [0, ...steps.sort((a, b) => a - b)];
        const starts = [0, ...at.flatMap((index) => evaluated[index] ?? [])];
        const { from, to } = drawStretch(evaluated, starts, (count) => chance % count);
        expect(evaluated.slice(1)).toContain(to);
        expect(from).toBeLessThan(to);
        expect(starts).toContain(from);
        expect(starts.filter((start) => start > from && start < to)).toEqual([]);
      },
    ),
  );
});
