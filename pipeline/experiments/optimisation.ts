/**
 * What else makes or breaks a sink? The settings of training that Gu et al. (2024) found to matter, one at a time; and
 * what it takes for a sink to form without `<bos>` at this scale.
 */
import type { Quotable, Verdict } from '../../src/results/schema.ts';
import { type Trend, trendTest } from '../../src/statistics/trend.ts';
import { randomGenerator } from '../../src/transformer/random.ts';
import type { Experiment, FinishedGroup, GridPoint } from './experiment.ts';
import { type Change, changed, SMALL } from './models.ts';
import { count, estimateOf, finalValues, groupOf, pValue, quotable, withInterval, written } from './reading.ts';

const CRITERION = { p: 0.05 };

/** The axes along which a trend is claimed: point ids in the order in which the sink should grow. */
const AXES = {
  'learning-rate': { name: 'learning rate', points: ['rate-low', 'reference', 'rate-high'] },
  'weight-decay': { name: 'weight decay up to one half', points: ['decay-0', 'decay-0-1', 'reference'] },
  'unique-tokens': { name: 'unique training tokens', points: ['unique-16k', 'unique-128k', 'reference'] },
} as const;
type Axis = keyof typeof AXES;
const axes = Object.keys(AXES) as Axis[];

/** The searches for a sink without `<bos>`. */
const SEARCH = ['no-bos', 'no-bos-long', 'no-bos-learned', 'no-bos-endless'] as const;

function grid(steps: number): GridPoint[] {
  const point = (id: string, label: string, change: Change): GridPoint => ({
    id,
    label,
    specification: changed(SMALL.specification, {
      ...change,
      training: { steps, ...change.training },
    }),
  });
  const rate = (factor: number) => {
    const peak = SMALL.specification.training.peakLearningRate * factor;
    return { training: { peakLearningRate: peak, finalLearningRate: peak } };
  };
  return [
    point('reference', 'the small model', {}),
    point('rate-low', 'a quarter of the learning rate', rate(0.25)),
    point('rate-high', 'twice the learning rate', rate(2)),
    point('decay-0', 'no weight decay', { training: { weightDecay: 0 } }),
    point('decay-0-1', 'weight decay 0.1', { training: { weightDecay: 0.1 } }),
    point('decay-2', 'weight decay 2', { training: { weightDecay: 2 } }),
    point('unique-16k', '16,384 unique tokens', { data: { uniqueTokens: 16_384 } }),
    point('unique-128k', '131,072 unique tokens', { data: { uniqueTokens: 131_072 } }),
    point('positions-learned', 'learned positions', { model: { positions: 'learned' } }),
    point('positions-none', 'no positions', { model: { positions: 'none' } }),
    point('no-bos', 'without <bos>', { data: { bos: 'none' } }),
    point('no-bos-long', 'without <bos>, three times the steps', {
      data: { bos: 'none' },
      training: { steps: 3 * steps },
    }),
    point('no-bos-learned', 'without <bos>, learned positions', {
      data: { bos: 'none' },
      model: { positions: 'learned' },
    }),
    point('no-bos-endless', 'without <bos>, an endless language', {
      data: { bos: 'none', language: { unit: 'token', order: 2, triggers: 0 } },
    }),
  ];
}

const RATE = 'sinkRate-0.3';
const ABOVE_CHANCE = 'firstAttentionAboveChance';

function trendAlong(groups: readonly FinishedGroup[], axis: Axis): Trend {
  const lists = AXES[axis].points.map((id) => finalValues(groupOf(groups, id), ABOVE_CHANCE));
  return trendTest(lists, randomGenerator(`optimisation/${axis}`));
}

const rises = ({ direction, p }: Trend) => direction > 0 && p < CRITERION.p;
const falls = ({ direction, p }: Trend) => direction < 0 && p < CRITERION.p;

/** What came of the searches: those whose whole interval lies above chance, and the highest of all. */
function searchResult(groups: readonly FinishedGroup[]) {
  const tried = SEARCH.map((id) => ({ id, ...estimateOf(groupOf(groups, id), ABOVE_CHANCE) }));
  return { found: tried.filter(({ low }) => low > 0), best: tried.sort((a, b) => b.mean - a.mean)[0]! };
}

function decide(groups: FinishedGroup[]): Verdict {
  const trends = axes.map((axis) => ({ axis, trend: trendAlong(groups, axis) }));
  const { found, best } = searchResult(groups);
  const because =
    `Direction of the trend, from -1 to 1: ` +
    trends
      .map(({ axis, trend }) => `${AXES[axis].name} ${written(trend.direction, 2)} (${pValue(trend.p)})`)
      .join(', ') +
    `. Without <bos>, ${found.length} of ${SEARCH.length} settings end above chance; the highest, ` +
    `${groupOf(groups, best.id).label}, at ${withInterval(best)}.`;
  if (trends.every(({ trend }) => rises(trend))) return { outcome: 'reproduced', because };
  if (trends.some(({ trend }) => rises(trend))) return { outcome: 'partly', because };
  return { outcome: trends.every(({ trend }) => falls(trend)) ? 'opposite' : 'not reproduced', because };
}

function values(groups: FinishedGroup[]): Record<string, Quotable> {
  const result: Record<string, Quotable> = {
    seeds: count(groups[0]!.finishedRuns.length, 'seeds of each model'),
    steps: count(
      groupOf(groups, 'reference').finishedRuns[0]!.specification.training.steps,
      'optimiser steps of a run',
    ),
  };
  const { found, best } = searchResult(groups);
  result['search/settings'] = count(SEARCH.length, 'settings without <bos> that were tried');
  result['search/found'] = count(found.length, 'of them with a sink: the interval of attention less chance above zero');
  result['search/highest'] = quotable(
    best,
    'fraction',
    2,
    `attention to the first token, less chance, of the highest: ${groupOf(groups, best.id).label}`,
  );
  for (const axis of axes) {
    const { direction, p } = trendAlong(groups, axis);
    result[`trend/${axis}`] = {
      value: direction,
      format: 'fraction',
      digits: 2,
      description: `direction of the trend with ${AXES[axis].name} (${pValue(p)})`,
    };
  }
  for (const group of groups) {
    const add = (name: string, measure: Parameters<typeof estimateOf>[1], format: Quotable['format'], what: string) => {
      const digits = format === 'percent' ? 0 : 2;
      result[`${group.id}/${name}`] = quotable(estimateOf(group, measure), format, digits, `${what}, ${group.label}`);
    };
    add('sink-rate-0.3', RATE, 'percent', 'sink rate at epsilon 0.3');
    add('first-attention-above-chance', ABOVE_CHANCE, 'fraction', 'attention to the first token, less chance');
    add('validation-loss', 'validationLoss', 'nats', 'loss on held-out text');
  }
  return result;
}

export const optimisation: Experiment = {
  id: 'optimisation',
  title: 'What makes and breaks a sink',
  question: 'Which settings of training decide whether a sink forms, and can one form without <bos> at this scale?',
  claims: [
    {
      place: 'beyond the paper; Gu et al. 2024, section 4 and 5',
      text: 'Sinks grow with the learning rate, with weight decay up to about one half, and with the number of unique training tokens.',
    },
  ],
  criterion:
    `Attention to the first token less chance, after training, along three axes: learning rate (a quarter, one, two times ` +
    `the small model's), weight decay (0, 0.1, 0.5), unique training tokens (16 thousand, 131 thousand, all). It rises along ` +
    `an axis if the trend test over the seeds finds a positive direction with p < ${CRITERION.p}. Reproduced if it rises ` +
    `along all three, partly if along some. Opposite if it falls along all three. Not reproduced otherwise. A setting ` +
    `without <bos> has a sink if the 95 % interval of that attention lies above zero; that is reported and does not decide.`,
  grids: {
    quick: { points: grid(100), seeds: [0, 1] },
    full: { points: grid(700), seeds: [0, 1, 2, 3, 4] },
  },
  decide,
  values,
};
