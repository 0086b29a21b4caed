/** How new seeds lie to the ranges that the published ones led one to expect. */
import type { NewSeeds } from './schema.ts';

type Comparison = NewSeeds['comparisons'][number];

/** Whether a value lies in its range, ends included. */
export function landed({ expected }: Comparison, value: number): boolean {
  return value >= expected.low && value <= expected.high;
}

/** How many models were trained; one that stands at two points of a grid is one. */
export function countModels({ runs }: NewSeeds): number {
  return new Set(runs.map(({ id }) => id)).size;
}

/**
 * The comparisons of one or several experiments, each once: two experiments, or two points of a grid, may ask for the same
 * models, and two measures of a model may come to the same, as deleting the first token and masking it do.
 */
export function distinctComparisons(records: readonly NewSeeds[]): Comparison[] {
  const seen = new Map<string, Comparison>();
  for (const { comparisons, runs } of records) {
    for (const comparison of comparisons) {
      const models = runs.filter(({ group }) => group === comparison.group).map(({ id }) => id);
      const key = JSON.stringify([models, comparison.expected, comparison.values]);
      if (!seen.has(key)) seen.set(key, comparison);
    }
  }
  return [...seen.values()];
}

/** How many values there are, and how many of them landed. */
export function countLanded(comparisons: readonly Comparison[]): { inside: number; all: number } {
  const found = comparisons.flatMap((comparison) => comparison.values.map((value) => landed(comparison, value)));
  return { inside: found.filter(Boolean).length, all: found.length };
}
