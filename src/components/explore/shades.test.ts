import fc from 'fast-check';
import { expect, it } from 'vitest';
import { shadePaths } from './shades.ts';

/** The unit cells that a path covers, as `row,column`. */
function cellsOf(path: string): string[] {
  return [...path.matchAll(/M(\d+) (\d+)h(\d+)v1h-(\d+)z/g)].flatMap(([whole, x, y, width, back]) => {
    expect(width, whole).toBe(back);
    return Array.from({ length: Number(width) }, (_, i) => `${y},${Number(x) + i}`);
  });
}

it('covers every cell that has a value once, darker cells later and in another colour', () => {
  const heights = fc.option(fc.double({ min: -0.5, max: 1.5, noNaN: true }));
  fc.assert(
    fc.property(fc.array(fc.array(heights, { minLength: 5, maxLength: 5 }), { minLength: 1, maxLength: 6 }), (rows) => {
      const paths = shadePaths(rows.length, 5, (row, column) => rows[row]![column]!);
      const covered = paths.flatMap(({ path }) => cellsOf(path));
      const wanted = rows.flatMap((row, r) => row.flatMap((height, c) => (height === null ? [] : [`${r},${c}`])));
      expect(covered.toSorted()).toEqual(wanted.toSorted());
      expect(new Set(paths.map(({ fill }) => fill)).size).toBe(paths.length);
      const highest = paths.map(({ path }) =>
        Math.max(...cellsOf(path).map((cell) => rows[Number(cell.split(',')[0])]![Number(cell.split(',')[1])]!)),
      );
      expect(highest).toEqual(highest.toSorted((a, b) => a - b));
    }),
  );
});
