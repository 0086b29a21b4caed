import { expect, it } from 'vitest';
import { growthSets } from './curves-data.ts';
import { resultFixture, runsFrom } from './growth.fixture.ts';

it('every model of an experiment on seeds is a set of its own, and one that two groups name is shown once', () => {
  const runs = runsFrom(0);
  const result = resultFixture('emergence', [
    { id: 'base', label: 'two layers', runs },
    { id: 'tiny', label: 'two layers', runs },
  ]);
  const sets = growthSets(result);
  expect(sets.map(({ label }) => label)).toEqual(['Seeds: two layers']);
  const [{ steps, groups }] = sets as [(typeof sets)[0]];
  expect(steps).toEqual([0, 10, 20]);
  const { seeds, mean } = groups[0]!.curves.validationLoss;
  expect(seeds).toHaveLength(3);
  expect(mean.map((value, i) => value - (seeds[0]![i]! + seeds[1]![i]! + seeds[2]![i]!) / 3)).toEqual([
    expect.closeTo(0, 3),
    expect.closeTo(0, 3),
    expect.closeTo(0, 3),
  ]);
});

it('models of one family stand together, named by what tells them apart', () => {
  const result = resultFixture('depth', [
    { id: 'width-2', label: '2 layers of width 8, fixed width', runs: runsFrom(0) },
    { id: 'width-4', label: '4 layers of width 8, fixed width', runs: runsFrom(3) },
    { id: 'matched-2', label: '2 layers of width 12, matched parameters', runs: runsFrom(6) },
  ]);
  expect(growthSets(result).map(({ label, groups }) => [label, groups.length])).toEqual([
    ['Depths, fixed width', 2],
    ['Depths, matched parameters', 1],
  ]);
});

it('models that were evaluated at other steps cannot stand together', () => {
  const result = resultFixture('depth', [
    { id: 'width-2', label: '2 layers of width 8, fixed width', runs: runsFrom(0) },
    { id: 'width-4', label: '4 layers of width 8, fixed width', runs: runsFrom(3, [0, 20]) },
  ]);
  expect(() => growthSets(result)).toThrow('group width-4 of depth was evaluated at other steps');
});

it('an experiment without curves is named', () => {
  expect(() => growthSets(resultFixture('bound', []))).toThrow('no curves to brush of bound');
});
