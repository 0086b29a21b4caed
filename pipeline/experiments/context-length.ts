/**
 * Do longer training contexts give stronger sinks? The paper's sweep says so (§4.1, figure 5); it does not say where
 * `<bos>` stood, so all three ways are trained.
 */
import { isFlat, lateChange, plateauValues } from '../../src/results/plateau.ts';
import type { Quotable, Verdict } from '../../src/results/schema.ts';
import { type Trend, trendTest } from '../../src/statistics/trend.ts';
import { randomGenerator } from '../../src/transformer/random.ts';
import type { Experiment, FinishedGroup, GridPoint } from './experiment.ts';
import { changed, SMALL, withContext } from './models.ts';
import { commonLoss, count, estimateOf, finalValues, pValue, quotable, valuesAtLoss, written } from './reading.ts';

/** Where `<bos>` stands. The first is the criterion's: the paper's sweep most likely had no fixed `<bos>`. */
const PROTOCOLS = {
  none: 'no <bos>',
  document: '<bos> at document starts',
  fixed: '<bos> fixed',
  longer: '<bos> fixed, trained longer',
} as const;
type Protocol = keyof typeof PROTOCOLS;
const protocols = Object.keys(PROTOCOLS) as Protocol[];

/**
 * Added when the runs of the three protocols were known and before those of the fourth: with `<bos>` fixed attention fell
 * with the context, but none of the curves had flattened, so that may have been the pace of learning. The same models are
 * trained for this many times the steps; what that can do to the verdict stands in the criterion.
 */
const LONGER = 3;

/** Sizes of the criterion; they were fixed before the runs. */
const CRITERION = { p: 0.05 };

function grid(lengths: readonly number[], steps: number): GridPoint[] {
  return (['none', 'document', 'fixed'] as const).flatMap((bos) =>
    lengths.map((length) => ({
      id: `${bos}-${length}`,
      label: `${PROTOCOLS[bos]}, context ${length}`,
      specification: changed(withContext(SMALL.specification, length), { data: { bos }, training: { steps } }),
    })),
  );
}

function longerGrid(lengths: readonly number[], steps: number): GridPoint[] {
  return lengths.map((length) => ({
    id: `longer-${length}`,
    label: `${PROTOCOLS.longer}, context ${length}`,
    specification: changed(withContext(SMALL.specification, length), {
      data: { bos: 'fixed' },
      training: { steps: LONGER * steps },
      evaluation: { every: 300 },
    }),
  }));
}

/** The groups of one protocol, the shortest context first. */
function ofProtocol(groups: readonly FinishedGroup[], protocol: Protocol): FinishedGroup[] {
  return groups.filter(({ id }) => id.startsWith(`${protocol}-`)).sort((a, b) => contextOf(a) - contextOf(b));
}

/** The protocols that were trained; the quick grid leaves out the longer training. */
function trained(groups: readonly FinishedGroup[]): Protocol[] {
  return protocols.filter((protocol) => ofProtocol(groups, protocol).length > 0);
}

function contextOf({ finishedRuns }: FinishedGroup): number {
  return finishedRuns[0]!.specification.model.contextLength;
}

/** What the criterion asks of one protocol. */
interface Reading {
  protocol: Protocol;
  /** Of attention to the first token over the common prefix, at the last step. */
  atSteps: Trend;
  /** The same where every model has come down to the loss of the worst. */
  atLoss: Trend;
  /** Whether there is a sink at all: the interval of attention above chance at the longest, and the shortest, context. */
  sinkAtLongest: boolean;
  sinkAtShortest: boolean;
}

function read(groups: readonly FinishedGroup[], protocol: Protocol): Reading {
  const own = ofProtocol(groups, protocol);
  const level = commonLoss(own);
  const measure = 'prefixFirstAttention';
  const trend = (values: number[][], what: string) =>
    trendTest(values, randomGenerator(`context-length/${protocol}/${what}`));
  const hasSink = (group: FinishedGroup) => estimateOf(group, 'firstAttentionAboveChance').low > 0;
  return {
    protocol,
    atSteps: trend(
      own.map((group) => finalValues(group, measure)),
      'steps',
    ),
    atLoss: trend(
      own.map((group) => valuesAtLoss(group, measure, level).filter((value) => value !== null)),
      'loss',
    ),
    sinkAtLongest: hasSink(own.at(-1)!),
    sinkAtShortest: hasSink(own[0]!),
  };
}

/** A curve has flattened if it moves by less than this from the third quarter of training to the last. */
const FLAT = 0.02;

/**
 * Attention where the curves have flattened, which does not decide: how much each group of a protocol still moves, and
 * the trend over those that do not, where there are at least two.
 */
function readPlateaus(groups: readonly FinishedGroup[], protocol: Protocol) {
  const measure = 'prefixFirstAttention';
  const own = ofProtocol(groups, protocol).map((group) => ({
    group,
    change: lateChange(group.finishedRuns, measure, randomGenerator(`context-length/${group.id}/late-change`)),
  }));
  const flat = own.filter(({ change }) => isFlat(change, FLAT));
  const values = flat.map(({ group }) => plateauValues(group.finishedRuns, measure));
  const trend = values.length < 2 ? null : trendTest(values, randomGenerator(`context-length/${protocol}/plateau`));
  return { own, flat, trend };
}

const significant = ({ p }: Trend) => p < CRITERION.p;
const rises = (trend: Trend, { sinkAtLongest }: Reading) => trend.direction > 0 && significant(trend) && sinkAtLongest;
const falls = (trend: Trend, { sinkAtShortest }: Reading) =>
  trend.direction < 0 && significant(trend) && sinkAtShortest;

function decide(groups: FinishedGroup[]): Verdict {
  const readings = trained(groups).map((protocol) => read(groups, protocol));
  const paper = readings.find(({ protocol }) => protocol === 'none')!;
  const longer = readings.find(({ protocol }) => protocol === 'longer');
  const tell = (trend: Trend) => `${written(trend.direction, 2)}, ${pValue(trend.p)}`;
  const because =
    `Direction of the trend with the context length, from -1 to 1, ` +
    readings
      .map(
        (reading) =>
          `${PROTOCOLS[reading.protocol]}: ${tell(reading.atSteps)} at equal steps, ${tell(reading.atLoss)} at equal loss` +
          (reading.sinkAtLongest || reading.sinkAtShortest ? '' : ' (no sink at either end)'),
      )
      .join('; ') +
    '.';
  if (rises(paper.atSteps, paper)) return { outcome: 'reproduced', because };
  const rising = readings.some((reading) => rises(reading.atSteps, reading) || rises(reading.atLoss, reading));
  if (rising) return { outcome: 'partly', because };
  const falling = readings.some((reading) => falls(reading.atSteps, reading) && falls(reading.atLoss, reading));
  const lasting = !longer || falls(longer.atSteps, longer);
  return { outcome: falling && lasting ? 'opposite' : 'not reproduced', because };
}

function values(groups: FinishedGroup[]): Record<string, Quotable> {
  const first = groups[0]!.finishedRuns[0]!.specification;
  const result: Record<string, Quotable> = {
    'flat/tolerance': {
      value: FLAT,
      format: 'fraction',
      digits: 2,
      description: 'the most that attention may move from the third quarter of training to the last, to count as flat',
    },
    seeds: count(groups[0]!.finishedRuns.length, 'seeds of each model'),
    steps: count(first.training.steps, 'optimiser steps of a run'),
    'steps/longer': count(LONGER * first.training.steps, 'optimiser steps of a run that is trained longer'),
    'tokens-per-step': count(first.training.sequencesPerStep * first.model.contextLength, 'tokens of a step'),
    contexts: count(new Set(groups.map(contextOf)).size, 'training contexts'),
    'contexts/shortest': count(Math.min(...groups.map(contextOf)), 'tokens of the shortest context'),
    'contexts/longest': count(Math.max(...groups.map(contextOf)), 'tokens of the longest context'),
  };
  for (const protocol of trained(groups)) {
    const reading = read(groups, protocol);
    for (const [when, trend] of [
      ['equal-steps', reading.atSteps],
      ['equal-loss', reading.atLoss],
    ] as const) {
      result[`trend/${protocol}/${when}`] = {
        value: trend.direction,
        format: 'fraction',
        digits: 2,
        description: `direction of the trend with context length, ${PROTOCOLS[protocol]}, at ${when.replace('-', ' ')} (${pValue(trend.p)})`,
      };
    }
    const { own, flat, trend } = readPlateaus(groups, protocol);
    result[`flat/${protocol}`] = count(
      flat.length,
      `of ${own.length} contexts whose curves have flattened, ${PROTOCOLS[protocol]}`,
    );
    for (const { group, change } of own) {
      result[`${group.id}/late-change`] = quotable(
        change,
        'fraction',
        3,
        `attention over the first queries, last quarter of training less the one before, ${group.label}`,
      );
    }
    if (trend) {
      result[`trend/${protocol}/flat`] = {
        value: trend.direction,
        format: 'fraction',
        digits: 2,
        description: `direction of the trend with context length among the curves that have flattened, ${PROTOCOLS[protocol]} (${pValue(trend.p)})`,
      };
    }
  }
  for (const group of groups) {
    const add = (name: string, measure: Parameters<typeof estimateOf>[1], format: Quotable['format'], what: string) => {
      result[`${group.id}/${name}`] = quotable(
        estimateOf(group, measure),
        format,
        format === 'percent' ? 0 : 2,
        `${what}, ${group.label}`,
      );
    };
    add('sink-rate-0.3', 'sinkRate-0.3', 'percent', 'sink rate at epsilon 0.3');
    add(
      'first-attention-above-chance',
      'firstAttentionAboveChance',
      'fraction',
      'attention to the first token, less chance',
    );
    add(
      'prefix-first-attention',
      'prefixFirstAttention',
      'fraction',
      'attention to the first token over the first queries',
    );
    add('validation-loss', 'validationLoss', 'nats', 'loss on held-out text');
  }
  return result;
}

export const contextLength: Experiment = {
  id: 'context-length',
  title: 'Sinks and the length of the training context',
  question: 'Do models that were trained on longer contexts attend more to the first token?',
  claims: [
    {
      place: '§4.1, figure 5',
      text: 'Sinks become more prevalent as the training context grows, tokens seen being equal, until they saturate.',
    },
  ],
  criterion:
    `Attention to the first token, over the first queries that all contexts have, is put in the order of the training ` +
    `contexts. It rises if the trend test over the seeds finds a positive direction with p < ${CRITERION.p} and the ` +
    `model of the longest context has a sink (95 % interval of attention less chance above zero); it falls if the ` +
    `direction is negative with p < ${CRITERION.p} and the model of the shortest context has one. Reproduced if it rises ` +
    `without <bos> at equal steps, which is probably the paper's protocol. Partly if it rises in any of the three ` +
    `protocols, at equal steps or where losses are equal. Opposite if it rises in none and falls in one, at equal steps ` +
    `and at equal loss. Not reproduced otherwise.`,
  amendment:
    `Added when these runs were known, and before any longer ones: the models with <bos> fixed are trained once more for ` +
    `${LONGER} times the steps; this counts as another protocol, a rise in which makes it partly; and opposite stands only ` +
    `if attention still falls there at equal steps.`,
  grids: {
    quick: { points: grid([16, 64], 200), seeds: [0, 1] },
    full: {
      points: [...grid([16, 32, 64, 128, 256], 1000), ...longerGrid([16, 32, 64, 128, 256], 1000)],
      seeds: [0, 1, 2, 3, 4],
    },
  },
  decide,
  values,
};
