/**
 * The sink against the number of layers: at one width, and at one number of parameters; layer by layer; and the paper's
 * three sizes of LLaMa 3.1 beside them, of which depth is only one difference.
 */
import * as Plot from '@observablehq/plot';
import { LLAMA_TABLE } from '../../paper/paper.ts';
import { finalAttentionByLayer } from '../../results/by-layer.ts';
import type { ExperimentResult } from '../../results/schema.ts';
import { commonLossOf, estimateAtLoss, estimateMarks, finalEstimate, keyMarks } from './estimates.ts';
import type { Figure, Grid, Layout, Panel, Table } from './figure.ts';
import { spreadApart } from './label-places.ts';
import { AXIS, halo, VALUE_AXIS } from './marks.ts';
import { type Colour, colour } from './palette.ts';
import { estimateOf, runsOf } from './read-results.ts';
import { estimateCells, estimateColumns, NATS, PERCENT, percentTick, withInterval, written } from './written.ts';

/** What is held while depth grows, as the groups' ids begin. */
const FAMILIES = [
  { id: 'width', title: 'One width', name: 'at one width' },
  { id: 'matched', title: 'Equal parameters', name: 'at about the same number of parameters' },
] as const;

const THRESHOLDS = [
  { measure: 'sinkRate-0.3', label: 'ε = 0.3', colour: 'first' },
  { measure: 'sinkRate-0.8', label: 'ε = 0.8', colour: 'second' },
] as const;

export const depth: Figure = {
  id: 'depth',
  experiment: 'depth',
  title: 'Sinks and the number of layers',
  question: 'Do deeper models attend more to the first token, all else being equal?',
  caption,
  description,
  reading,
  panels,
  grid: (_data, layout) => GRID[layout],
  table,
};

/** Six columns, so that a row holds three panels or two. */
const GRID: Record<Layout, Partial<Grid>> = {
  narrow: { columns: 2, plotHeight: 180, gutter: 12 },
  medium: { columns: 6, plotHeight: 190, gutter: 16 },
  wide: { columns: 6, plotHeight: 230, gutter: 20 },
};

function read(data: ExperimentResult) {
  return FAMILIES.map((family) => {
    const sizes = data.groups
      .filter(({ id }) => id.startsWith(`${family.id}-`))
      .map((group) => ({ group, x: runsOf(data, group)[0]!.specification.model.layers }))
      .sort((a, b) => a.x - b.x);
    const loss = commonLossOf(
      data,
      sizes.map(({ group }) => group),
    );
    return {
      ...family,
      sizes,
      loss,
      trained: THRESHOLDS.map(({ measure }) => sizes.map((size) => finalEstimate(data, { ...size, measure }))),
      atLoss: sizes.map((size) => estimateAtLoss(data, { ...size, measure: 'sinkRate-0.3', level: loss })),
      layers: sizes.map(({ group, x }) => ({
        layers: x,
        attention: finalAttentionByLayer(runsOf(data, group), group.id),
      })),
    };
  });
}

type Family = ReturnType<typeof read>[number];

function panels(data: ExperimentResult, { layout }: { layout: Layout }): Panel[] {
  const families = read(data);
  const narrow = layout === 'narrow';
  return [
    ...families.map((family) => ratePanel(family, { narrow, hasKey: family === families[0] })),
    paperPanel(narrow),
    ...families.map((family) => layersPanel(family, narrow)),
  ];
}

/** Above the highest rate there is room for a key: curves may be anywhere below it. */
const KEY_HEIGHT = 1.17;
const RATE_TICKS = [0, 0.25, 0.5, 0.75, 1];
const RATE_AXIS: Plot.ScaleOptions = {
  domain: [0, 1.3],
  ticks: RATE_TICKS,
  tickFormat: percentTick,
  ...VALUE_AXIS,
};

function rateGridlines(): Plot.Markish {
  return Plot.gridY(RATE_TICKS, { stroke: colour('rule'), strokeOpacity: 1 });
}

function ratePanel(family: Family, { narrow, hasKey }: { narrow: boolean; hasKey: boolean }): Panel {
  const { title, sizes, trained, atLoss } = family;
  const layers = sizes.map(({ x }) => x);
  const room = { left: layers[0]! - 1, right: layers.at(-1)! + 1 };
  return {
    title,
    unit: 'sink rate: heads above ε',
    span: narrow ? 1 : 2,
    options: {
      marginLeft: 42,
      marginRight: narrow ? 12 : 52,
      x: { domain: [room.left, room.right], ticks: layers, tickFormat: String, label: 'layers', ...AXIS },
      y: RATE_AXIS,
      marks: [
        rateGridlines(),
        ...estimateMarks(atLoss, { colour: 'first', hollow: true, dx: -4 }),
        ...THRESHOLDS.flatMap((threshold, i) => estimateMarks(trained[i]!, { colour: threshold.colour })),
        Plot.text(
          THRESHOLDS.map((threshold, i) => ({ ...threshold, ...trained[i]!.at(-1)! })),
          spreadApart({
            x: 'x',
            y: 'mean',
            text: 'label',
            fill: { value: (threshold: { colour: Colour }) => colour(threshold.colour), scale: null },
            ...(narrow ? { textAnchor: 'end', dx: 4, dy: -14 } : { textAnchor: 'start', dx: 12 }),
            ...halo,
          }),
        ),
        ...(hasKey ? keyMarks('first', ['equal steps', 'equal loss'], KEY_HEIGHT) : []),
      ],
    },
  };
}

/** Drawn as ours are, in the same colour for the same threshold; squares, since they are the paper's. */
function paperPanel(narrow: boolean): Panel {
  const { rows, place } = LLAMA_TABLE;
  const points = rows.map(({ size, layers, heads, sinkRate }) => ({ size, layers, heads, rate: sinkRate / 100 }));
  return {
    title: `The paper, ${place}: LLaMa 3.1`,
    unit: narrow ? 'sink rate at ε = 0.8; width and heads grow too' : 'ε = 0.8; width, heads grow too',
    span: 2,
    options: {
      marginLeft: 42,
      marginRight: narrow ? 52 : 24,
      x: { domain: [0, 140], ticks: rows.map(({ layers }) => layers), label: 'layers', ...AXIS },
      y: RATE_AXIS,
      marks: [
        rateGridlines(),
        Plot.line(points, { x: 'layers', y: 'rate', stroke: colour('second'), strokeDasharray: '1 4' }),
        Plot.dot(points, { x: 'layers', y: 'rate', symbol: 'square', r: 4, fill: colour('second') }),
        Plot.text(points, {
          x: 'layers',
          y: 'rate',
          text: ({ size, rate }: (typeof points)[number]) => `${size}\n${written(rate, PERCENT)}`,
          lineAnchor: 'top',
          dy: 10,
          fill: colour('second'),
          ...halo,
        }),
      ],
    },
  };
}

/** A stair of models, the deepest below; every layer a bar, a full row being all attention. */
function layersPanel({ title, layers: models }: Family, narrow: boolean): Panel {
  const bars = models.flatMap(({ layers, attention }, row) =>
    attention.map((estimate, layer) => ({ row, layers, layer: layer + 1, ...estimate })),
  );
  type Bar = (typeof bars)[number];
  const deepest = Math.max(...models.map(({ layers }) => layers));
  /** Where a share stands in its model's row; rows are one high and count downwards. */
  const heightOf = (row: number, share: number) => row + 1 - BAR * share;
  const rows = models.map(({ layers }, row) => ({ row, layers, label: `${layers}` }));
  type Row = (typeof rows)[number];
  const width = { x1: ({ layer }: Bar) => layer - 0.36, x2: ({ layer }: Bar) => layer + 0.36 };
  return {
    title: `${title}, layer by layer`,
    unit: 'attention to the first token, mean over heads',
    span: narrow ? 2 : 3,
    plotHeight: 52 + 42 * models.length,
    options: {
      marginLeft: 42,
      marginRight: 44,
      x: {
        domain: [0.5, deepest + 0.5],
        ticks: Array.from({ length: deepest }, (_, layer) => layer + 1),
        tickFormat: String,
        label: 'layer, from the input; rows are models',
        ...AXIS,
      },
      y: { domain: [models.length, 0], axis: null },
      marks: [
        ...[0, 1].map((share) =>
          Plot.ruleY(rows, {
            y: ({ row }: Row) => heightOf(row, share),
            x1: 0.5,
            x2: ({ layers }: Row) => layers + 0.5,
            stroke: colour('rule'),
          }),
        ),
        Plot.rect(bars, {
          ...width,
          y1: ({ row }: Bar) => heightOf(row, 0),
          y2: ({ row, mean }: Bar) => heightOf(row, mean),
          fill: colour('first'),
          fillOpacity: 0.45,
        }),
        Plot.ruleY(bars, {
          ...width,
          y: ({ row, mean }: Bar) => heightOf(row, mean),
          stroke: colour('first'),
          strokeWidth: 2,
        }),
        Plot.ruleX(bars, {
          x: 'layer',
          y1: ({ row, low }: Bar) => heightOf(row, low),
          y2: ({ row, high }: Bar) => heightOf(row, high),
          stroke: colour('ink'),
        }),
        Plot.text(rows, {
          x: () => 0.5,
          y: ({ row }: Row) => heightOf(row, 0.5),
          text: 'label',
          textAnchor: 'end',
          dx: -8,
          fill: colour('ink'),
        }),
        Plot.text(rows.slice(0, 1), {
          x: () => 0.5,
          y: () => heightOf(0, 1),
          text: () => 'layers',
          textAnchor: 'end',
          dx: -4,
          dy: 0,
        }),
        ...[0, 1].map((share) =>
          Plot.text(rows.slice(-1), {
            x: ({ layers }: Row) => layers + 0.5,
            y: ({ row }: Row) => heightOf(row, share),
            text: () => percentTick(share),
            textAnchor: 'start',
            dx: 5,
          }),
        ),
      ],
    },
  };
}

/** Share of a row's height that all attention would fill. */
const BAR = 0.78;

function caption(data: ExperimentResult): string {
  const families = read(data);
  const { sizes, trained } = families[0]!;
  return (
    `Top: the share of heads that are sinks against the number of layers; discs after ${sizes[0]!.group.series.at(-1)!.step} steps, rings (ε = 0.3) where all models of the panel have come down to the same loss. ` +
    `Means of ${trained[0]![0]!.seeds.length} seeds with 95\u202f% intervals, the seeds as specks beside them. The paper’s three sizes of LLaMa 3.1 stand beside them. ` +
    `Bottom: where in the models the attention to the first token is, a row a model, a bar a layer.`
  );
}

function description(data: ExperimentResult): string {
  const sentences = read(data).map(({ name, trained, atLoss, loss }) => {
    const [least, most] = [trained[0]![0]!, trained[0]!.at(-1)!];
    return (
      `With depth growing ${name}, the sink rate at threshold 0.3 goes from ${withInterval(least, PERCENT)} with ${least.x} layers to ${withInterval(most, PERCENT)} with ${most.x} at equal steps, ` +
      `and from ${withInterval(atLoss[0]!, PERCENT)} to ${withInterval(atLoss.at(-1)!, PERCENT)} where the loss is ${written(loss, NATS)}.`
    );
  });
  const paper = LLAMA_TABLE.rows.map(
    ({ size, layers, sinkRate }) => `${sinkRate}\u202f% for ${size} with ${layers} layers`,
  );
  return `Two charts of the sink rate against the number of layers, the paper’s own, and two charts of attention by layer. ${sentences.join(' ')} The paper reports, at threshold 0.8, ${paper.join(', ')}.`;
}

function reading(data: ExperimentResult): string[] {
  const families = read(data);
  const levels = families.map(({ name, loss }) => `${written(loss, NATS)} ${name}`);
  return [
    'One width, equal parameters. At one width a deeper model also has more parameters; at equal parameters it is narrower. Only a rise in both would speak for depth itself. The number of heads in a layer is the same everywhere, so a deeper model has more heads in all, and the rate is their share.',
    `Equal steps and equal loss. Discs compare the models after as many steps; rings where each first comes to the lowest loss that all of a panel reach: ${levels.join(', ')}. Between two evaluations the value is read off a straight line.`,
    `The paper. Its ${LLAMA_TABLE.place} compares three models of one family (${LLAMA_TABLE.rows.map(({ size, layers, heads }) => `${size}: ${layers} layers of ${heads} heads`).join('; ')}), which differ in width and heads too; its threshold is 0.8.`,
    'Layer by layer. The mean over a layer’s heads hides heads that differ; the bars show in which part of a model the sink is, and the thin line on each the interval over seeds.',
  ];
}

function table(data: ExperimentResult): Table {
  const ours = read(data).flatMap(({ id, sizes, trained, atLoss }) =>
    sizes.map(({ group, x }, i) => [
      id === 'width' ? 'one width' : 'equal parameters',
      x,
      ...estimateCells(trained[0]![i]!),
      ...estimateCells(trained[1]![i]!),
      ...estimateCells(atLoss[i]!),
      ...estimateCells(estimateOf(group, 'firstAttentionAboveChance')),
      ...estimateCells(estimateOf(group, 'validationLoss')),
    ]),
  );
  const paper = LLAMA_TABLE.rows.map(({ size, layers, sinkRate }) => [
    `the paper, LLaMa 3.1 ${size}`,
    layers,
    ...estimateCells(null),
    sinkRate / 100,
    ...Array.from({ length: 11 }, () => null),
  ]);
  return {
    columns: [
      { id: 'family', label: 'Models' },
      { id: 'layers', label: 'Layers' },
      ...estimateColumns('sink-rate-0.3', 'Sink rate, ε = 0.3'),
      ...estimateColumns('sink-rate-0.8', 'Sink rate, ε = 0.8'),
      ...estimateColumns('sink-rate-0.3-at-loss', 'ε = 0.3 at equal loss'),
      ...estimateColumns('above-chance', 'Attention above chance'),
      ...estimateColumns('loss', 'Validation loss (nats)'),
    ],
    rows: [...ours, ...paper],
  };
}
