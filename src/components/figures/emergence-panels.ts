/** The panels of the figure of emergence. */
import * as Plot from '@observablehq/plot';
import { formatDigits } from '../../content/number-format.ts';
import type { Evaluation, ExperimentResult } from '../../results/schema.ts';
import { MEASURES } from '../../results/summarise.ts';
import { readEmergence } from './emergence-reading.ts';
import type { Layout, Panel } from './figure.ts';
import { spreadApart } from './label-places.ts';
import { AXIS, endLabel, gridlines, hairlines, halo, meanWithBand, VALUE_AXIS } from './marks.ts';
import { type Colour, colour } from './palette.ts';
import { percentTick, SHARE, shareTick } from './written.ts';

/** The thresholds of the sink rate, each with its colour. */
const THRESHOLDS = [
  { epsilon: '0.3', measure: 'sinkRate-0.3', colour: 'first' },
  { epsilon: '0.8', measure: 'sinkRate-0.8', colour: 'second' },
] as const satisfies { epsilon: string; measure: string; colour: Colour }[];

/** Six panels: the sink three times, the first token's value, the loss, and the models with `<bos>` beside the others. */
export function emergencePanels(data: ExperimentResult, { layout }: { layout: Layout }): Panel[] {
  const { points, seeds, heads, chance, onset, groups } = readEmergence(data);
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
  const norms = { top: niceTop(Math.max(1.1, ...seeds.map(({ evaluation }) => strongestValueNorm(evaluation))), 4) };
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
      title: 'The first token’s value',
      unit: `length over the others’, strongest head`,
      options: {
        x,
        y: { domain: [0, norms.top], ticks: 4, ...VALUE_AXIS },
        marks: [
          gridlines(),
          ...onsetRule,
          Plot.ruleY([1], { stroke: colour('muted'), strokeDasharray: '5 4' }),
          hairlines(seeds, strongestValueNorm, 'first'),
          ...meanWithBand(points, 'strongestHeadValueNorm', 'first'),
          endLabel([{ step: last.step, y: last.measures.strongestHeadValueNorm.mean, text: 'mean' }], 'first'),
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
    groupsPanel(groups),
  ].map((panel, index, all) => {
    // Stacked or side by side, only the panels of the bottom row name the axis that all share.
    const columns = layout === 'narrow' ? 1 : 2;
    const bottom = index >= all.length - columns;
    return bottom ? panel : { ...panel, options: { ...panel.options, x: { ...panel.options.x, label: null } } };
  });
}

/** What a group is called where its curve ends; models of the article that a reader meets again. */
const GROUP_NAMES: Record<string, { name: string; colour: Colour }> = {
  base: { name: 'base', colour: 'first' },
  deep: { name: 'deep', colour: 'third' },
  tiny: { name: 'tiny', colour: 'muted' },
  'no-bos': { name: 'no <bos>', colour: 'second' },
};

/** All groups on one scale: what differs between them is the model, and for one the absence of `<bos>`. */
function groupsPanel(groups: ReturnType<typeof readEmergence>['groups']): Panel {
  const named = groups.map((group) => ({
    ...group,
    ...(GROUP_NAMES[group.id] ?? { name: group.id, colour: 'muted' as const }),
  }));
  const all = named.flatMap(({ points }) => points);
  const ends = named.map(({ points, name, colour: stroke }) => ({ ...points.at(-1)!, name, stroke }));
  return {
    title: 'With <bos>, and without',
    unit: 'attention to the first token above chance',
    options: {
      x: {
        domain: [0, Math.max(...all.map(({ step }) => step))],
        ticks: 4,
        label: 'training step, each model’s own',
        ...AXIS,
      },
      y: {
        domain: [
          Math.floor(10 * Math.min(0, ...all.map(({ low }) => low))) / 10,
          niceTop(Math.max(...all.map(({ high }) => high))),
        ],
        ticks: 4,
        tickFormat: shareTick,
        ...VALUE_AXIS,
      },
      marks: [
        gridlines(),
        Plot.ruleY([0], { stroke: colour('muted'), strokeDasharray: '5 4' }),
        ...named.flatMap(({ points, colour: stroke }) => [
          Plot.areaY(points, { x: 'step', y1: 'low', y2: 'high', fill: colour(stroke), fillOpacity: 0.16 }),
          Plot.line(points, { x: 'step', y: 'mean', stroke: colour(stroke), strokeWidth: 1.75 }),
        ]),
        Plot.text(
          ends,
          spreadApart({
            x: 'step',
            y: 'mean',
            text: 'name',
            textAnchor: 'start',
            dx: 6,
            fill: { value: ({ stroke }: (typeof ends)[number]) => colour(stroke), scale: null },
            ...halo,
          }),
        ),
      ],
    },
  };
}

function strongestValueNorm(evaluation: Evaluation): number {
  return MEASURES.strongestHeadValueNorm(evaluation);
}

/** The next tenth above a value, so that the axis ends on a round number. */
function niceTop(value: number, most = 1): number {
  return Math.min(most, Math.ceil(value * 10 + 0.25) / 10);
}
