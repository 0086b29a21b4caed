import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countPaths, edgesBetween, type Graph, graphOf, type Path, strongestPath, sumOverPaths } from './paths.ts';

/** Every path, one by one. */
function enumerate({ tokens, layers, weights }: Graph, source: number, target: number): Path[] {
  let paths: Path[] = [{ tokens: [source], weight: 1 }];
  for (let layer = 0; layer < layers; layer++) {
    paths = paths.flatMap((path) => {
      const from = path.tokens.at(-1)!;
      return Array.from({ length: tokens - from }, (_, step) => ({
        tokens: [...path.tokens, from + step],
        weight: path.weight * weights[layer]![(from + step) * tokens + from]!,
      }));
    });
  }
  return paths.filter((path) => path.tokens.at(-1) === target);
}

const total = (paths: Path[]) => paths.reduce((sum, { weight }) => sum + weight, 0);

const cases = fc
  .record({
    tokens: fc.integer({ min: 6, max: 10 }),
    layers: fc.integer({ min: 2, max: 4 }),
    sink: fc.integer({ min: 0, max: 19 }).map((n) => n / 20),
  })
  .chain(({ tokens, layers, sink }) =>
    fc.record({
      graph: fc.constant(graphOf(tokens, layers, sink)),
      source: fc.nat(tokens - 1),
      target: fc.nat(tokens - 1),
    }),
  );

describe('against every path, one by one', () => {
  it('the sum, the number and the strongest', () => {
    fc.assert(
      fc.property(cases, ({ graph, source, target }) => {
        const paths = enumerate(graph, source, target);
        expect(sumOverPaths(graph, source, target)).toBeCloseTo(total(paths), 10);
        expect(countPaths(graph, source, target)).toBe(paths.length);
        const strongest = strongestPath(graph, source, target);
        expect(strongest === null).toBe(paths.length === 0);
        if (strongest) {
          expect(strongest.weight).toBeCloseTo(Math.max(...paths.map(({ weight }) => weight)), 12);
          expect(paths.map(({ tokens }) => tokens)).toContainEqual(strongest.tokens);
        }
      }),
    );
  });

  it('what passes through each edge; all of a layer’s edges carry the whole sum', () => {
    fc.assert(
      fc.property(cases, ({ graph, source, target }) => {
        const paths = enumerate(graph, source, target);
        const edges = edgesBetween(graph, source, target);
        for (const { layer, from, to, through } of edges) {
          const taking = paths.filter(({ tokens }) => tokens[layer] === from && tokens[layer + 1] === to);
          expect(through).toBeCloseTo(total(taking), 10);
        }
        for (let layer = 0; layer < graph.layers; layer++) {
          const carried = edges.filter((edge) => edge.layer === layer).reduce((sum, { through }) => sum + through, 0);
          expect(carried).toBeCloseTo(total(paths), 10);
        }
      }),
      { numRuns: 40 },
    );
  });
});

it('there are as many paths as ways to split the distance over the layers', () => {
  expect(countPaths(graphOf(10, 4, 0), 1, 9)).toBe(165); // 11 over 3
  expect(countPaths(graphOf(6, 2, 0), 2, 2)).toBe(1);
});

describe('what the page says of sinks', () => {
  it('the more attention goes to the sink, the less one token hears another', () => {
    const sums = [0, 0.2, 0.4, 0.6, 0.8, 0.95].map((sink) => sumOverPaths(graphOf(10, 4, sink), 2, 9));
    for (const [i, sum] of sums.slice(1).entries()) expect(sum).toBeLessThan(sums[i]!);
  });

  it('and the more of the first token', () => {
    expect(sumOverPaths(graphOf(10, 3, 0.8), 0, 9)).toBeGreaterThan(sumOverPaths(graphOf(10, 3, 0), 0, 9));
  });

  it('attention adds up to one, plus one for the skip connection, for every token', () => {
    for (const sink of [0, 0.7]) {
      const { tokens, weights } = graphOf(7, 2, sink);
      for (const matrix of weights) {
        for (let to = 0; to < tokens; to++) {
          const row = matrix.subarray(to * tokens, (to + 1) * tokens);
          expect(row.reduce((sum, value) => sum + value, 0)).toBeCloseTo(2, 5);
        }
      }
    }
  });
});

it('a longer text leaves the attention between its first tokens as it was', () => {
  const short = graphOf(6, 2, 0.3);
  const long = graphOf(10, 2, 0.3);
  for (let layer = 0; layer < 2; layer++) {
    for (let to = 0; to < 6; to++) {
      expect(long.weights[layer]!.subarray(to * 10, to * 10 + 6)).toEqual(
        short.weights[layer]!.subarray(to * 6, to * 6 + 6),
      );
    }
  }
});
