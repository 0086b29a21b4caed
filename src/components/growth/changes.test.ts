import { describe, expect, it } from 'vitest';
import { changeOver, rangeInWords, signed, written } from './changes.ts';
import { type Curves, GROWN, type GrowthGroup, type GrowthSet } from './curves-data.ts';

/** A group whose measures are all the same curve, with a seed a half below and one a half above. */
function groupOf(label: string, mean: number[]): GrowthGroup {
  const shifted = (by: number) => mean.map((value, i) => value + by * i);
  const curves: Curves = { mean, seeds: [shifted(-0.5), shifted(0.5)], low: shifted(-0.5), high: shifted(0.5) };
  return {
    id: label,
    label,
    curves: Object.fromEntries(GROWN.map((measure) => [measure, curves])) as GrowthGroup['curves'],
  };
}
const STEPS = [0, 1000, 2000];

describe('a change over a range', () => {
  const group = groupOf('one', [6, 4, 2]);

  it('is that of the mean, with the seeds at its sides, and a share of the whole', () => {
    expect(changeOver(group, 'validationLoss', { from: 0, to: 1 })).toEqual({
      ...{ start: 6, end: 4, change: -2, least: -2.5, greatest: -1.5, share: 0.5 },
    });
  });

  it('has no share where it is the whole, or goes the other way', () => {
    expect(changeOver(group, 'validationLoss', { from: 0, to: 2 }).share).toBeNull();
    const turning = groupOf('turning', [0, 3, 1]);
    expect(changeOver(turning, 'validationLoss', { from: 1, to: 2 }).share).toBeNull();
    expect(changeOver(turning, 'validationLoss', { from: 0, to: 1 }).share).toBeNull();
  });
});

describe('the words', () => {
  it('tell the course of one model', () => {
    const set: GrowthSet = { id: 'a', label: 'a', steps: STEPS, groups: [groupOf('one', [6, 4, 2])] };
    expect(rangeInWords(set, { from: 0, to: 1 })).toMatch(
      /^From step 0 to step 1,000, means over 2 seeds: the loss falls from 6\.00 to 4\.00, 50 % of its whole change; .*\.$/,
    );
  });

  it('tell when nothing changes', () => {
    const set: GrowthSet = { id: 'a', label: 'a', steps: STEPS, groups: [groupOf('one', [0, 0, 1])] };
    expect(rangeInWords(set, { from: 0, to: 1 })).toContain('the sink rate stays at 0.00');
  });

  it('name the models that change least and most', () => {
    const groups = [groupOf('short', [6, 4, 2]), groupOf('middle', [6, 5, 4]), groupOf('long', [6, 6.25, 4])];
    const words = rangeInWords({ id: 'a', label: 'a', steps: STEPS, groups }, { from: 0, to: 1 });
    expect(words).toContain('the loss changes by between −2.00 (short) and +0.25 (long)');
  });
});

it('signs are typographic, and zero has none', () => {
  expect([signed(-0.001, 'validationLoss'), signed(0.5, 'validationLoss'), written(-1.5, 'validationLoss')]).toEqual([
    '0.00',
    '+0.50',
    '−1.50',
  ]);
});
