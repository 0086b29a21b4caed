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
  const [again, byAnother] = [
    { ...one, group: 'again' },
    { ...one, measure: 'loss' },
  ];
  const expectedElsewhere = comparison(1, 3, [1.5]);
  expect(distinctComparisons([record(one, other), record(again, byAnother, expectedElsewhere)])).toEqual([
    one,
    other,
    expectedElsewhere,
  ]);
});

test('values are counted over all comparisons', () => {
  const counts = countLanded([comparison(1, 2, [0, 1.5, 2]), comparison(0, 0, [0, 0.1])]);
  expect(counts).toEqual({ inside: 3, all: 5 });
  expect(countLanded([])).toEqual({ inside: 0, all: 0 });
});
