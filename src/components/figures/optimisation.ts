/**
 * What makes and breaks a sink: attention to the first token after training, one setting at a time, and what was tried to
 * bring a sink about without `<bos>`.
 */
import * as Plot from '@observablehq/plot';
import { formatDigits } from '../../content/number-format.ts';
import type { ExperimentResult, Group } from '../../results/schema.ts';
import { estimateMarks, extentOf, finalEstimate, type PlacedEstimate } from './estimates.ts';
import type { Figure, Grid, Layout, Panel, Table } from './figure.ts';
import { AXIS, gridlines, halo, VALUE_AXIS } from './marks.ts';
import { type Colour, colour } from './palette.ts';
import { estimateOf, groupOf, runsOf } from './read-results.ts';
import { estimateCells, estimateColumns, SHARE, shareTick, withInterval, written } from './written.ts';

/** The model that every setting is a change of. */
const REFERENCE = 'reference';
const MEASURE = 'firstAttentionAboveChance';

interface Axis {
  title: string;
  /** Kinds rather than sizes: no line leads from one to the next. */
  unordered?: boolean;
  /** Group ids along the axis. */
  groups: readonly string[];
  /** What stands at each place, read off the specification where it is a number of it. */
  place(group: Group, data: ExperimentResult): string;
}

const specificationOf = (data: ExperimentResult, group: Group) => runsOf(data, group)[0]!.specification;

const AXES: readonly Axis[] = [
  {
    title: 'Learning rate × 1,000',
    groups: ['rate-low', REFERENCE, 'rate-high'],
    place: (group, data) =>
      String(Number((1000 * specificationOf(data, group).training.peakLearningRate).toPrecision(6))),
  },
  {
    title: 'Weight decay',
    groups: ['decay-0', 'decay-0-1', REFERENCE, 'decay-2'],
    place: (group, data) => String(specificationOf(data, group).training.weightDecay),
  },
  {
    title: 'Unique tokens',
    groups: ['unique-16k', 'unique-128k', REFERENCE],
    place: (group, data) => {
      const tokens = specificationOf(data, group).data.uniqueTokens;
      return tokens === null ? 'all' : `${formatDigits(tokens / 1024, { format: 'integer', digits: 0 })} Ki`;
    },
  },
  {
    title: 'Positions',
    unordered: true,
    groups: [REFERENCE, 'positions-learned', 'positions-none'],
    place: (group, data) => {
      const { positions } = specificationOf(data, group).model;
      return positions === 'rope' ? 'RoPE' : positions;
    },
  },
];

/** Tried without `<bos>`, the plain one first. */
const SEARCH = [
  { id: 'no-bos', label: '<bos> left out, no more' },
  { id: 'no-bos-long', label: 'three times the steps' },
  { id: 'no-bos-learned', label: 'learned positions' },
  { id: 'no-bos-endless', label: 'an endless language' },
] as const;

export const optimisation: Figure = {
  id: 'optimisation',
  experiment: 'optimisation',
  title: 'What makes and breaks a sink',
  question: 'Which settings of training decide whether a sink forms, and can one form without <bos> at this scale?',
  caption,
  description,
  reading,
  panels,
  grid: (_data, layout) => GRID[layout],
  table,
};

const GRID: Record<Layout, Partial<Grid>> = {
  narrow: { columns: 2, plotHeight: 170, gutter: 14 },
  medium: { columns: 4, plotHeight: 180, gutter: 14 },
  wide: { columns: 4, plotHeight: 220, gutter: 22 },
};

function read(data: ExperimentResult) {
  const axes = AXES.map((axis) => {
    const groups = axis.groups.map((id) => groupOf(data, id));
    const places = groups.map((group) => axis.place(group, data));
    const estimates = (measure: typeof MEASURE | 'validationLoss') =>
      groups.map((group, i) => finalEstimate(data, { group, x: places[i]!, measure }));
    return { ...axis, places, groups, sink: estimates(MEASURE), loss: estimates('validationLoss') };
  });
  const search = SEARCH.map(({ id, label }) => {
    const group = groupOf(data, id);
    return { id, label, group, sink: finalEstimate(data, { group, x: label, measure: MEASURE }) };
  });
  return { axes, search };
}

type ReadAxis = ReturnType<typeof read>['axes'][number];

function panels(data: ExperimentResult, { layout }: { layout: Layout }): Panel[] {
  const { axes, search } = read(data);
  const narrow = layout === 'narrow';
  const domain = sinkDomain(axes.flatMap(({ sink }) => sink));
  const losses = extentOf(axes.flatMap(({ loss }) => loss));
  const lossDomain: [number, number] = [Math.floor(10 * losses[0]) / 10, Math.ceil(10 * losses[1]) / 10];
  return [
    ...axes.map((axis, index) =>
      axisPanel(axis, {
        named: index === 0,
        title: axis.title,
        unit: 'attention above chance',
        estimates: axis.sink,
        y: { domain, tickFormat: shareTick },
        marks: [Plot.ruleY([0], { stroke: colour('muted'), strokeDasharray: '2 3' })],
      }),
    ),
    ...axes.map((axis) => ({
      ...axisPanel(axis, {
        title: narrow ? `Loss: ${axis.title.replace(/ ×.*/, '').toLowerCase()}` : 'Validation loss',
        unit: 'nats a token',
        estimates: axis.loss,
        y: { domain: lossDomain },
        marks: [],
      }),
      plotHeight: 130,
    })),
    searchPanel(data, search, narrow),
  ];
}

/** A domain that holds zero and ends on tenths. */
function sinkDomain(estimates: readonly PlacedEstimate[]): [number, number] {
  const [low, high] = extentOf(estimates);
  return [Math.min(0, Math.floor(20 * low) / 20), Math.max(0.1, Math.ceil(10 * high + 0.25) / 10)];
}

interface AxisPanel {
  title: string;
  unit: string;
  estimates: readonly PlacedEstimate<string>[];
  y: Plot.ScaleOptions;
  marks: readonly Plot.Markish[];
  /** Whether the reference is named. */
  named?: boolean;
}

/** The reference stands in the second colour: it is the same models in every panel. */
function axisPanel(
  { places, groups, unordered = false }: ReadAxis,
  { title, unit, estimates, y, marks, named = false }: AxisPanel,
): Panel {
  const reference = estimates.filter((_, i) => groups[i]!.id === REFERENCE);
  return {
    title,
    unit,
    options: {
      marginLeft: 36,
      marginRight: 10,
      marginBottom: 26,
      x: { type: 'point', domain: places, padding: 0.4, ...AXIS, label: null },
      y: { ticks: 4, ...VALUE_AXIS, ...y },
      marks: [
        gridlines(),
        ...marks,
        ...estimateMarks(estimates, { colour: 'first', joined: !unordered }),
        ...estimateMarks(reference, { colour: 'second' }),
        ...(named
          ? [
              Plot.text(reference, {
                x: 'x',
                y: 'low',
                text: () => 'reference',
                lineAnchor: 'top',
                dy: 8,
                fill: colour('second'),
                ...halo,
              }),
            ]
          : []),
      ],
    },
  };
}

/** Rows, since what was tried takes words to say. */
function searchPanel(data: ExperimentResult, search: ReturnType<typeof read>['search'], narrow: boolean): Panel {
  const reference = finalEstimate(data, {
    group: groupOf(data, REFERENCE),
    x: 'with <bos>, for comparison',
    measure: MEASURE,
  });
  const rows = [
    ...search.map(({ sink }) => ({ ...sink, name: 'first' as Colour })),
    { ...reference, name: 'second' as Colour },
  ];
  type Row = (typeof rows)[number];
  const inColour = { value: ({ name }: { name: Colour }) => colour(name), scale: null };
  const seeds = rows.flatMap(({ x, name, seeds: values }) => values.map((value) => ({ x, name, value })));
  const [low, high] = extentOf(rows);
  return {
    title: 'Without <bos>: what was tried',
    unit: 'attention to the first token above chance',
    span: narrow ? 2 : 4,
    plotHeight: 28 * rows.length + 42,
    options: {
      marginLeft: 164,
      marginRight: 44,
      marginBottom: 26,
      x: {
        domain: [Math.min(0, Math.floor(20 * low) / 20), Math.ceil(10 * high) / 10],
        ticks: narrow ? 3 : 6,
        tickFormat: shareTick,
        ...AXIS,
        label: null,
      },
      y: { type: 'band', domain: rows.map(({ x }) => x), label: null, tickSize: 0, padding: 0 },
      marks: [
        Plot.axisY({ tickSize: 0, label: null, fill: colour('ink') }),
        Plot.gridX({ stroke: colour('rule'), strokeOpacity: 1, ticks: narrow ? 3 : 6 }),
        Plot.ruleX([0], { stroke: colour('muted'), strokeDasharray: '2 3' }),
        Plot.dot(seeds, { x: 'value', y: 'x', dy: 8, r: 1.5, fill: inColour, fillOpacity: 0.55 }),
        Plot.ruleY(rows, { x1: 'low', x2: 'high', y: 'x', stroke: inColour, strokeWidth: 2.25 }),
        Plot.dot(rows, { x: 'mean', y: 'x', r: 4, fill: inColour }),
        Plot.text(rows, {
          x: 'high',
          y: 'x',
          text: ({ mean }: Row) => formatDigits(mean, SHARE),
          textAnchor: 'start',
          dx: 9,
          fill: inColour,
          ...halo,
        }),
      ],
    },
  };
}

function caption(data: ExperimentResult): string {
  const { axes } = read(data);
  return (
    `Attention to the first token above chance (dashed) and the loss after training, one setting changed at a time; the same reference models (vermilion) stand in every panel. ` +
    `Means of ${axes[0]!.sink[0]!.seeds.length} seeds with 95\u202f% intervals, the seeds as specks. Below, what was tried to bring a sink about without <bos>.`
  );
}

function description(data: ExperimentResult): string {
  const { axes, search } = read(data);
  const along = axes.map(
    ({ title, sink }) => `${title}: ${sink.map((one) => `${one.x} ${withInterval(one, SHARE)}`).join(', ')}`,
  );
  const tried = search.map(({ label, sink }) => `${label} ${withInterval(sink, SHARE)}`);
  return `Small charts of attention to the first token above chance and of the loss, one setting each. ${along.join('. ')}. Without <bos>: ${tried.join(', ')}.`;
}

function reading(data: ExperimentResult): string[] {
  const { search } = read(data);
  const found = search
    .filter(({ sink }) => sink.low > 0)
    .map(({ label, sink }) => `${label} (${written(sink.mean, SHARE)})`);
  return [
    'One setting at a time. Every panel changes one setting of the reference and leaves the others, so the panels cannot show how settings act together. The horizontal places are in order and not to scale.',
    'Unique tokens. The models see as many tokens in training as the reference, but drawn from so few; where the text repeats, the held-out loss shows what that costs.',
    'Positions. How a model is told where a token stands: rotary (RoPE), learned vectors, or not at all, in which case the first token can be known only by <bos> or by its having no past.',
    `Without <bos>. The rows ask whether a sink forms on whatever token stands first. ${found.length > 0 ? `The interval lies above chance for: ${found.join(', ')}.` : 'In none of them does the interval lie above chance.'}`,
  ];
}

function table(data: ExperimentResult): Table {
  return {
    columns: [
      { id: 'setting', label: 'Setting' },
      ...estimateColumns('above-chance', 'Attention above chance'),
      ...estimateColumns('sink-rate', 'Sink rate, ε = 0.3'),
      ...estimateColumns('loss', 'Validation loss (nats)'),
    ],
    rows: data.groups.map((group) => [
      group.label,
      ...estimateCells(estimateOf(group, MEASURE)),
      ...estimateCells(estimateOf(group, 'sinkRate-0.3')),
      ...estimateCells(estimateOf(group, 'validationLoss')),
    ]),
  };
}
