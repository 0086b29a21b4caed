/**
 * Does a sink slow the mixing of tokens? One token is exchanged; how far do the states behind it move?
 */
import type { Estimate, Quotable, Verdict } from '../../src/results/schema.ts';
import { perturbation as analysis } from '../analyses/perturbation.ts';
import { CONDITIONS } from '../analyses/removal.ts';
import type { Experiment, FinishedGroup, Grid } from './experiment.ts';
import { count, groupOf, measuredEstimate, quotable } from './reading.ts';
import {
  comparePaired,
  DECIDING,
  effectsWithin,
  effectsWritten,
  inEveryWay,
  type Judged,
  type Pair,
  REMOVAL_GRIDS,
  REMOVAL_WAYS,
  removalEffects,
  WAY_NAMES,
  WAYS_EXPLAINED,
  WITHOUT_BOS,
} from './removal-effect.ts';

/** Sizes of the criterion; they were fixed before the runs. */
const CRITERION = {
  /** Mean change without the sink over that with it. */
  ratio: 1.25,
};

/** The measure that decides. */
export const MIXING_CHANGE = 'mean-change';

/** The criterion, on the models that decide or on another pair. */
export function judgeMixing(groups: readonly FinishedGroup[], pair?: Pair): Judged {
  const effects = removalEffects(groups, MIXING_CHANGE, 'ratio', pair);
  const ratios = REMOVAL_WAYS.map((way) => effects[way]);
  const found = effectsWritten(effects, 2);
  if (ratios.every(({ mean, low }) => mean >= CRITERION.ratio && low > 1)) return { outcome: 'reproduced', found };
  if (ratios.some(({ low }) => low > 1)) return { outcome: 'partly', found };
  return { outcome: ratios.every(({ high }) => high < 1) ? 'opposite' : 'not reproduced', found };
}

function decide(groups: FinishedGroup[]): Verdict {
  const { outcome, found } = judgeMixing(groups);
  const because =
    'Mean relative change of the states behind the exchanged token after the last layer, without the sink over with ' +
    `it: ${found}.`;
  return { outcome, because };
}

/** How much weight on the exchanged token grows in the first layer when the sink's weight is handed to the others. */
function arithmetic(group: FinishedGroup): Estimate {
  const firstLayer = (name: string) =>
    group.measuredRuns.map((measured) => (measured[`weight-on-exchanged/${name}`] as number[])[0]!);
  const name = `${group.id}/weight-on-exchanged/first-layer`;
  return comparePaired(firstLayer('with-renormalised'), firstLayer('with'), 'ratio', name);
}

/**
 * `<group>/<condition>/mean-change`, `.../loss`; `<group>/<way>/ratio`, and `bos/trained-without/ratio`;
 * `<group>/arithmetic`: the direct weight's own ratio.
 */
function values(groups: FinishedGroup[]): Record<string, Quotable> {
  const { windows, position } = groupOf(groups, DECIDING).measuredRuns[0]!;
  const result: Record<string, Quotable> = {
    windows: count(windows as number, 'held-out windows in which a token is exchanged'),
    position: count((position as number) + 1, 'place of the exchanged token in its window, counted from 1'),
    'criterion/ratio': {
      value: CRITERION.ratio,
      format: 'ratio',
      digits: 2,
      description: 'the least ratio of changes',
    },
  };
  for (const group of groups) {
    result[`${group.id}/seeds`] = count(group.finishedRuns.length, 'seeds');
    for (const condition of CONDITIONS) {
      const where = condition === 'with' ? 'as trained' : WAY_NAMES[condition];
      const change = measuredEstimate(group, `${MIXING_CHANGE}/${condition}`);
      const what = 'mean relative change of the states behind the exchanged token, after the last layer';
      result[`${group.id}/${condition}/mean-change`] = quotable(change, 'fraction', 3, `${what}, ${where}`);
      const loss = measuredEstimate(group, `loss/${condition}`);
      result[`${group.id}/${condition}/loss`] = quotable(loss, 'nats', 2, `loss of the same targets, ${where}`);
    }
    const effects =
      group.id === DECIDING
        ? removalEffects(groups, MIXING_CHANGE, 'ratio')
        : effectsWithin(group, MIXING_CHANGE, 'ratio');
    for (const [way, effect] of Object.entries(effects)) {
      const description = `change over that as trained, ${WAY_NAMES[way as keyof typeof WAY_NAMES]}`;
      result[`${group.id}/${way}/ratio`] = quotable(effect, 'ratio', 2, description);
    }
    result[`${group.id}/arithmetic`] = quotable(
      arithmetic(group),
      'ratio',
      2,
      'weight on the exchanged token in the first layer, with the weight of the first token handed to the others, over ' +
        'that as trained',
    );
  }
  return result;
}

/** Pages read the reader's own text with these models. */
function publishingWeights({ points, seeds }: Grid): Grid {
  return { points: points.map((point) => ({ ...point, publishWeights: true })), seeds };
}

export const perturbation: Experiment = {
  id: 'perturbation',
  title: 'Mixing: how far one token reaches',
  question: 'Does a sink slow the mixing of tokens?',
  claims: [
    {
      place: '§3.2, figure 2',
      text: 'Without <bos> the change of one token spreads over far more tokens: the sink slows mixing and makes the model robust to it.',
    },
  ],
  criterion:
    'One token is exchanged for another in held-out windows; the change of a state is the L2 norm of its difference over ' +
    'its own norm, after the last layer, averaged over the tokens behind and the windows. Reproduced if without the sink ' +
    `this mean is at least ${CRITERION.ratio} times that with it in every way of taking the sink away, each with the 95 % ` +
    'interval of the ratio over the seeds above 1. Partly if the interval lies above 1 in at least one way. Opposite if ' +
    `it lies below 1 in every way. Not reproduced otherwise. ${WAYS_EXPLAINED}` +
    `The same on models trained without <bos> ("${WITHOUT_BOS}"), whose first token is an ordinary one, is a control and ` +
    'decides nothing; nor do other models. Norm, number of prompts and the ratio are ours.',
  grids: { ...REMOVAL_GRIDS, full: publishingWeights(REMOVAL_GRIDS.full) },
  analysis,
  comparedMeasures: inEveryWay(MIXING_CHANGE, 'change of the states behind the exchanged token'),
  decide,
  values,
};
