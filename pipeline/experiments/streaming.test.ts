import { describe, expect, it } from 'vitest';
import type { Measured, Run } from '../../src/results/schema.ts';
import { summariseMeasured } from '../../src/results/summarise.ts';
import type { FinishedGroup } from './experiment.ts';
import { streaming } from './streaming.ts';

const POLICIES = ['window', 'first-1', 'first-2', 'first-4', 'key-diff', 'key-diff-recent', 'recomputed'];

/** A group whose seeds lose so many nats without the first token. */
function group(id: string, rises: number[]): FinishedGroup {
  const measuredRuns = rises.map((rise): Measured => {
    const lists = POLICIES.flatMap((policy): [string, number[]][] => {
      const over = policy === 'window' ? rise : 0;
      return [
        [`loss/${policy}`, [3 + over, 3 + over / 2]],
        [`over-first-1/${policy}`, [over, over / 2]],
        [`holds-first/${policy}`, [policy === 'window' ? 0 : 1, 1]],
      ];
    });
    return { ...Object.fromEntries(lists), sizes: [8, 16], 'half/over-first-1/window': rise, 'loss/keeps-all': 5 };
  });
  const finishedRuns = rises.map(() => ({}) as Run);
  return { id, label: id, runs: [], series: [], finishedRuns, measuredRuns, analysis: summariseMeasured(measuredRuns) };
}

const without = group('no-bos', [0.01, 0.02, 0, 0.01, 0.01]);
const outcome = (rises: number[]) => streaming.decide([group('bos', rises), without]).outcome;

describe('the verdict on streaming', () => {
  it('asks for a rise of size, and for the interval above 0', () => {
    expect(outcome([0.06, 0.05, 0.07, 0.06, 0.05])).toBe('reproduced');
    expect(outcome([0.03, 0.04, 0.03, 0.04, 0.03])).toBe('partly');
    expect(outcome([0.9, -0.3, -0.3, -0.2, 0.2])).toBe('not reproduced');
    expect(outcome([-0.06, -0.05, -0.07, -0.06, -0.05])).toBe('opposite');
  });

  it('says the numbers of both models', () => {
    const { because } = streaming.decide([group('bos', [0.06, 0.06, 0.06]), without]);
    expect(because).toContain('costs 0.060 (0.060 to 0.060) nats');
    expect(because).toContain('0.010 (');
  });

  it('has the numbers that the text quotes', () => {
    const values = streaming.values([group('bos', [0.06, 0.08]), without]);
    expect(values['bos/half/window/loss']?.value).toBeCloseTo(3.07);
    expect(values['bos/whole/window/over-first-1']?.value).toBeCloseTo(0.035);
    expect(values['no-bos/half/key-diff/holds-first']?.value).toBe(1);
    expect(values['bos/half/size']?.value).toBe(8);
  });
});
