/**
 * When does the sink appear? Models trained from scratch, watched from before the first step.
 */
import type { Estimate, Quotable, Verdict } from '../../src/results/schema.ts';
import type { Measure } from '../../src/results/summarise.ts';
import { parameterCount } from '../../src/transformer/parameters.ts';
import type { Experiment, FinishedGroup } from './experiment.ts';
import { BASE, DEEP, DEEP_NO_BOS, QUICK, QUICK_NO_BOS } from './models.ts';
import { count, estimateOf, groupOf, percent, quotable, written } from './reading.ts';

/** Sizes of the criterion; they were fixed before the runs. */
const CRITERION = {
  /** Before training, the interval of attention above chance must lie within this distance of zero. */
  initialDistance: 0.02,
  /** After training, the interval of attention above chance must lie above this. */
  finalAboveChance: 0.05,
  /** After training, the mean sink rate at epsilon 0.3 must reach this. */
  finalSinkRate: 0.25,
};

/** The models with `<bos>`: the criterion is about them; those without are shown beside them. */
const withBos = (groups: readonly FinishedGroup[]) => groupOf(groups, BASE.id);

function interval({ low, high }: Estimate): string {
  return `${written(low)} to ${written(high)}`;
}

function decide(groups: FinishedGroup[]): Verdict {
  const group = withBos(groups);
  const initial = estimateOf(group, 'firstAttentionAboveChance', 0);
  const final = estimateOf(group, 'firstAttentionAboveChance');
  const rate = estimateOf(group, 'sinkRate-0.3');
  const absentBefore = initial.low > -CRITERION.initialDistance && initial.high < CRITERION.initialDistance;
  const presentAfter = final.low > CRITERION.finalAboveChance && rate.mean >= CRITERION.finalSinkRate;
  const because =
    `Attention to the first token, less chance: ${interval(initial)} before training, ${interval(final)} after it; ` +
    `sink rate at epsilon 0.3 after it: ${percent(rate.mean)}.`;
  if (absentBefore && presentAfter) return { outcome: 'reproduced', because };
  if (final.high < 0) return { outcome: 'opposite', because };
  if (final.low > 0 && final.low > initial.high) return { outcome: 'partly', because };
  return { outcome: 'not reproduced', because };
}

function values(groups: FinishedGroup[]): Record<string, Quotable> {
  const group = withBos(groups);
  const [run] = group.finishedRuns;
  if (run === undefined) throw new Error('emergence has no finished run');
  const { model, training } = run.specification;
  const last = run.evaluations.at(-1)!;
  const seconds = group.finishedRuns.reduce((sum, { execution }) => sum + execution.seconds, 0);

  const result: Record<string, Quotable> = {
    seeds: count(group.finishedRuns.length, 'seeds'),
    parameters: count(parameterCount(model), 'trainable numbers of the model'),
    layers: count(model.layers, 'layers of the model'),
    heads: count(model.layers * model.heads, 'heads of the model, over all layers'),
    'context-length': count(model.contextLength, 'tokens of a sequence'),
    steps: count(training.steps, 'optimiser steps of a run'),
    tokens: count(last.tokens, 'tokens that a run is trained on'),
    'final/chance': {
      value: last.firstAttention - last.firstAttentionAboveChance,
      format: 'fraction',
      digits: 2,
      description: 'attention to the first token under uniform causal attention',
    },
    'criterion/initial-distance': {
      value: CRITERION.initialDistance,
      format: 'fraction',
      digits: 2,
      description: 'the largest distance from chance before training',
    },
    'criterion/final-above-chance': {
      value: CRITERION.finalAboveChance,
      format: 'fraction',
      digits: 2,
      description: 'the least attention above chance after training',
    },
    'criterion/final-sink-rate': {
      value: CRITERION.finalSinkRate,
      format: 'percent',
      digits: 0,
      description: 'the least sink rate at epsilon 0.3 after training',
    },
    seconds: { value: seconds, format: 'seconds', digits: 0, description: 'seconds of training, all runs added up' },
  };
  const moments = [
    { moment: 'initial', index: 0, when: 'before training' },
    { moment: 'final', index: -1, when: 'after training' },
  ];
  for (const { moment, index, when } of moments) {
    const add = (name: string, measure: Measure, format: Quotable['format'], digits: number, what: string) => {
      result[`${moment}/${name}`] = quotable(estimateOf(group, measure, index), format, digits, `${what}, ${when}`);
    };
    add('first-attention', 'firstAttention', 'fraction', 2, 'mean attention to the first token');
    add('first-attention-above-chance', 'firstAttentionAboveChance', 'fraction', 2, 'the same, less chance');
    add('sink-rate-0.3', 'sinkRate-0.3', 'percent', 0, 'sink rate at epsilon 0.3');
    add('sink-rate-0.8', 'sinkRate-0.8', 'percent', 0, 'sink rate at epsilon 0.8');
    add('strongest-head', 'strongestHead', 'fraction', 2, 'attention to the first token of the strongest head');
    add('strongest-head-value-norm', 'strongestHeadValueNorm', 'ratio', 2, "the strongest head's first value norm");
    add('validation-loss', 'validationLoss', 'nats', 2, 'loss on held-out text');
  }
  const onset = group.series.find(
    ({ measures }) => (measures.firstAttentionAboveChance?.low ?? 0) > CRITERION.finalAboveChance,
  );
  if (onset) {
    result['onset/step'] = count(onset.step, 'first evaluation at which the whole interval lies above the criterion');
  }
  return result;
}

export const emergence: Experiment = {
  id: 'emergence',
  title: 'How the sink appears during training',
  question: 'When does a model trained from scratch begin to attend to the first token?',
  claims: [
    { place: '§4.1', text: 'At the start of training there are no attention sinks; they develop as training goes on.' },
  ],
  criterion:
    `Of the models with <bos> at the first position: reproduced if, over the seeds, the 95 % interval of the mean attention to the first token less chance lies within ` +
    `${CRITERION.initialDistance} of zero before training and above ${CRITERION.finalAboveChance} after it, and the ` +
    `mean sink rate at epsilon 0.3 is at least ${100 * CRITERION.finalSinkRate} % after training. Partly if that ` +
    `attention only ends above chance and above its start (intervals apart). Opposite if its interval ends below ` +
    `chance. Not reproduced otherwise.`,
  grids: {
    // The tiny model is the one that a reader's browser trains; it stands in for the base model in the quick profile.
    quick: {
      points: [
        { ...QUICK, id: BASE.id, publishWeights: true },
        { ...QUICK_NO_BOS, publishWeights: true },
        { ...QUICK, id: 'tiny' },
      ],
      seeds: [0, 1, 2, 3, 4],
    },
    full: {
      points: [
        { ...DEEP, id: 'deep', publishWeights: true },
        { ...DEEP_NO_BOS, publishWeights: true },
        { ...QUICK, id: 'tiny' },
        { ...BASE, publishWeights: true },
      ],
      seeds: [0, 1, 2, 3, 4],
    },
  },
  decide,
  values,
};
