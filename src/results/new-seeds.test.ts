import { expect, test } from 'vitest';
import { countLanded, landed } from './new-seeds.ts';

const comparison = (low: number, high: number, values: number[]) => ({
  ...{ group: 'base', label: 'Base', measure: 'validationLoss' },
  ...{ expected: { low, high }, values },
});

test('a value has landed within its range, ends included', () => {
  const range = comparison(1, 2, [1]);
  expect([0.999, 1, 1.5, 2, 2.001].map((value) => landed(range, value))).toEqual([false, true, true, true, false]);
});

test('values are counted over all comparisons', () => {
  const counts = countLanded([comparison(1, 2, [0, 1.5, 2]), comparison(0, 0, [0, 0.1])]);
  expect(counts).toEqual({ inside: 3, all: 5 });
  expect(countLanded([])).toEqual({ inside: 0, all: 0 });
});
