/**
 * The sink against the length of the training context, for three places of `<bos>`: after training, at equal loss, and
 * on the way; beside them the course of the paper's own sweep, whose heights are not known.
 */
import * as Plot from '@observablehq/plot';
import { chanceAttention, PREFIX_LENGTH } from '../../measures/sink.ts';
import { CONTEXT_LENGTH_SHAPE } from '../../paper/paper.ts';
import { isFlat } from '../../results/plateau.ts';
import type { ExperimentResult } from '../../results/schema.ts';
import {
  chanceMarks,
  commonLossOf,
  estimateAtLoss,
  estimateMarks,
  extentOf,
  finalEstimate,
  keyMarks,
  roomAtLeft,
} from './estimates.ts';
import type { Figure, Grid, Layout, Panel, Table } from './figure.ts';
import { spreadApart } from './label-places.ts';
import { AXIS, gridlines, halo, VALUE_AXIS } from './marks.ts';
import { type Colour, colour } from './palette.ts';
import { estimateOf, runsOf } from './read-results.ts';
import { estimateCells, estimateColumns, NATS, SHARE, shareTick, withInterval, written } from './written.ts';

/** Where `<bos>` stood in training, as the groups' ids begin. */
const PROTOCOLS = [
  { id: 'none', title: 'Trained without <bos>', label: 'no <bos>', name: 'without <bos>', colour: 'first' },
  {
    id: 'document',
    title: '<bos> at document starts',
    label: 'at starts',
    name: 'with <bos> at document starts',
    colour: 'third',
  },
  { id: 'fixed', title: '<bos> fixed', label: 'fixed', name: 'with <bos> fixed', colour: 'second' },
] as const satisfies { id: string; title: string; label: string; name: string; colour: Colour }[];

const MEASURE = 'prefixFirstAttention';
const ALONG = 'firstAttentionAboveChance';

export const contextLength: Figure = {
  id: 'context-length',
  experiment: 'context-length',
  title: 'Sinks and the length of the training context',
  question: 'Do models that were trained on longer contexts attend more to the first token?',
  caption,
  description,
  reading,
  panels,
  grid: (_data, layout) => GRID[layout],
  table,
};

const GRID: Record<Layout, Partial<Grid>> = {
  narrow: { columns: 2, plotHeight: 170, gutter: 14 },
  medium: { columns: 2, plotHeight: 180, gutter: 24 },
  wide: { columns: 4, plotHeight: 210, gutter: 22 },
};

/** The groups of each protocol, the shortest context first, with what is drawn of them. */
function read(data: ExperimentResult) {
  return PROTOCOLS.map((protocol) => {
    const sizes = data.groups
      .filter(({ id }) => id.startsWith(`${protocol.id}-`))
      .map((group) => ({ group, x: runsOf(data, group)[0]!.specification.model.contextLength }))
      .sort((a, b) => a.x - b.x);
    const loss = commonLossOf(
      data,
      sizes.map(({ group }) => group),
    );
    return {
      ...protocol,
      sizes,
      loss,
      trained: sizes.map((size) => finalEstimate(data, { ...size, measure: MEASURE })),
      atLoss: sizes.map((size) => estimateAtLoss(data, { ...size, measure: MEASURE, level: loss })),
      losses: sizes.map((size) => finalEstimate(data, { ...size, measure: 'validationLoss' })),
    };
  });
}

type Protocol = ReturnType<typeof read>[number];

function panels(data: ExperimentResult, { layout }: { layout: Layout }): Panel[] {
  const protocols = read(data);
  const narrow = layout === 'narrow';
  const margins = { marginLeft: narrow ? 30 : 34, marginRight: 18 };
  const contexts = protocols[0]!.sizes.map(({ x }) => x);
  const x: Plot.ScaleOptions = {
    type: 'log',
    base: 2,
    domain: [contexts[0]! / 1.3, contexts.at(-1)! * 1.3],
    ticks: narrow ? contexts.filter((_, i) => i % 2 === 0) : contexts,
    tickFormat: String,
    label: 'training context, tokens',
    ...AXIS,
  };
  return [
    ...afterTraining(protocols, { x, margins, narrow }),
    paperPanel({ margins, narrow }),
    ...alongTraining(protocols, { margins, narrow }),
    lossPanel(protocols, { x, margins }),
  ];
}

interface Setting {
  margins: { marginLeft: number; marginRight: number };
  narrow: boolean;
}

function afterTraining(
  protocols: readonly Protocol[],
  { x, margins, narrow }: Setting & { x: Plot.ScaleOptions },
): Panel[] {
  const chance = chanceAttention(PREFIX_LENGTH);
  const [low, high] = extentOf(protocols.flatMap(({ trained, atLoss }) => [...trained, ...atLoss]));
  const highest = ({ trained, atLoss }: Protocol) => extentOf([...trained, ...atLoss])[1];
  const roomiest = protocols.reduce((best, protocol) => (highest(protocol) < highest(best) ? protocol : best));
  const domain = shareDomain(Math.min(low, chance), high);
  const chanceLine = { mean: chance, low: chance, high: chance };
  const keyHeight = roomAtLeft([roomiest.trained, roomiest.atLoss, [chanceLine]], domain);
  return protocols.map((protocol) => ({
    title: protocol.title,
    unit: `attention to ${narrow ? '' : 'the '}first token`,
    options: {
      ...margins,
      x,
      y: { domain, ticks: 4, tickFormat: shareTick, ...VALUE_AXIS },
      marks: [
        gridlines(),
        ...chanceMarks(chance, protocol.trained.at(-1)!.mean < chance ? 'above' : 'below'),
        ...estimateMarks(protocol.atLoss, { colour: protocol.colour, hollow: true, dx: -3 }),
        ...estimateMarks(protocol.trained, { colour: protocol.colour, dx: 3 }),
        ...(protocol === roomiest ? keyMarks(protocol.colour, ['after training', 'at equal loss'], keyHeight) : []),
      ],
    },
  }));
}

/** The same attention over training, a line a context: the longer, the stronger the line. */
function alongTraining(protocols: readonly Protocol[], { margins, narrow }: Setting): Panel[] {
  const curves = protocols.map(({ sizes }) =>
    sizes.map(({ group, x }, index) => ({
      x,
      strength: (index + 1) / sizes.length,
      points: group.series.map(({ step }, at) => ({ step, ...estimateOf(group, ALONG, at) })),
    })),
  );
  const points = curves.flat().flatMap((curve) => curve.points);
  const domain = shareDomain(Math.min(0, ...points.map(({ low }) => low)), Math.max(...points.map(({ high }) => high)));
  return protocols.map((protocol, index) => {
    const stroke = colour(protocol.colour);
    const ends = curves[index]!.map((curve) => ({ ...curve.points.at(-1)!, text: String(curve.x) }));
    return {
      title: `On the way: ${protocol.label}`,
      unit: narrow ? 'above chance, by context' : 'attention above chance, by context',
      options: {
        ...margins,
        marginRight: 32,
        x: { domain: [0, points.at(-1)!.step], ticks: 3, label: 'training step', ...AXIS },
        y: { domain, ticks: 4, tickFormat: shareTick, ...VALUE_AXIS },
        marks: [
          gridlines(),
          Plot.ruleY([0], { stroke: colour('muted'), strokeDasharray: '2 3' }),
          ...curves[index]!.flatMap(({ points: own, strength }) => [
            Plot.areaY(own, { x: 'step', y1: 'low', y2: 'high', fill: stroke, fillOpacity: 0.12 }),
            Plot.line(own, {
              x: 'step',
              y: 'mean',
              stroke,
              strokeWidth: 1 + 1.4 * strength,
              strokeOpacity: 0.35 + 0.65 * strength,
            }),
          ]),
          Plot.text(
            ends,
            spreadApart({ x: 'step', y: 'mean', text: 'text', textAnchor: 'start', dx: 5, fill: stroke, ...halo }),
          ),
        ],
      },
    };
  });
}

/** The paper's course as a sketch without a vertical scale: its readers agree on the shape alone. */
function paperPanel({ margins, narrow }: Setting): Panel {
  const { contexts, course, place } = CONTEXT_LENGTH_SHAPE;
  const rises: Record<(typeof course)[number], number> = { 'almost none': 0, rising: 1, saturating: 0.2 };
  let height = 0;
  const points = contexts.map((context, i) => {
    height += rises[course[i]!];
    return { context, height, text: course[i] === course[i - 1] ? '' : course[i] };
  });
  const [first, last] = [points[0]!, points.at(-1)!];
  const name = { x: 'context', y: 'height', text: 'text', fill: colour('muted'), ...halo } as const;
  return {
    title: `The paper, ${place}`,
    unit: narrow ? 'its shape; no heights known' : 'its shape; heights are not known',
    options: {
      ...margins,
      x: {
        type: 'log',
        base: 2,
        domain: [first.context / 1.3, last.context * 1.3],
        ticks: narrow ? [first.context, 512, last.context] : [...contexts],
        tickFormat: String,
        label: 'training context, tokens',
        ...AXIS,
      },
      y: { domain: [-0.15 * last.height, 1.25 * last.height], ticks: [], ...VALUE_AXIS },
      marks: [
        Plot.ruleY([0], { stroke: colour('rule') }),
        Plot.line(points, {
          x: 'context',
          y: 'height',
          curve: 'monotone-x',
          stroke: colour('muted'),
          strokeWidth: 2,
          strokeDasharray: '1 4',
          strokeLinecap: 'round',
        }),
        Plot.text(points.slice(0, 1), { ...name, textAnchor: 'start', dy: 10, dx: -6 }),
        Plot.text(points.slice(1, 3), { ...name, textAnchor: 'start', dx: 12, dy: 6 }),
        Plot.text(points.slice(-1), { ...name, textAnchor: 'end', dy: -14, dx: 6 }),
      ],
    },
  };
}

function lossPanel(
  protocols: readonly Protocol[],
  { x, margins }: { x: Plot.ScaleOptions; margins: Setting['margins'] },
): Panel {
  const ends = protocols.map(({ losses, label, colour: name }) => ({ ...losses.at(-1)!, label, name }));
  const [low, high] = extentOf(protocols.flatMap(({ losses }) => losses));
  return {
    title: 'Validation loss',
    unit: 'nats a token, own context',
    options: {
      ...margins,
      marginRight: 58,
      x,
      y: { domain: [Math.floor(10 * low) / 10, Math.ceil(10 * high) / 10], ticks: 4, ...VALUE_AXIS },
      marks: [
        gridlines(),
        ...protocols.flatMap(({ losses, colour: name }, i) => estimateMarks(losses, { colour: name, dx: 4 * (i - 1) })),
        Plot.text(
          ends,
          spreadApart({
            x: 'x',
            y: 'mean',
            text: 'label',
            textAnchor: 'start',
            dx: 10,
            fill: { value: ({ name }: (typeof ends)[number]) => colour(name), scale: null },
            ...halo,
          }),
        ),
      ],
    },
  };
}

/** A domain that ends on tenths. */
function shareDomain(low: number, high: number): [number, number] {
  return [Math.floor(10 * Math.min(low, 0)) / 10, Math.min(1, Math.ceil(10 * high + 0.25) / 10)];
}

function caption(data: ExperimentResult): string {
  const protocols = read(data);
  const { sizes, trained } = protocols[0]!;
  const seeds = trained[0]!.seeds.length;
  const steps = sizes[0]!.group.series.at(-1)!.step;
  return (
    `Top: attention that the first ${PREFIX_LENGTH} queries, which every context has, pay to the first token; discs after ${steps} steps of equally many tokens, ` +
    `rings where all models of the panel have come down to the same loss. Means of ${seeds} seeds with 95\u202f% intervals, the seeds as specks beside them. ` +
    `Bottom: attention of all queries above chance on the way, the darker the longer the context. ` +
    `The paper’s sweep (${CONTEXT_LENGTH_SHAPE.place}) is a sketch after ${CONTEXT_LENGTH_SHAPE.source}.`
  );
}

function description(data: ExperimentResult): string {
  const sentences = read(data).map(({ name, trained, atLoss, loss }) => {
    const ends = (list: typeof trained) =>
      `from ${withInterval(list[0]!, SHARE)} at context ${list[0]!.x} to ${withInterval(list.at(-1)!, SHARE)} at ${list.at(-1)!.x}`;
    return (
      `Trained ${name}, attention of the first queries to the first token goes ${ends(trained)} after training, and ${ends(atLoss)} ` +
      `where the loss is ${written(loss, NATS)}.`
    );
  });
  return (
    `Eight small charts: for three places of <bos>, attention against the training context and over training; losses; and the paper’s course as a sketch. ${sentences.join(' ')} ` +
    `Chance is ${written(chanceAttention(PREFIX_LENGTH), SHARE)}. The paper’s course: ${[...new Set(CONTEXT_LENGTH_SHAPE.course)].join(', ')}.`
  );
}

/** Which models' curves have flattened, in words. */
function flattening(data: ExperimentResult): string {
  const tolerance = data.values['flat/tolerance']?.value;
  if (tolerance === undefined) return '';
  const moving = read(data).flatMap(({ name, sizes }) => {
    const contexts = sizes.filter(({ group }) => {
      const { low = 0, high = 0 } = data.values[`${group.id}/late-change`] ?? {};
      return !isFlat({ low, high }, tolerance);
    });
    return contexts.length > 0 ? [`${name} at ${contexts.map(({ x }) => x).join(', ')}`] : [];
  });
  const rule = `A curve counts as flat if attention moves by less than ${tolerance} from the third quarter of training to the last, its whole interval.`;
  return moving.length === 0
    ? `${rule} All have flattened.`
    : `${rule} Still moving: ${moving.join('; ')}. Where a curve still moves, the disc is not yet what the context would lead to.`;
}

function reading(data: ExperimentResult): string[] {
  const levels = read(data).map(({ name, loss }) => `${written(loss, NATS)} ${name}`);
  return [
    `After training. Every model is measured over the same first ${PREFIX_LENGTH} queries, since attention spread evenly over more tokens leaves less for the first: chance would differ from context to context. A rising row of discs is what the paper reports; only what lies above the dashed line is a sink.`,
    `At equal loss. Longer contexts learn at another pace, so the rings compare the models where their validation loss first comes to the lowest that all of a panel reach: ${levels.join(', ')}. Where rings rise as discs do, the context itself matters and not how far training has come. Losses are measured in each model’s own context.`,
    'On the way. Attention of all queries of the model’s own context, less what even attention gives there. The number at the end of a line is its context.',
    `Where the curves flatten. ${flattening(data)}`,
    'The paper’s course. Its models are larger and its contexts longer; no scale is drawn, since its heights are not known to us. It does not say where <bos> stood; without a fixed <bos> is the likeliest.',
    'What the figure cannot show. The steps of all models are equal in tokens, so a longer context means fewer sequences; the two cannot be told apart here.',
  ];
}

function table(data: ExperimentResult): Table {
  return {
    columns: [
      { id: 'bos', label: '<bos> in training' },
      { id: 'context', label: 'Context' },
      ...estimateColumns('prefix-attention', 'Attention of the first queries'),
      ...estimateColumns('prefix-attention-at-loss', 'The same at equal loss'),
      ...estimateColumns('above-chance', 'All queries, above chance'),
      ...estimateColumns('sink-rate', 'Sink rate, ε = 0.3'),
      ...estimateColumns('loss', 'Validation loss (nats)'),
    ],
    rows: read(data).flatMap(({ id, sizes, trained, atLoss, losses }) =>
      sizes.map(({ group, x }, i) => [
        id === 'document' ? 'document starts' : id,
        x,
        ...estimateCells(trained[i]!),
        ...estimateCells(atLoss[i]!),
        ...estimateCells(estimateOf(group, ALONG)),
        ...estimateCells(estimateOf(group, 'sinkRate-0.3')),
        ...estimateCells(losses[i]!),
      ]),
    ),
  };
}
