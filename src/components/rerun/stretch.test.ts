import { expect, it } from 'vitest';
import { summarise } from '../../results/summarise.ts';
import { resultFixture, runsFrom } from '../growth/growth.fixture.ts';
import { costOf } from '../lab/plan.ts';
import { publishedGroup } from '../lab/published.ts';
import { stretchesOf } from './stretch.ts';

const runs = runsFrom(0);
const published = publishedGroup(resultFixture('packing', [{ id: 'one', label: 'one', runs }]), 'one');
const { specification, tokensPerSecond } = published;
const { seconds } = costOf(specification, 'kernels', specification, tokensPerSecond);

it('a run that is soon done is offered whole, and so is one that takes hardly longer', () => {
  const whole = [{ step: 20, seconds, whole: true }];
  expect(stretchesOf(published, seconds)).toEqual(whole);
  expect(stretchesOf(published, seconds / 1.4)).toEqual(whole);
});

it('a long run is offered up to the last evaluation in time, and whole', () => {
  expect(summarise(runs).map(({ step }) => step)).toEqual([0, 10, 20]);
  expect(stretchesOf(published, 0.6 * seconds)).toEqual([
    { step: 10, seconds: seconds / 2, whole: false },
    { step: 20, seconds, whole: true },
  ]);
});

it('a run whose first evaluation is far is offered whole alone', () => {
  expect(stretchesOf(published, 0.1 * seconds).map(({ whole }) => whole)).toEqual([true]);
});
