/**
 * How the sink appears: attention to the first token, every head of every model, the share of heads that are sinks,
 * and the loss, over training. The mean over seeds with its 95 % interval, the seeds behind it as hairlines.
 */
import { formatDigits } from '../../content/number-format.ts';
import type { ExperimentResult } from '../../results/schema.ts';
import { emergencePanels } from './emergence-panels.ts';
import { type MeasureName, readEmergence } from './emergence-reading.ts';
import type { Figure, Readout, ReadoutSeries, Table } from './figure.ts';
import { type Colour, colour } from './palette.ts';
import {
  estimateCells,
  estimateColumns,
  NATS,
  PERCENT,
  RATIO,
  SHARE,
  type Style,
  withInterval,
  written,
} from './written.ts';

export const emergence: Figure = {
  id: 'emergence',
  experiment: 'emergence',
  title: 'Attention to the first token, over training',
  question:
    'When a small transformer is trained from scratch, does its attention come to rest on the first token, and when?',
  caption,
  description,
  reading,
  panels: emergencePanels,
  readout,
  table,
};

function caption(data: ExperimentResult): string {
  const { seeds, chance, models, onset, onsetHeight, points } = readEmergence(data);
  const heads = seeds[0]!.evaluation.headFirstAttention.flat().length;
  const when =
    onset === undefined
      ? `At no step does the whole interval lie more than ${onsetHeight} above chance.`
      : `The dotted line marks the onset, step ${onset}: the first at which the whole interval lies more than ${onsetHeight} above chance.`;
  return (
    `${models} models of ${heads} heads each, trained from scratch for ${points.at(-1)!.step} steps; they differ in their seed alone. ` +
    `Thick lines are means over the seeds, bands their 95\u202f% bootstrap intervals, hairlines the single models. ` +
    `Chance (${formatDigits(chance, SHARE)}) is what attention spread evenly over the past would give. ${when}`
  );
}

function description(data: ExperimentResult): string {
  const { points } = readEmergence(data);
  const first = points[0]!;
  const last = points.at(-1)!;
  const change = (measure: keyof typeof first.measures, style: Style, name: string) =>
    `${name} goes from ${written(first.measures[measure].mean, style)} at step ${first.step} to ${withInterval(last.measures[measure], style)} at step ${last.step}`;
  return `Six line charts over training steps. ${[
    change('firstAttention', SHARE, 'Mean attention to the first token'),
    change('sinkRate-0.3', PERCENT, 'the share of heads that are sinks at threshold 0.3'),
    change('sinkRate-0.8', PERCENT, 'at threshold 0.8'),
    change('strongestHeadValueNorm', RATIO, 'the value norm of the first token over the others’ in the strongest head'),
    change('validationLoss', NATS, 'the validation loss'),
  ].join('; ')}. The table below holds every number.`;
}

function reading(data: ExperimentResult): string[] {
  const { chance, models } = readEmergence(data);
  return [
    `Attention to the first token. What all queries pay to the first position, averaged over held-out sequences and all heads. The first query can see nothing but itself and is counted, as in the source of the measure; that and the short pasts of early queries are why even attention spread evenly gives ${formatDigits(chance, SHARE)}. Only the height above that line is evidence of a sink.`,
    'Every head of every model. The same, one line a head. A mean can hide that some heads sink while others do not; here one would see them part. The lines are averages over sequences. The dashed lines are the two thresholds of the sink rate.',
    'Heads that are sinks. The sink rate: in each held-out sequence, the share of heads whose attention to the first token exceeds the threshold, averaged over the sequences.',
    'The first token’s value. The length of the value that the head with the most attention to the first token reads there, over the mean length of the others: below the dashed line it is shorter than theirs. Which head is the strongest may change from step to step.',
    'Validation loss. What the model had learned of held-out text by each step, to set beside the other panels.',
    'With <bos>, and without. All models of this experiment on one scale: the base model of the other panels; a deep and a tiny one, trained harder, that other experiments and the pages’ live runs use; and the deep one without <bos>. Each stops at its own last step, and chance is that of its own context.',
    `What the figure cannot show. The setting was chosen because trials had brought a sink quickly in it, so ${models} seeds of this one small model on one text show whether and how a sink grows here; not how often one appears elsewhere, nor what it is for.`,
  ];
}

function readout(data: ExperimentResult): Readout {
  const { points } = readEmergence(data);
  const series = (panel: number, measure: MeasureName, label: string, style: Style, name: Colour): ReadoutSeries => ({
    panel,
    label,
    colour: colour(name),
    values: points.map(({ measures }) => measures[measure].mean),
    texts: points.map(({ measures }) => written(measures[measure].mean, style)),
  });
  return {
    axis: 'Training step',
    panels: [0, 1, 2, 3, 4],
    positions: points.map(({ step }) => step),
    series: [
      series(0, 'firstAttention', 'attention to the first token', SHARE, 'first'),
      series(2, 'sinkRate-0.3', 'sink rate at threshold 0.3', PERCENT, 'first'),
      series(2, 'sinkRate-0.8', 'sink rate at threshold 0.8', PERCENT, 'second'),
      series(3, 'strongestHeadValueNorm', 'value norm of the first token, strongest head', RATIO, 'first'),
      series(4, 'validationLoss', 'validation loss', NATS, 'first'),
    ],
  };
}

function table(data: ExperimentResult): Table {
  const { points } = readEmergence(data);
  const measures: { measure: MeasureName; label: string }[] = [
    { measure: 'firstAttention', label: 'Attention to first token' },
    { measure: 'sinkRate-0.3', label: 'Sink rate, ε = 0.3' },
    { measure: 'sinkRate-0.8', label: 'Sink rate, ε = 0.8' },
    { measure: 'strongestHeadValueNorm', label: 'First value norm, strongest head' },
    { measure: 'validationLoss', label: 'Validation loss (nats)' },
  ];
  return {
    columns: [
      { id: 'step', label: 'Step' },
      { id: 'tokens', label: 'Tokens' },
      ...measures.flatMap(({ measure, label }) => estimateColumns(measure, label)),
    ],
    rows: points.map((point) => [
      point.step,
      point.tokens,
      ...measures.flatMap(({ measure }) => estimateCells(point.measures[measure])),
    ]),
  };
}
