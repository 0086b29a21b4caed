import { expect, test } from 'vitest';
import { countLanded, distinctComparisons, landed } from './new-seeds.ts';
import type { NewSeeds } from './schema.ts';

const comparison = (low: number, high: number, values: number[]) => ({
  ...{ group: 'base', label: 'Base', measure: 'validationLoss', name: 'validation loss' },
  ...{ expected: { low, high }, values },
});

test('a value has landed within its range, ends included', () => {
  const range = comparison(1, 2, [1]);
  expect([0.999, 1, 1.5, 2, 2.001].map((value) => landed(range, value))).toEqual([false, true, true, true, false]);
});

test('comparisons of the same models by the same measure count once', () => {
  const [one, other] = [comparison(1, 2, [1.5]), comparison(1, 2, [1.6])];
  const record = (...comparisons: (typeof one)[]) => ({ comparisons }) as NewSeeds;
  const byAnother = { ...one, measure: 'sinkRate-0.3' };
  expect(distinctComparisons([record(one, other), record({ ...one, group: 'again' }, byAnother)])).toEqual([
    { ...one, group: 'again' },
    other,
    byAnother,
  ]);
});

test('values are counted over all comparisons', () => {
  const counts = countLanded([comparison(1, 2, [0, 1.5, 2]), comparison(0, 0, [0, 0.1])]);
  expect(counts).toEqual({ inside: 3, all: 5 });
  expect(countLanded([])).toEqual({ inside: 0, all: 0 });
});
