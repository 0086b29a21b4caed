/**
 * Do attention maps get smoother without the sink, and by more than taking one key away does by arithmetic?
 */
import type { Estimate, Quotable, Verdict } from '../../src/results/schema.ts';
import { CONDITIONS } from '../analyses/removal.ts';
import { smoothing as analysis } from '../analyses/smoothing.ts';
import type { Experiment, FinishedGroup } from './experiment.ts';
import { count, groupOf, measuredEstimate, quotable, withInterval } from './reading.ts';
import {
  comparePaired,
  DECIDING,
  effectsWithin,
  effectsWritten,
  inEveryWay,
  REMOVAL_GRIDS,
  REMOVAL_WAYS,
  removalEffects,
  WAY_NAMES,
  WAYS_EXPLAINED,
  WITHOUT_BOS,
} from './removal-effect.ts';

/** Sizes of the criterion; they were fixed before the runs. */
const CRITERION = {
  /** Entropy over its largest value, without the sink less with it. */
  difference: 0.05,
};

const ENTROPY = 'entropy';

/** Entropy with the sink masked, less that of the rows as trained from which the first key is left out. */
function beyondArithmetic(group: FinishedGroup): Estimate {
  return comparePaired(
    measuredEstimate(group, `${ENTROPY}/masked`).seeds,
    measuredEstimate(group, `${ENTROPY}/with-renormalised`).seeds,
    'difference',
    `${group.id}/${ENTROPY}/beyond-arithmetic`,
  );
}

function decide(groups: FinishedGroup[]): Verdict {
  const effects = removalEffects(groups, ENTROPY, 'difference');
  const differences = REMOVAL_WAYS.map((way) => effects[way]);
  const beyond = beyondArithmetic(groupOf(groups, DECIDING));
  const because =
    'Mean entropy of rows over the logarithm of the number of keys, without the sink less with it: ' +
    `${effectsWritten(effects, 3)}; masked, less what leaving the first key out of the rows gives: ` +
    `${withInterval(beyond, 3)}.`;
  const large = differences.every(({ mean, low }) => mean >= CRITERION.difference && low > 0);
  if (large && beyond.low > 0) return { outcome: 'reproduced', because };
  if (differences.some(({ low }) => low > 0)) return { outcome: 'partly', because };
  return { outcome: differences.every(({ high }) => high < 0) ? 'opposite' : 'not reproduced', because };
}

/**
 * `<group>/<condition>/entropy` and `.../distance`, with conditions `with-renormalised` and `replaced-renormalised` too;
 * `<group>/<way>/difference`, and `bos/trained-without/difference`; `<group>/beyond-arithmetic`.
 */
function values(groups: FinishedGroup[]): Record<string, Quotable> {
  const { windows } = groupOf(groups, DECIDING).measuredRuns[0]!;
  const result: Record<string, Quotable> = {
    windows: count(windows as number, 'held-out windows'),
    'criterion/difference': {
      value: CRITERION.difference,
      format: 'fraction',
      digits: 2,
      description: 'the least difference of entropies',
    },
  };
  const named = { ...WAY_NAMES, with: 'as trained' };
  const where: Record<string, string> = {
    ...Object.fromEntries(CONDITIONS.map((condition) => [condition, named[condition]])),
    'with-renormalised': 'as trained, the first key left out',
    'replaced-renormalised': 'an ordinary token in its place, the first key left out',
  };
  for (const group of groups) {
    result[`${group.id}/seeds`] = count(group.finishedRuns.length, 'seeds');
    for (const [condition, name] of Object.entries(where)) {
      const add = (measure: string, what: string) => {
        const estimate = measuredEstimate(group, `${measure}/${condition}`);
        result[`${group.id}/${condition}/${measure}`] = quotable(estimate, 'fraction', 2, `${what}, ${name}`);
      };
      add(ENTROPY, 'mean entropy of rows of attention over the logarithm of the number of keys');
      add('distance', 'mean total variation of rows of attention to even weights');
    }
    const effects =
      group.id === DECIDING
        ? removalEffects(groups, ENTROPY, 'difference')
        : effectsWithin(group, ENTROPY, 'difference');
    for (const [way, effect] of Object.entries(effects)) {
      const description = `entropy less that as trained, ${WAY_NAMES[way as keyof typeof WAY_NAMES]}`;
      result[`${group.id}/${way}/difference`] = quotable(effect, 'fraction', 3, description);
    }
    result[`${group.id}/beyond-arithmetic`] = quotable(
      beyondArithmetic(group),
      'fraction',
      3,
      'entropy with the first token masked less that as trained with the first key left out',
    );
  }
  return result;
}

export const smoothing: Experiment = {
  id: 'smoothing',
  title: 'Smoothing: how evenly heads attend',
  question: 'Do attention maps get smoother without the sink?',
  claims: [{ place: '§3.2, figure 3', text: 'Removing <bos> makes the attention maps much smoother.' }],
  criterion:
    "Smoothness of a row of attention is its entropy over the logarithm of the number of keys it sees, averaged over the text's " +
    'tokens, held-out windows and all heads. Reproduced if without the sink it is higher by at least ' +
    `${CRITERION.difference} in every way of taking the sink away, each with the 95 % interval of the difference over the ` +
    'seeds above 0, and if with the sink masked it is also higher than in the rows as trained with the first key left out ' +
    'and the rest scaled to sum to one (interval above 0), which is what removal does by arithmetic alone. Partly if it is ' +
    'higher in at least one way (interval above 0), but not by so much, not in every way, or by no more than the ' +
    `arithmetic. Opposite if it is lower in every way (intervals below 0). Not reproduced otherwise. ${WAYS_EXPLAINED}` +
    `The same on models trained without <bos> ("${WITHOUT_BOS}") is a control and decides nothing; nor do other models or ` +
    'the distance to even weights. The paper judges maps of some heads by eye; the measure is ours.',
  grids: REMOVAL_GRIDS,
  analysis,
  comparedMeasures: [
    ...inEveryWay(ENTROPY, 'entropy of rows'),
    { name: 'entropy of rows, as trained, the first key left out', of: `${ENTROPY}/with-renormalised` },
  ],
  decide,
  values,
};
