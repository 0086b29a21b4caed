import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Arrow, countImports, inOrder } from './graph.ts';
import { parseSource } from './imports.ts';

const source = (path: string, text: string) => ({ path, tree: parseSource(path, text) });

it('counts statements from part to part, to the deepest that holds a file', () => {
  const sources = [
    source(
      'src/a/one.ts',
      `import { x } from '../b/x.ts';\nimport { y } from '../b/deep/y.ts';\nexport * from './two.ts';`,
    ),
    source('src/a/two.svelte', `<script lang="ts">import { x } from '../b/x.ts';</script>`),
    source(
      'src/a/three.ts',
      `import type { X } from '../b/x.ts';\nimport fs from 'node:fs';\nimport { type X } from '../b/x.ts';`,
    ),
    source('src/b/deep/y.ts', `const x = await import('../x.ts');`),
    source('src/c/one.ts', `import '../a/one.ts';`),
  ];
  expect(countImports(sources, ['src/a', 'src/b', 'src/b/deep'])).toEqual([
    { from: 'src/a', to: 'src/b', count: 2 },
    { from: 'src/a', to: 'src/b/deep', count: 1 },
    { from: 'src/b/deep', to: 'src/b', count: 1 },
  ]);
});

it('finds an order without an import upwards where there is one', () => {
  const acyclic = fc
    .array(fc.record({ from: fc.nat(8), to: fc.nat(8), count: fc.integer({ min: 1, max: 9 }) }))
    .map((arrows) => arrows.filter(({ from, to }) => from < to))
    .map((arrows) => arrows.map(({ from, to, count }): Arrow => ({ from: `p${from}`, to: `p${to}`, count })));
  const parts = fc.shuffledSubarray(
    Array.from({ length: 9 }, (_, i) => `p${i}`),
    { minLength: 9 },
  );
  fc.assert(
    fc.property(parts, acyclic, (list, arrows) => {
      const order = inOrder(list, arrows);
      expect([...order].sort()).toEqual([...list].sort());
      for (const { from, to } of arrows) expect(order.indexOf(from)).toBeLessThan(order.indexOf(to));
    }),
  );
});
