/**
 * What taking the sink away does to a number, seed by seed: three ways of doing it to one model, and a fourth, a model
 * trained without `<bos>`. Seeds are paired: models of one seed start from the same parameters and see the same text.
 */

import { roundNumbers } from '../../src/results/round.ts';
import type { Estimate, Verdict } from '../../src/results/schema.ts';
import { bootstrapInterval } from '../../src/statistics/bootstrap.ts';
import { randomGenerator } from '../../src/transformer/random.ts';
import { CONDITIONS, WAYS, type Way } from '../analyses/removal.ts';
import type { ComparedMeasure, FinishedGroup, Grid, Profile } from './experiment.ts';
import { DEEP, DEEP_NO_BOS, QUICK, QUICK_NO_BOS } from './models.ts';
import { groupOf, measuredEstimate, withInterval } from './reading.ts';

/** What the experiments on mixing, smoothing and collapse are run on: the first model decides. */
export const REMOVAL_GRIDS: Record<Profile, Grid> = {
  quick: { points: [QUICK, QUICK_NO_BOS], seeds: [0, 1, 2] },
  full: { points: [DEEP, DEEP_NO_BOS], seeds: [0, 1, 2, 3, 4] },
};

/** Ids of the groups: the models with `<bos>` that decide, and those trained without. */
export const DECIDING = DEEP.id;
export const WITHOUT_BOS = DEEP_NO_BOS.id;

export const REMOVAL_WAYS = [...WAYS, 'trained-without'] as const;
export type RemovalWay = (typeof REMOVAL_WAYS)[number];

/** How a way is called in a sentence. */
export const WAY_NAMES: Record<RemovalWay, string> = {
  deleted: 'first token deleted',
  masked: 'attention to it masked',
  replaced: 'an ordinary token in its place',
  'trained-without': 'models trained without <bos>',
};

/** A measure that decides, on a model as it was trained and with its sink taken away in each way. */
export function inEveryWay(measure: string, name: string): ComparedMeasure[] {
  return CONDITIONS.map((condition) => ({
    name: `${name}, ${condition === 'with' ? 'as trained' : WAY_NAMES[condition]}`,
    of: `${measure}/${condition}`,
  }));
}

/** How two numbers are compared: without the sink over with it, or less with it. */
export type Comparison = 'ratio' | 'difference';

/** Without the sink against with it, each seed by itself, with the mean's interval over them. */
export function comparePaired(
  without: readonly number[],
  withSink: readonly number[],
  comparison: Comparison,
  name: string,
): Estimate {
  if (without.length !== withSink.length) {
    throw new Error(`${name}: ${without.length} seeds cannot be paired with ${withSink.length}`);
  }
  const values = without.map((value, seed) =>
    comparison === 'ratio' ? value / withSink[seed]! : value - withSink[seed]!,
  );
  return roundNumbers(bootstrapInterval(values, randomGenerator(`bootstrap/removal/${comparison}/${name}`)));
}

/** The three ways on one group's models; on models trained without `<bos>` they take away an ordinary first token. */
export function effectsWithin(group: FinishedGroup, measure: string, comparison: Comparison): Record<Way, Estimate> {
  const withSink = measuredEstimate(group, `${measure}/with`).seeds;
  const effect = (way: Way) => {
    const name = `${measure}/${way}`;
    return comparePaired(measuredEstimate(group, name).seeds, withSink, comparison, `${group.id}/${name}`);
  };
  return { deleted: effect('deleted'), masked: effect('masked'), replaced: effect('replaced') };
}

/** The ids of two groups that differ in nothing but whether `<bos>` stood first in training. */
export interface Pair {
  bos: string;
  noBos: string;
}

/** What a criterion came to on one pair of groups, and the numbers it read, in words. */
export interface Judged {
  outcome: Verdict['outcome'];
  found: string;
}

/** All four ways, on the models that decide, or on another pair. */
export function removalEffects(
  groups: readonly FinishedGroup[],
  measure: string,
  comparison: Comparison,
  { bos, noBos }: Pair = { bos: DECIDING, noBos: WITHOUT_BOS },
): Record<RemovalWay, Estimate> {
  const group = groupOf(groups, bos);
  const name = `${measure}/with`;
  return {
    ...effectsWithin(group, measure, comparison),
    'trained-without': comparePaired(
      measuredEstimate(groupOf(groups, noBos), name).seeds,
      measuredEstimate(group, name).seeds,
      comparison,
      `${noBos}/${name}`,
    ),
  };
}

/** `first token deleted 1.30 (1.21 to 1.39), attention to it masked ...` */
export function effectsWritten(effects: Record<RemovalWay, Estimate>, digits: number): string {
  return REMOVAL_WAYS.map((way) => `${WAY_NAMES[way]} ${withInterval(effects[way], digits)}`).join(', ');
}

/** What every criterion of these experiments says of the ways. */
export const WAYS_EXPLAINED =
  'Ways: <bos> deleted, attention to it masked, an ordinary token in its place, a model trained without <bos> (paired ' +
  'by seed). With RoPE the first two are the same function of the text and give the same numbers, so they count as one ' +
  'in fact. The paper shows deletion alone, in Gemma 7B, without a number. ';
