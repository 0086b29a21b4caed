/**
 * Do heads switch off through the sink? The paper shows one head of one model that does, and calls it an approximate
 * no-op (§3.2, figure 4).
 */
import { tokenClassLabel } from '../../src/measures/no-op-classes.ts';
import type { Quotable, Verdict } from '../../src/results/schema.ts';
import { noOp as analysis, HEAD_COLUMNS } from '../analyses/no-op.ts';
import { loadTokenizer } from '../corpus/index.ts';
import type { Experiment, FinishedGroup } from './experiment.ts';
import { DEEP, DEEP_NO_BOS, QUICK, QUICK_NO_BOS } from './models.ts';
import { count, groupOf, measuredEstimate, percent, quotable, withInterval, written } from './reading.ts';

/** Sizes of the criterion; they were fixed before the runs. */
const CRITERION = {
  /** Mean attention to the first token that the strongest quarter of heads must have, or there is nothing to test. */
  attention: 0.3,
  /** Their mean norm of the first value over the others must lie below this, its interval below 1. */
  valueNorm: 0.5,
  /** The share of the variance of attention to the first token that a class must explain in the strongest head. */
  explained: 0.25,
  /** By how much that head's attention to the first token must differ between the class and the rest. */
  difference: 0.2,
  /** Setting the first token's values to zero must cost less than this share of what masking it costs. */
  costShare: 0.25,
};

/** The three things that a no-op asks for. */
function conditions(group: FinishedGroup): { small: boolean; large: boolean; switches: boolean; free: boolean } {
  const of = (name: string) => measuredEstimate(group, name);
  const valueNorm = of('strongest-quarter/valueNorm');
  const sinks = of('strongest-quarter/attention').mean >= CRITERION.attention;
  const explained = of('switch/strongest/explained');
  const nulls = of('switch/strongest/null').seeds;
  const [zeroed, masked] = [of('ablation/zero-first'), of('ablation/mask-first')];
  return {
    small: sinks && valueNorm.mean < CRITERION.valueNorm && valueNorm.high < 1,
    large: sinks && valueNorm.low > 1,
    switches:
      explained.mean >= CRITERION.explained &&
      explained.seeds.every((share, seed) => share > nulls[seed]!) &&
      of('switch/strongest/difference').mean >= CRITERION.difference,
    free: masked.low > 0 && zeroed.mean < CRITERION.costShare * masked.mean,
  };
}

function decide(groups: FinishedGroup[]): Verdict {
  const group = groupOf(groups, DEEP.id);
  const of = (name: string) => measuredEstimate(group, name);
  const { small, large, switches, free } = conditions(group);
  const because =
    `In the quarter of heads that attend to the first token most (${withInterval(of('strongest-quarter/attention'), 2)} of ` +
    `their attention), its values are ${withInterval(of('strongest-quarter/valueNorm'), 2)} times as long as the others'. ` +
    `The head that switches most does so by a class of tokens that explains ` +
    `${percent(of('switch/strongest/explained').mean)} of the variance of its attention to the first token, which differs by ` +
    `${withInterval(of('switch/strongest/difference'), 2)} (${switchesOfSeeds(group)}). Setting the first token's values to ` +
    `zero costs ${withInterval(of('ablation/zero-first'))} nats, masking it ${withInterval(of('ablation/mask-first'))}.`;
  if (large) return { outcome: 'opposite', because };
  const held = [small, switches, free].filter(Boolean).length;
  return { outcome: held === 3 ? 'reproduced' : held > 0 ? 'partly' : 'not reproduced', because };
}

/** What each seed's strongest head switches on: `the current token continues a word: 0.25 against 0.53; ...` */
function switchesOfSeeds(group: FinishedGroup): string {
  const { label } = loadTokenizer();
  const seeds = (name: string) => measuredEstimate(group, `switch/strongest/${name}`).seeds;
  return seeds('class')
    .map((number, seed) => {
      const where = seeds('offset')[seed] === 0 ? 'the current token' : 'the previous token';
      const [inside, outside] = [seeds('inside')[seed]!, seeds('outside')[seed]!];
      return `${where} ${tokenClassLabel(number, label)}: ${written(inside, 2)} against ${written(outside, 2)}`;
    })
    .join('; ');
}

/** Numbers of the analysis that the text may quote, by name. */
const QUOTED: Record<string, [Quotable['format'], number, string]> = {
  'sinking-heads/share': ['percent', 0, 'heads whose mean attention to the first token exceeds 0.3'],
  'spearman/value-norm': [
    'fraction',
    2,
    'rank correlation over heads of attention to the first token and its value norm',
  ],
  'spearman/off-over-on': [
    'fraction',
    2,
    'rank correlation over heads of attention to the first token and write off over on',
  ],
  'switch/strongest/explained': [
    'percent',
    0,
    'variance of attention to the first token explained by the class, strongest head',
  ],
  'switch/strongest/null': ['percent', 1, 'the most that labels of other windows explain'],
  'switch/strongest/inside': ['fraction', 2, 'attention to the first token of the class, strongest head'],
  'switch/strongest/outside': ['fraction', 2, 'attention to the first token of the rest, strongest head'],
  'switch/strongest/difference': ['fraction', 2, 'difference of the two'],
  'switch/strongest/share': ['percent', 0, 'queries that stand at a token of the class'],
  'ablation/loss': ['nats', 2, 'loss of the untouched model over the second half of windows'],
  'ablation/zero-first': ['nats', 3, "rise of the loss with the first token's values set to zero"],
  'ablation/mask-first': ['nats', 3, 'rise of the loss with the first token masked'],
  'ablation/ordinary-first': ['nats', 3, 'rise of the loss with the values of an ordinary token at the first'],
  'ablation/zero-ordinary': ['nats', 3, "rise of the loss with an ordinary token's values set to zero"],
  'ablation/attention-first': ['fraction', 2, 'mean attention to the first token, second half of windows'],
  'ablation/attention-ordinary': ['fraction', 3, 'mean attention to the ordinary token, second half of windows'],
};

const QUARTER: Record<(typeof HEAD_COLUMNS)[number], string> = {
  attention: 'mean attention to the first token',
  valueNorm: 'norm of the first value over the mean of the others',
  attentionOff: 'attention to the first token of the queries that attend to it most',
  firstShare: 'share of the first token in the parts that these queries write',
  firstOverWhole: 'what these queries write from the first token, over all that they write',
  offOverOn: 'what these queries write over what those write that attend to it least',
};

/** `<group>/<measure>`, columns of heads under `strongest-quarter`, and `criterion/<size>`. */
function values(groups: FinishedGroup[]): Record<string, Quotable> {
  const result: Record<string, Quotable> = {};
  for (const [name, value] of Object.entries(CRITERION)) {
    const key = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    result[`criterion/${key}`] = { value, format: 'fraction', digits: 2, description: `size of the criterion: ${key}` };
  }
  for (const group of groups) {
    result[`${group.id}/seeds`] = count(group.finishedRuns.length, 'seeds');
    for (const [name, [format, digits, description]] of Object.entries(QUOTED)) {
      result[`${group.id}/${name}`] = quotable(measuredEstimate(group, name), format, digits, description);
    }
    for (const name of HEAD_COLUMNS) {
      const key = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
      result[`${group.id}/strongest-quarter/${key}`] = quotable(
        measuredEstimate(group, `strongest-quarter/${name}`),
        'fraction',
        2,
        `${QUARTER[name]}, the quarter of heads that attend to the first token most`,
      );
    }
  }
  return result;
}

export const noOp: Experiment = {
  id: 'no-op',
  title: 'The approximate no-op',
  question: 'Do heads switch off through the sink?',
  claims: [
    {
      place: '§3.2, figure 4',
      text: 'Heads that attend to the first token write almost nothing, since its value is the smallest of the sequence; a head can thus do something for some tokens and nothing for the others.',
    },
  ],
  criterion:
    `Three conditions on the models with <bos>. Small: the quarter of heads that attend to the first token most (at least ` +
    `${CRITERION.attention} of their attention on average) has first values of less than ${CRITERION.valueNorm} times the ` +
    `norm of the others on average, the 95 % interval over the seeds below 1. Switch: the head that switches most, found on ` +
    `one half of the windows, has on the other half at least ${percent(CRITERION.explained)} of the variance of its ` +
    `attention to the first token explained by one class of the current or previous token, on average; in every seed more than ` +
    `shuffled labels explain; and a difference of at least ${CRITERION.difference} between class and rest. Free: masking the ` +
    `first token raises the loss (interval above 0), and setting its values to zero costs less than ` +
    `${percent(CRITERION.costShare)} of that. Reproduced if all three hold, partly if one or two do, opposite if the interval of ` +
    `the norms lies above 1, not reproduced otherwise.`,
  grids: {
    quick: { points: [QUICK, QUICK_NO_BOS], seeds: [0, 1, 2] },
    full: { points: [DEEP, DEEP_NO_BOS], seeds: [0, 1, 2, 3, 4] },
  },
  analysis,
  comparedMeasures: [
    {
      name: 'attention to the first token, quarter of heads that attend to it most',
      of: 'strongest-quarter/attention',
    },
    { name: 'value norm of the first token over the others, same heads', of: 'strongest-quarter/valueNorm' },
    { name: 'variance that the strongest switch explains', of: 'switch/strongest/explained' },
    { name: 'difference of attention that it makes', of: 'switch/strongest/difference' },
    { name: "cost of the first token's values set to zero, nats", of: 'ablation/zero-first' },
    { name: 'cost of the first token masked, nats', of: 'ablation/mask-first' },
  ],
  decide,
  values,
};
