/**
 * How the sink appears: attention to the first token, every head of every model, the share of heads that are sinks,
 * and the loss, over training. The mean over seeds with its 95 % interval, the seeds behind it as hairlines.
 */
import * as Plot from '@observablehq/plot';
import { formatDigits } from '../../content/number-format.ts';
import type { Estimate, ExperimentResult } from '../../results/schema.ts';
import type { Figure, Layout, Panel, Readout, ReadoutSeries, Table } from './figure.ts';
import {
  AXIS,
  endLabel,
  gridlines,
  hairlines,
  halo,
  meanWithBand,
  type SeedPoint,
  type SeriesPoint,
  VALUE_AXIS,
} from './marks.ts';
import { type Colour, colour } from './palette.ts';
import { estimateOf, groupOf, quotedNumber, runsOf } from './read-results.ts';
import {
  estimateCells,
  estimateColumns,
  NATS,
  PERCENT,
  percentTick,
  SHARE,
  type Style,
  shareTick,
  withInterval,
  written,
} from './written.ts';

/** The models that the criterion is about. */
const GROUP = 'base';

/** The thresholds of the sink rate, each with its colour. */
const THRESHOLDS = [
  { epsilon: '0.3', measure: 'sinkRate-0.3', colour: 'first' },
  { epsilon: '0.8', measure: 'sinkRate-0.8', colour: 'second' },
] as const satisfies { epsilon: string; measure: string; colour: Colour }[];

export const emergence: Figure = {
  id: 'emergence',
  experiment: 'emergence',
  title: 'Attention to the first token, over training',
  question:
    'When a small transformer is trained from scratch, does its attention come to rest on the first token, and when?',
  caption,
  description,
  reading,
  panels,
  readout,
  table,
};

function panels(data: ExperimentResult, { layout }: { layout: Layout }): Panel[] {
  const { points, seeds, heads, chance, onset } = read(data);
  const last = points.at(-1)!;
  const x: Plot.ScaleOptions = { domain: [0, last.step], ticks: 4, label: 'training step', ...AXIS };
  const onsetRule = onset === undefined ? [] : [Plot.ruleX([onset], { stroke: colour('ink'), strokeDasharray: '1 3' })];
  const onsetLabel =
    onset === undefined
      ? []
      : [
          Plot.text([onset], {
            x: (step: number) => step,
            frameAnchor: 'top',
            text: (step: number) => `onset: step ${step}`,
            textAnchor: onset > last.step / 2 ? 'end' : 'start',
            dx: onset > last.step / 2 ? -6 : 6,
            dy: 2,
            fill: colour('ink'),
            ...halo,
          }),
        ];

  const attentionTop = niceTop(Math.max(...seeds.map(({ evaluation }) => evaluation.firstAttention), chance * 2));
  const rateTop = niceTop(Math.max(...points.flatMap(({ measures }) => measures['sinkRate-0.3'].high), 0.1));
  const losses = points.flatMap(({ measures }) => [measures.validationLoss.low, measures.validationLoss.high]);

  return [
    {
      title: 'Attention to the first token',
      unit: 'share of each query’s attention, mean over heads',
      options: {
        x,
        y: { domain: [0, attentionTop], ticks: 4, tickFormat: shareTick, ...VALUE_AXIS },
        marks: [
          gridlines(),
          ...onsetRule,
          Plot.ruleY([chance], { stroke: colour('muted'), strokeDasharray: '5 4' }),
          Plot.text([chance], {
            y: (value: number) => value,
            frameAnchor: 'right',
            text: (value: number) => `chance ${formatDigits(value, SHARE)}`,
            textAnchor: 'end',
            lineAnchor: 'top',
            dy: 5,
            fill: colour('muted'),
            ...halo,
          }),
          hairlines(seeds, ({ firstAttention }) => firstAttention, 'first'),
          ...meanWithBand(points, 'firstAttention', 'first'),
          endLabel([{ step: last.step, y: last.measures.firstAttention.mean, text: 'mean' }], 'first'),
          ...onsetLabel,
        ],
      },
    },
    {
      title: 'Every head of every model',
      unit: 'share of its queries’ attention on the first token',
      options: {
        x,
        y: { domain: [0, 1], ticks: 4, tickFormat: shareTick, ...VALUE_AXIS },
        marks: [
          gridlines(),
          ...onsetRule,
          ...THRESHOLDS.map((threshold) => {
            return Plot.ruleY([Number(threshold.epsilon)], {
              stroke: colour(threshold.colour),
              strokeDasharray: '5 4',
            });
          }),
          Plot.line(heads, {
            x: 'step',
            y: 'attention',
            z: 'head',
            stroke: colour('ink'),
            strokeWidth: 0.9,
            strokeOpacity: 0.34,
          }),
          ...THRESHOLDS.map((threshold) => {
            return Plot.text([Number(threshold.epsilon)], {
              y: (value: number) => value,
              frameAnchor: 'left',
              text: () => `sink at ε = ${threshold.epsilon}`,
              textAnchor: 'start',
              lineAnchor: 'bottom',
              dx: 5,
              dy: -5,
              fill: colour(threshold.colour),
              ...halo,
            });
          }),
        ],
      },
    },
    {
      title: 'Heads that are sinks',
      unit: 'share of all heads whose attention exceeds ε',
      options: {
        x,
        y: { domain: [0, rateTop], ticks: 4, tickFormat: percentTick, ...VALUE_AXIS },
        marks: [
          gridlines(),
          ...onsetRule,
          ...THRESHOLDS.flatMap((threshold) => [
            hairlines(seeds, ({ sinkRate }) => sinkRate[threshold.epsilon], threshold.colour),
            ...meanWithBand(points, threshold.measure, threshold.colour),
          ]),
          ...THRESHOLDS.map((threshold) => {
            const y = last.measures[threshold.measure].mean;
            return endLabel([{ step: last.step, y, text: `ε = ${threshold.epsilon}` }], threshold.colour);
          }),
        ],
      },
    },
    {
      title: 'Validation loss',
      unit: 'nats a token, held-out text',
      options: {
        x,
        y: { domain: [Math.floor(Math.min(...losses)), Math.ceil(Math.max(...losses))], ticks: 4, ...VALUE_AXIS },
        marks: [
          gridlines(),
          ...onsetRule,
          hairlines(seeds, ({ validationLoss }) => validationLoss, 'first'),
          ...meanWithBand(points, 'validationLoss', 'first'),
          endLabel([{ step: last.step, y: last.measures.validationLoss.mean, text: 'mean' }], 'first'),
        ],
      },
    },
  ].map((panel, index, all) => {
    // Stacked or side by side, only the panels of the bottom row name the axis that all share.
    const columns = layout === 'narrow' ? 1 : 2;
    const bottom = index >= all.length - columns;
    return bottom ? panel : { ...panel, options: { ...panel.options, x: { ...panel.options.x, label: null } } };
  });
}

function caption(data: ExperimentResult): string {
  const { seeds, chance, models, onset, onsetHeight, points } = read(data);
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
  const { points } = read(data);
  const first = points[0]!;
  const last = points.at(-1)!;
  const change = (measure: keyof typeof first.measures, style: Style, name: string) =>
    `${name} goes from ${written(first.measures[measure].mean, style)} at step ${first.step} to ${withInterval(last.measures[measure], style)} at step ${last.step}`;
  return `Four line charts over training steps. ${[
    change('firstAttention', SHARE, 'Mean attention to the first token'),
    change('sinkRate-0.3', PERCENT, 'the share of heads that are sinks at threshold 0.3'),
    change('sinkRate-0.8', PERCENT, 'at threshold 0.8'),
    change('validationLoss', NATS, 'the validation loss'),
  ].join('; ')}. The table below holds every number.`;
}

function reading(data: ExperimentResult): string[] {
  const { chance, models } = read(data);
  return [
    `Attention to the first token. What all queries pay to the first position, averaged over held-out sequences and all heads. The first query can see nothing but itself and is counted, as in the source of the measure; that and the short pasts of early queries are why even attention spread evenly gives ${formatDigits(chance, SHARE)}. Only the height above that line is evidence of a sink.`,
    'Every head of every model. The same, one line a head. A mean can hide that some heads sink while others do not; here one would see them part. The lines are averages over sequences. The dashed lines are the two thresholds of the sink rate.',
    'Heads that are sinks. The sink rate: in each held-out sequence, the share of heads whose attention to the first token exceeds the threshold, averaged over the sequences.',
    'Validation loss. What the model had learned of held-out text by each step, to set beside the other panels.',
    `What the figure cannot show. The setting was chosen because trials had brought a sink quickly in it, so ${models} seeds of this one small model on one text show whether and how a sink grows here; not how often one appears elsewhere, nor what it is for.`,
  ];
}

function readout(data: ExperimentResult): Readout {
  const { points } = read(data);
  const series = (panel: number, measure: MeasureName, label: string, style: Style, name: Colour): ReadoutSeries => ({
    panel,
    label,
    colour: colour(name),
    values: points.map(({ measures }) => measures[measure].mean),
    texts: points.map(({ measures }) => written(measures[measure].mean, style)),
  });
  return {
    axis: 'Training step',
    positions: points.map(({ step }) => step),
    series: [
      series(0, 'firstAttention', 'attention to the first token', SHARE, 'first'),
      series(2, 'sinkRate-0.3', 'sink rate at threshold 0.3', PERCENT, 'first'),
      series(2, 'sinkRate-0.8', 'sink rate at threshold 0.8', PERCENT, 'second'),
      series(3, 'validationLoss', 'validation loss', NATS, 'first'),
    ],
  };
}

function table(data: ExperimentResult): Table {
  const { points } = read(data);
  const measures: { measure: MeasureName; label: string }[] = [
    { measure: 'firstAttention', label: 'Attention to first token' },
    { measure: 'sinkRate-0.3', label: 'Sink rate, ε = 0.3' },
    { measure: 'sinkRate-0.8', label: 'Sink rate, ε = 0.8' },
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

const MEASURE_NAMES = ['firstAttention', 'sinkRate-0.3', 'sinkRate-0.8', 'validationLoss'] as const;
type MeasureName = (typeof MEASURE_NAMES)[number];

type Point = SeriesPoint<MeasureName>;

/** What the panels draw. */
function read(data: ExperimentResult) {
  const group = groupOf(data, GROUP);
  const points = group.series.map(({ step, tokens }, index): Point => {
    const measures = MEASURE_NAMES.map((name) => [name, estimateOf(group, name, index)]);
    return { step, tokens, measures: Object.fromEntries(measures) as Record<MeasureName, Estimate> };
  });
  const runs = runsOf(data, group);
  const seeds = runs.flatMap((run): SeedPoint[] =>
    run.evaluations.map((evaluation) => ({ seed: run.specification.seed, step: evaluation.step, evaluation })),
  );
  const heads = seeds.flatMap(({ seed, step, evaluation }) =>
    evaluation.headFirstAttention.flatMap((layer, l) =>
      layer.map((attention, h) => ({ head: `${seed}/${l}/${h}`, step, attention })),
    ),
  );
  const chance = quotedNumber(data, 'final/chance');
  const onsetHeight = formatDigits(quotedNumber(data, 'criterion/final-above-chance'), SHARE);
  return { points, seeds, heads, chance, models: runs.length, onset: data.values['onset/step']?.value, onsetHeight };
}

/** The next tenth above a share, so that the axis ends on a round number. */
function niceTop(share: number): number {
  return Math.min(1, Math.ceil(share * 10 + 0.25) / 10);
}
