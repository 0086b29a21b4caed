import { expect, it } from 'vitest';
import { runFixture } from '../../results/run.fixture.ts';
import type { Group, Run } from '../../results/schema.ts';
import { becauseOf } from './choices.ts';
import { switchingHead, trainedModels } from './published-models.ts';

function group(run: string, parts: Partial<Group> = {}): Group {
  return { id: 'one', label: 'one', runs: [run], series: [], analysis: {}, ...parts };
}

function runOf(id: string, bos: 'fixed' | 'none', layers: number): Run {
  const run = runFixture();
  const { model, data } = run.specification;
  return { ...run, id, specification: { ...run.specification, model: { ...model, layers }, data: { ...data, bos } } };
}

it('shows models trained with <bos> first, deep ones before shallow ones, and none without weights', () => {
  const runs = [runOf('a', 'none', 9), runOf('b', 'fixed', 2), runOf('c', 'fixed', 6), runOf('d', 'fixed', 8)];
  const groups = ['a', 'b', 'c'].map((id) => group(id, { weights: `emergence-${id}` }));
  const found = trainedModels({ groups: [...groups, group('d')], runs });
  expect(found.map(({ name }) => name)).toEqual(['emergence-c', 'emergence-b', 'emergence-a']);
  expect(trainedModels(undefined)).toEqual([]);
});

it('takes the head that switches most from the results of the very run', () => {
  const measure = (...seeds: number[]) => ({ mean: 0, low: 0, high: 0, seeds });
  const analysis = {
    'switch/strongest/layer': measure(5, 2),
    'switch/strongest/head': measure(0, 3),
    'switch/strongest/offset': measure(0, 1),
    'switch/strongest/class': measure(0, 5),
  };
  const groups = [group('x'), group('a', { runs: ['a', 'b'], analysis })];
  const label = (token: number) => `token ${token}`;
  const found = switchingHead({ groups }, 'b', 4, label);
  expect(found).toEqual({ index: 11, on: 'the token before ends a clause' });
  expect(becauseOf(found)).toContain('on whether the token before ends a clause');
  expect(switchingHead({ groups }, 'c', 4, label)).toBeNull();
  expect(switchingHead({ groups }, 'x', 4, label)).toBeNull();
  expect(switchingHead(undefined, 'b', 4, label)).toBeNull();
});
