/** Verdicts of the experiments that take the sink away, on measures made up for the purpose. */
import { describe, expect, it } from 'vitest';
import type { Measured, Run } from '../../src/results/schema.ts';
import { summariseMeasured } from '../../src/results/summarise.ts';
import { CONDITIONS } from '../analyses/removal.ts';
import { collapse } from './collapse.ts';
import type { FinishedGroup } from './experiment.ts';
import { perturbation } from './perturbation.ts';
import { comparePaired, removalEffects } from './removal-effect.ts';
import { smoothing } from './smoothing.ts';

const NOISE = [-0.02, -0.01, 0, 0.01, 0.02];

function group(id: string, measure: (seed: number) => Measured): FinishedGroup {
  const measuredRuns = NOISE.map((_, seed) => measure(seed));
  const finishedRuns = measuredRuns.map(() => ({}) as Run);
  return { id, label: id, runs: [], series: [], finishedRuns, measuredRuns, analysis: summariseMeasured(measuredRuns) };
}

type Ways = Record<(typeof CONDITIONS)[number], number>;

/** Every condition's number, a little different for every seed, by the same factor in all conditions. */
function scalars(names: string[], ways: Ways, seed: number): Measured {
  return Object.fromEntries(
    names.flatMap((name) =>
      CONDITIONS.map((condition) => [`${name}/${condition}`, ways[condition] * (1 + NOISE[seed]!)] as const),
    ),
  );
}

const all = (value: number): Ways => ({ with: 1, deleted: value, masked: value, replaced: value });

describe('the effect of taking the sink away', () => {
  it('is compared seed by seed: what differs between seeds alike cancels', () => {
    expect(comparePaired([2, 4, 6], [1, 2, 3], 'ratio', 'x')).toEqual({ mean: 2, low: 2, high: 2 });
    expect(comparePaired([2, 3, 4], [1, 2, 3], 'difference', 'x')).toEqual({ mean: 1, low: 1, high: 1 });
    expect(() => comparePaired([1], [1, 2], 'ratio', 'x')).toThrow(/cannot be paired/);
  });

  it('has the models trained without <bos> as its fourth way', () => {
    const groups = [
      group('bos', (seed) => scalars(['m'], { with: 2, deleted: 3, masked: 4, replaced: 5 }, seed)),
      group('no-bos', (seed) => scalars(['m'], { with: 6, deleted: 1, masked: 1, replaced: 1 }, seed)),
    ];
    const effects = removalEffects(groups, 'm', 'ratio');
    expect(Object.fromEntries(Object.entries(effects).map(([way, { mean }]) => [way, mean]))).toEqual({
      deleted: 1.5,
      masked: 2,
      replaced: 2.5,
      'trained-without': 3,
    });
  });
});

describe('the verdict on perturbation', () => {
  const measured = (ways: Ways) => (seed: number) => ({
    ...scalars(['mean-change', 'loss'], ways, seed),
    ...{ windows: 256, position: 10 },
    'weight-on-exchanged/with': [0.1, 0.1],
    'weight-on-exchanged/with-renormalised': [0.15, 0.2],
  });
  const groups = (ways: Ways, without: number) => [
    group('bos', measured(ways)),
    group('no-bos', measured({ ...all(1), with: without })),
  ];
  const outcome = (ways: Ways, without: number) => perturbation.decide(groups(ways, without)).outcome;

  it('asks for a quarter more in every way', () => {
    expect(outcome(all(1.5), 1.3)).toBe('reproduced');
    expect(outcome(all(1.5), 1.1)).toBe('partly');
    expect(outcome({ ...all(1), masked: 1.1 }, 0.9)).toBe('partly');
    expect(outcome(all(1), 1)).toBe('not reproduced');
    expect(outcome({ ...all(0.9), masked: 1 }, 0.9)).toBe('not reproduced');
    expect(outcome(all(0.9), 0.9)).toBe('opposite');
  });

  it('says every ratio, and has the numbers that the text quotes', () => {
    const { because } = perturbation.decide(groups({ ...all(1.5), replaced: 1.75 }, 1.25));
    expect(because).toContain('first token deleted 1.50 (1.50 to 1.50)');
    expect(because).toContain('an ordinary token in its place 1.75 (1.75 to 1.75)');
    expect(because).toContain('models trained without <bos> 1.25 (1.25 to 1.25)');
    const values = perturbation.values(groups(all(1.5), 1.25));
    expect(values['bos/masked/ratio']).toMatchObject({ value: 1.5, low: 1.5 });
    expect(values['bos/trained-without/ratio']?.value).toBe(1.25);
    expect(values['no-bos/masked/ratio']?.value).toBe(0.8);
    expect(values['no-bos/trained-without/ratio']).toBeUndefined();
    expect(values['bos/arithmetic']?.value).toBeCloseTo(1.5);
    expect(values['position']?.value).toBe(11);
  });
});

describe('the verdict on smoothing', () => {
  const measured = (ways: Ways, renormalised: number) => (seed: number) => ({
    ...scalars(['entropy', 'distance'], ways, seed),
    ...{ 'entropy/with-renormalised': renormalised * (1 + NOISE[seed]!), 'entropy/replaced-renormalised': 0.5 },
    ...{ 'distance/with-renormalised': 0.5, 'distance/replaced-renormalised': 0.5, windows: 128 },
  });
  const ways = (value: number): Ways => ({ with: 0.5, deleted: value, masked: value, replaced: value });
  const groups = (value: number, renormalised: number, without = value) => [
    group('bos', measured(ways(value), renormalised)),
    group('no-bos', measured({ ...ways(value), with: without }, renormalised)),
  ];

  it('asks for a difference of size in every way, and for more than the arithmetic', () => {
    expect(smoothing.decide(groups(0.6, 0.55)).outcome).toBe('reproduced');
    expect(smoothing.decide(groups(0.6, 0.6)).outcome).toBe('partly');
    expect(smoothing.decide(groups(0.6, 0.55, 0.52)).outcome).toBe('partly');
    expect(smoothing.decide(groups(0.5, 0.4)).outcome).toBe('not reproduced');
    expect(smoothing.decide(groups(0.4, 0.3)).outcome).toBe('opposite');
  });

  it('says them, and has the numbers that the text quotes', () => {
    expect(smoothing.decide(groups(0.6, 0.55)).because).toMatch(/gives: 0\.050 \(0\.049 to 0\.051\)\.$/);
    const values = smoothing.values(groups(0.6, 0.55));
    expect(values['bos/replaced/difference']?.value).toBeCloseTo(0.1);
    expect(values['bos/with-renormalised/entropy']?.value).toBeCloseTo(0.55);
    expect(values['bos/beyond-arithmetic']?.value).toBeCloseTo(0.05);
  });
});

describe('the verdict on collapse', () => {
  const NAMES = ['residual', 'effective-rank', 'suffix-distance', 'prefix-distance'];
  const measured =
    (ratios: number[], own = 1) =>
    (seed: number): Measured => ({
      ...Object.assign(
        {},
        ...NAMES.flatMap((name, i) =>
          ['trained', 'initial'].map((state) =>
            scalars([`${state}/final/${name}`], { ...all(ratios[i]!), with: own === 1 ? 1 : ratios[i]! }, seed),
          ),
        ),
      ),
      windows: 128,
      'suffix-counts': [2, 4, 8],
      'prefix-counts': [2, 4],
      'trained/suffix-distance/with': [
        [0, 0, 0],
        [0.4, 0.2, 0.1],
      ],
    });
  const groups = (...ratios: number[]) => [group('bos', measured(ratios)), group('no-bos', measured(ratios, 0))];
  const outcome = (...ratios: number[]) => collapse.decide(groups(...ratios)).outcome;

  it('asks all three measures to fall in every way; two tokens behind text decide nothing', () => {
    expect(outcome(0.9, 0.8, 0.7, 2)).toBe('reproduced');
    expect(outcome(0.9, 1.1, 1.2, 0.1)).toBe('partly');
    expect(outcome(0.97, 0.99, 1, 0.1)).toBe('not reproduced');
    expect(outcome(1.1, 1.2, 1.3, 0.5)).toBe('opposite');
    expect(outcome(1.1, 1.2, 1, 1)).toBe('not reproduced');
  });

  it('has the numbers that the text quotes', () => {
    const values = collapse.values(groups(0.9, 0.8, 0.7, 2));
    expect(values['bos/masked/residual/ratio']?.value).toBeCloseTo(0.9);
    expect(values['bos/trained-without/effective-rank/ratio']?.value).toBeCloseTo(0.8);
    expect(values['bos/initial/replaced/suffix-distance']?.value).toBeCloseTo(0.7);
    expect(values['bos/suffix-fall']?.value).toBeCloseTo(0.25);
    expect(values['longest-suffix']?.value).toBe(8);
  });
});
