/**
 * Does a sink hold rank and representational collapse back (paper §3, equations 1 and 2)?
 */
import type { Estimate, Quotable, Verdict } from '../../src/results/schema.ts';
import { collapse as analysis } from '../analyses/collapse.ts';
import { CONDITIONS } from '../analyses/removal.ts';
import type { Experiment, FinishedGroup } from './experiment.ts';
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
  type RemovalWay,
  removalEffects,
  WAY_NAMES,
  WAYS_EXPLAINED,
  WITHOUT_BOS,
} from './removal-effect.ts';

/** Sizes of the criterion; they were fixed before the runs. */
const CRITERION = {
  /** Each measure of difference between states, without the sink over with it. */
  ratio: 0.95,
};

/** The measures after the last block; each is small where states have collapsed. */
export const COLLAPSE_MEASURES = {
  residual: { name: 'residual to the mean', format: 'fraction', digits: 3 },
  'effective-rank': { name: 'effective rank', format: 'ratio', digits: 1 },
  'suffix-distance': { name: 'distance of the last two of a repeated token', format: 'fraction', digits: 4 },
} as const;
/** Quoted beside these, but no part of the criterion: the pair of equation 2 behind text. */
const QUOTED = {
  ...COLLAPSE_MEASURES,
  'prefix-distance': { name: 'distance of two equal tokens behind text', format: 'fraction', digits: 4 },
} as const;

function effectsOf(
  groups: readonly FinishedGroup[],
  measure: keyof typeof QUOTED,
  pair?: Pair,
): Record<RemovalWay, Estimate> {
  return removalEffects(groups, `trained/final/${measure}`, 'ratio', pair);
}

/** The criterion, on the models that decide or on another pair. */
export function judgeCollapse(groups: readonly FinishedGroup[], pair?: Pair): Judged {
  const measures = (Object.keys(COLLAPSE_MEASURES) as (keyof typeof COLLAPSE_MEASURES)[]).map((measure) => {
    const effects = effectsOf(groups, measure, pair);
    const ratios = REMOVAL_WAYS.map((way) => effects[way]);
    return {
      written: `${COLLAPSE_MEASURES[measure].name}: ${effectsWritten(effects, 2)}`,
      collapses: ratios.every(({ mean, high }) => mean <= CRITERION.ratio && high < 1),
      resists: ratios.every(({ low }) => low > 1),
    };
  });
  const found = measures.map(({ written }) => written).join('; ');
  if (measures.every(({ collapses }) => collapses)) return { outcome: 'reproduced', found };
  if (measures.some(({ collapses }) => collapses)) return { outcome: 'partly', found };
  return { outcome: measures.every(({ resists }) => resists) ? 'opposite' : 'not reproduced', found };
}

function decide(groups: FinishedGroup[]): Verdict {
  const { outcome, found } = judgeCollapse(groups);
  return { outcome, because: `After the last layer, of the text's states, without the sink over with it: ${found}.` };
}

/** The distance at the longest suffix over that at two repetitions, as trained. */
function fallAlongSuffix(group: FinishedGroup): Estimate {
  const lastRows = group.measuredRuns.map(
    (measured) => (measured['trained/suffix-distance/with'] as number[][]).at(-1)!,
  );
  const longest = lastRows.map((row) => row.at(-1)!);
  const shortest = lastRows.map((row) => row[0]!);
  return comparePaired(longest, shortest, 'ratio', `${group.id}/suffix-distance/fall`);
}

/**
 * `<group>/<trained or initial>/<condition>/<measure>`; `<group>/<way>/<measure>/ratio` of trained models, and
 * `bos/trained-without/<measure>/ratio`; `<group>/suffix-fall`.
 */
function values(groups: FinishedGroup[]): Record<string, Quotable> {
  const [measured] = groupOf(groups, DECIDING).measuredRuns;
  const result: Record<string, Quotable> = {
    windows: count(measured!.windows as number, 'held-out windows'),
    'longest-suffix': count((measured!['suffix-counts'] as number[]).at(-1)!, 'repetitions of the longest suffix'),
    'longest-prefix': count((measured!['prefix-counts'] as number[]).at(-1)!, 'tokens of the longest prefix'),
    'criterion/ratio': { value: CRITERION.ratio, format: 'ratio', digits: 2, description: 'the largest ratio' },
  };
  for (const group of groups) {
    result[`${group.id}/seeds`] = count(group.finishedRuns.length, 'seeds');
    for (const measure of Object.keys(QUOTED) as (keyof typeof QUOTED)[]) {
      const { name, format, digits } = QUOTED[measure];
      for (const state of ['trained', 'initial']) {
        for (const condition of CONDITIONS) {
          const where = condition === 'with' ? 'nothing removed' : WAY_NAMES[condition];
          const estimate = measuredEstimate(group, `${state}/final/${measure}/${condition}`);
          const description = `${name}, after the last layer, ${state} model, ${where}`;
          result[`${group.id}/${state}/${condition}/${measure}`] = quotable(estimate, format, digits, description);
        }
      }
      const effects =
        group.id === DECIDING ? effectsOf(groups, measure) : effectsWithin(group, `trained/final/${measure}`, 'ratio');
      for (const [way, effect] of Object.entries(effects)) {
        const description = `${name}, over that as trained, ${WAY_NAMES[way as RemovalWay]}`;
        result[`${group.id}/${way}/${measure}/ratio`] = quotable(effect, 'ratio', 2, description);
      }
    }
    const what = 'distance of the last two states at the longest suffix over that at two repetitions, as trained';
    result[`${group.id}/suffix-fall`] = quotable(fallAlongSuffix(group), 'ratio', 2, what);
  }
  return result;
}

export const collapse: Experiment = {
  id: 'collapse',
  title: 'Collapse: when states become alike',
  question: 'Does a sink hold rank and representational collapse back?',
  claims: [
    {
      place: '§3, equations 1 and 2',
      text: 'Mixing without restraint ends in rank collapse and representational collapse; a sink holds it back.',
    },
  ],
  criterion:
    "Three measures after the last layer, of the text's tokens alone (the first token's state, which is large, would hide " +
    'the others): residual to the mean of the states, relative in Frobenius norm; effective rank (Roy & Vetterli 2007); ' +
    'relative L2 distance of the last two states of a text that ends in one token repeated as often as the context holds. ' +
    `Reproduced if without the sink each is at most ${CRITERION.ratio} times that with it in every way of taking the sink ` +
    'away, with the 95 % interval of the ratio over the seeds below 1. Partly if that holds for at least one measure. ' +
    'Opposite if every interval of every measure lies above 1. Not reproduced otherwise. ' +
    `${WAYS_EXPLAINED}The same on models trained without <bos> ("${WITHOUT_BOS}"), on untrained models, with the first ` +
    "token's state included, and for two equal tokens behind text decides nothing. The paper defines collapse and measures " +
    'neither; norms, scaling and sizes are ours.',
  grids: REMOVAL_GRIDS,
  analysis,
  comparedMeasures: Object.entries(COLLAPSE_MEASURES).flatMap(([measure, { name }]) =>
    inEveryWay(`trained/final/${measure}`, name),
  ),
  decide,
  values,
};
