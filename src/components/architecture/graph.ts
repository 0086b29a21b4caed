/** Imports counted between parts of the source, and where they lie in a drawing of rows. */
import { importsOf, type Source } from './imports.ts';
import { isOfProject, isWithin } from './rules.ts';

/** Imports of one part by another: as many statements, types not counted. */
export interface Arrow {
  from: string;
  to: string;
  count: number;
}

/**
 * Counts the imports from part to part; those within a part, of packages, of types alone, and of what is no part, are none.
 * @param parts folders and files; a source belongs to the deepest that holds it.
 */
export function countImports(sources: readonly Source[], parts: readonly string[]): Arrow[] {
  const deepestFirst = [...parts].sort((a, b) => b.length - a.length);
  const partOf = (path: string) => deepestFirst.find((part) => isWithin(path, [part]));
  const arrows = new Map<string, Arrow>();
  for (const source of sources) {
    const from = partOf(source.path);
    for (const { target, typeOnly } of importsOf(source)) {
      if (from === undefined || typeOnly || !isOfProject(target)) continue;
      const to = partOf(target);
      if (to === undefined || to === from) continue;
      const key = `${from} ${to}`;
      arrows.set(key, { from, to, count: (arrows.get(key)?.count ?? 0) + 1 });
    }
  }
  return [...arrows.values()];
}

/**
 * Parts in an order in which as few imports as can be lead upwards: again and again, the part is taken next of which the
 * fewest imports come from those that are left; of equals the one that imports the most, then the first.
 */
export function inOrder(parts: readonly string[], arrows: readonly Arrow[]): string[] {
  const left = new Set(parts);
  const order: string[] = [];
  const sum = (matching: (arrow: Arrow) => boolean) =>
    arrows.reduce((total, arrow) => total + (matching(arrow) ? arrow.count : 0), 0);
  while (left.size > 0) {
    const weighed = [...left].map((part) => ({
      part,
      imported: sum(({ from, to }) => to === part && left.has(from)),
      imports: sum(({ from, to }) => from === part && left.has(to)),
    }));
    weighed.sort((a, b) => a.imported - b.imported || b.imports - a.imports);
    const { part } = weighed[0]!;
    left.delete(part);
    order.push(part);
  }
  return order;
}
