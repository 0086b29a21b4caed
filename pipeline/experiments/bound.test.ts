import { describe, expect, it } from 'vitest';
import type { Measured, Run } from '../../src/results/schema.ts';
import { summariseMeasured } from '../../src/results/summarise.ts';
import { BOUND_CONDITIONS } from '../analyses/bound.ts';
import { bound } from './bound.ts';
import type { FinishedGroup } from './experiment.ts';

interface Seed {
  rank?: number;
  within?: number;
  /** Decades. */
  sink?: number;
  above?: number;
}

/** Every measure that is read; what a seed does not say is as the claim has it. */
function measuredOf({ rank = 0.8, within = 0.3, sink = -0.1, above = 0 }: Seed): Measured {
  const measured: Measured = { prompts: 16, length: 32 };
  for (const condition of BOUND_CONDITIONS) {
    measured[`rank/theorem/${condition}`] = rank;
    measured[`rank-within-distance/theorem/${condition}`] = within;
    measured[`rank/local/${condition}`] = 0.7;
    measured[`rank/distance/${condition}`] = 0.5;
    measured[`exact-over-constant-attention/${condition}`] = 0.3;
    for (const [index, kind] of ['uniform', 'local'].entries()) {
      measured[`looseness/${kind}/${condition}`] = 5 - index;
      measured[`above/${kind}/${condition}`] = condition === 'replaced' ? above : 0;
    }
  }
  for (const without of ['masked', 'replaced']) {
    measured[`sink/exact/${without}`] = sink;
    measured[`sink/theorem/${without}`] = 2 * sink;
  }
  return measured;
}

function group(id: string, seeds: Seed[]): FinishedGroup {
  const measuredRuns = seeds.map(measuredOf);
  const finishedRuns = seeds.map(() => ({}) as Run);
  return { id, label: id, runs: [], series: [], finishedRuns, measuredRuns, analysis: summariseMeasured(measuredRuns) };
}

/** Five seeds that differ a little. */
function verdict(seed: Seed) {
  const seeds = [-2, -1, 0, 1, 2].map((step) => ({
    ...seed,
    rank: (seed.rank ?? 0.8) + 0.01 * step,
    sink: (seed.sink ?? -0.1) + 0.01 * step,
  }));
  return bound.decide([group('bos', seeds), group('no-bos', [{ rank: -1, sink: 1, above: 1 }])]);
}

describe('the verdict on the bound', () => {
  it('asks for all three: it holds, its order agrees, the sink lowers the norm', () => {
    expect(verdict({}).outcome).toBe('reproduced');
    expect(verdict({ above: 0.01 }).outcome).toBe('partly');
    expect(verdict({ rank: 0.4 }).outcome).toBe('partly');
    expect(verdict({ within: -0.1 }).outcome).toBe('partly');
    expect(verdict({ sink: 0 }).outcome).toBe('partly');
    expect(verdict({ sink: 0.1 }).outcome).toBe('partly');
  });

  it('does not count a loose bound that holds', () => {
    expect(verdict({ rank: 0.4, sink: 0 }).outcome).toBe('not reproduced');
    expect(verdict({ within: 0, sink: 0.1 }).outcome).toBe('not reproduced');
    expect(verdict({ rank: -0.6, sink: 0.1 }).outcome).toBe('opposite');
  });

  it('says the numbers', () => {
    expect(verdict({}).because).toContain('in no pair. Rank correlation of exact norm and path sum: 0.80 (');
    expect(verdict({ sink: -0.3 }).because).toContain('masked: 0.50 (');
    expect(verdict({ above: 0.3 }).because).toContain('in 10 % of the pairs');
  });
});

it('has the numbers that the text quotes', () => {
  const values = bound.values([group('bos', [{ sink: -1 }, { sink: -1 }]), group('no-bos', [{}])]);
  expect(values['bos/masked/sink']?.value).toBeCloseTo(0.1, 9);
  expect(values['bos/masked/sink-by-path-sum']?.value).toBeCloseTo(0.01, 9);
  expect(values['bos/with/following-attention']?.value).toBeCloseTo(1.9953, 3);
  expect(values['no-bos/replaced/looseness-local']?.value).toBe(4);
  expect(values['prompts']?.value).toBe(16);
});
