import { describe, expect, test } from 'vitest';
import { countLanded, countModels, distinctComparisons, landed } from './new-seeds.ts';
import type { NewSeeds } from './schema.ts';

const comparison = (low: number, high: number, values: number[]) => ({
  ...{ group: 'base', label: 'Base', measure: 'validationLoss', name: 'validation loss' },
  ...{ expected: { low, high }, values },
});

test('a value has landed within its range, ends included', () => {
  const range = comparison(1, 2, [1]);
  expect([0.999, 1, 1.5, 2, 2.001].map((value) => landed(range, value))).toEqual([false, true, true, true, false]);
});

describe('what several records have in common', () => {
  const run = (group: string, id: string) => ({ group, id, seed: 5, fingerprint: '' });
  const record = (runs: ReturnType<typeof run>[], ...comparisons: ReturnType<typeof comparison>[]) =>
    ({ runs, comparisons }) as NewSeeds;

  test('a comparison of the same models that comes to the same counts once', () => {
    const [one, other] = [comparison(1, 2, [1.5]), comparison(1, 2, [1.6])];
    const [again, byAnother] = [
      { ...one, group: 'again' },
      { ...one, measure: 'loss' },
    ];
    const expectedElsewhere = comparison(1, 3, [1.5]);
    const ofOneModel = [run('base', 'a'), run('again', 'a')];
    expect(
      distinctComparisons([record(ofOneModel, one, other), record(ofOneModel, again, byAnother, expectedElsewhere)]),
    ).toEqual([one, other, expectedElsewhere]);
  });

  test('other models that come to the same count by themselves', () => {
    const one = comparison(0, 0, [0]);
    const another = { ...one, group: 'another' };
    expect(distinctComparisons([record([run('base', 'a'), run('another', 'b')], one, another)])).toEqual([
      one,
      another,
    ]);
  });

  test('a model at two points of a grid is one', () => {
    expect(countModels(record([run('base', 'a'), run('again', 'a'), run('another', 'b')]))).toBe(2);
  });
});

test('values are counted over all comparisons', () => {
  const counts = countLanded([comparison(1, 2, [0, 1.5, 2]), comparison(0, 0, [0, 0.1])]);
  expect(counts).toEqual({ inside: 3, all: 5 });
  expect(countLanded([])).toEqual({ inside: 0, all: 0 });
});
