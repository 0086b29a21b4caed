/**
 * Ways of weighing attention, softmax and those whose weights need not sum to one over the text, on one footing: the
 * sink, what it costs, and what mixes. A row a kind; the same rows in every panel.
 */
import * as Plot from '@observablehq/plot';
import type { Estimate, ExperimentResult, Group } from '../../results/schema.ts';
import type { Figure, Grid, Layout, Panel, Table } from './figure.ts';
import { AXIS, halo } from './marks.ts';
import { type Colour, colour } from './palette.ts';
import { estimateOf, groupOf, measuredNumber, runsOf, seedValues } from './read-results.ts';
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
} from './written.ts';

/** The kind that the others are held against. */
const REFERENCE = 'softmax';

type SeedEstimate = Estimate & { seeds: readonly number[] };

interface Measure {
  id: string;
  title: string;
  unit: string;
  style: Style;
  /** Zero belongs to the axis of shares, not to that of losses. */
  fromZero: boolean;
  ticks?: (value: number) => string;
  of(data: ExperimentResult, group: Group): SeedEstimate;
  /** The same with attention to the first token masked, where that was measured: a ring beside the disc. */
  ofMasked?(group: Group): SeedEstimate;
}

const FRACTION: Style = { format: 'fraction', digits: 3 };
const RANK: Style = { format: 'fraction', digits: 1 };
const MASKED = 'first token masked';

const MEASURES: readonly Measure[] = [
  {
    id: 'sink-rate',
    title: 'Sink rate',
    unit: 'share of heads above ε = 0.3',
    style: PERCENT,
    fromZero: true,
    ticks: percentTick,
    of: (data, group) => ({ ...estimateOf(group, 'sinkRate-0.3'), seeds: seedValues(data, group, 'sinkRate-0.3') }),
  },
  {
    id: 'share-on-first',
    title: 'First token’s share',
    unit: 'of all weight spent on the text',
    style: SHARE,
    fromZero: true,
    ticks: shareTick,
    of: (_data, group) => measuredNumber(group, 'share-on-first'),
  },
  {
    id: 'loss',
    title: 'Validation loss',
    unit: 'nats a token',
    style: NATS,
    fromZero: false,
    of: (data, group) => ({ ...estimateOf(group, 'validationLoss'), seeds: seedValues(data, group, 'validationLoss') }),
  },
  {
    id: 'weight-on-text',
    title: 'Weight spent on the text',
    unit: 'sum of a query’s weights',
    style: SHARE,
    fromZero: true,
    of: (_data, group) => measuredNumber(group, 'weight-on-text'),
  },
  {
    id: 'mean-change',
    title: 'Mixing',
    unit: 'relative change of states',
    style: FRACTION,
    fromZero: true,
    of: (_data, group) => measuredNumber(group, 'mean-change/with'),
    ofMasked: (group) => measuredNumber(group, 'mean-change/masked'),
  },
  {
    id: 'effective-rank',
    title: 'Effective rank',
    unit: 'of the last states',
    style: RANK,
    fromZero: true,
    of: (_data, group) => measuredNumber(group, 'effective-rank/with'),
    ofMasked: (group) => measuredNumber(group, 'effective-rank/masked'),
  },
];

export const alternatives: Figure = {
  id: 'alternatives',
  experiment: 'alternatives',
  title: 'Attention that need not sum to one',
  question: 'Does a model that may attend to nothing still attend to its first token?',
  caption,
  description,
  reading,
  panels,
  grid: (_data, layout) => GRID[layout],
  table,
};

const GRID: Record<Layout, Partial<Grid>> = {
  narrow: { columns: 2, gutter: 14 },
  medium: { columns: 3, gutter: 18 },
  wide: { columns: 3, gutter: 26 },
};

/** Kinds from the one that sinks hardest to the one that does least, softmax first. */
function read(data: ExperimentResult): { id: string; label: string; group: Group; colour: Colour }[] {
  const rate = ({ id }: Group) => (id === REFERENCE ? 2 : estimateOf(groupOf(data, id), 'sinkRate-0.3').mean);
  return [...data.groups]
    .sort((a, b) => rate(b) - rate(a))
    .map((group) => ({
      id: group.id,
      label: group.label,
      group,
      colour: group.id === REFERENCE ? 'second' : 'first',
    }));
}

/** A row is one high: the kind's name above, its estimate below. */
const ROW = { height: 42, name: 0.3, estimate: 0.68 };
const MARGINS = { marginTop: 6, marginBottom: 34, marginLeft: 2, marginRight: 14 };

function panels(data: ExperimentResult): Panel[] {
  const kinds = read(data);
  const reference = groupOf(data, REFERENCE);
  return MEASURES.map(({ title, unit, fromZero, ticks, of, ofMasked }): Panel => {
    const rows = kinds.map((kind, row) => ({
      ...kind,
      row,
      y: row + ROW.estimate,
      estimate: of(data, kind.group),
      masked: ofMasked?.(kind.group),
    }));
    type Row = (typeof rows)[number];
    const inColour = { value: ({ colour: name }: Row) => colour(name), scale: null };
    const estimates = rows.flatMap(({ estimate, masked }) => (masked ? [estimate, masked] : [estimate]));
    const values = estimates.flatMap(({ low, high, seeds }) => [low, high, ...seeds]);
    const [low, high] = [fromZero ? Math.min(0, ...values) : Math.min(...values), Math.max(...values)];
    const room = 0.06 * (high - low || 1);
    const marks = rows.flatMap(({ y, estimate, masked, colour: name }) => [
      ...(masked ? estimateOnRow(masked, { y, name, hollow: true }) : []),
      ...estimateOnRow(estimate, { y, name, hollow: false }),
    ]);
    return {
      title,
      unit,
      plotHeight: ROW.height * kinds.length + MARGINS.marginTop + MARGINS.marginBottom,
      options: {
        ...MARGINS,
        x: {
          domain: [fromZero ? low : low - room, ticks === percentTick ? 1 : high + room],
          ticks: 3,
          ...(ticks && { tickFormat: ticks }),
          ...AXIS,
          label: null,
        },
        y: {
          domain: [0, kinds.length],
          range: [MARGINS.marginTop, MARGINS.marginTop + ROW.height * kinds.length],
          axis: null,
        },
        marks: [
          Plot.gridX({ stroke: colour('rule'), strokeOpacity: 1, ticks: 3 }),
          Plot.ruleX([of(data, reference).mean], { stroke: colour('second'), strokeDasharray: '2 3' }),
          ...marks,
          Plot.text(
            rows.slice(0, 1).filter(({ masked }) => masked),
            {
              x: ({ masked }: Row) => masked!.mean,
              y: 'y',
              text: () => 'masked',
              dy: -13,
              fill: inColour,
              ...halo,
            },
          ),
          Plot.text(rows, {
            y: ({ row }: Row) => row + ROW.name,
            text: 'label',
            frameAnchor: 'left',
            textAnchor: 'start',
            fill: colour('ink'),
            ...halo,
          }),
        ],
      },
    };
  });
}

function estimateOnRow(
  { mean, low, high, seeds }: SeedEstimate,
  { y, name, hollow }: { y: number; name: Colour; hollow: boolean },
): Plot.Markish[] {
  const at = { y: () => y };
  return [
    Plot.dot(seeds, { ...at, x: (seed: number) => seed, dy: 7, r: 1.5, fill: colour(name), fillOpacity: 0.55 }),
    Plot.ruleY([{ low, high }], { ...at, x1: 'low', x2: 'high', stroke: colour(name), strokeWidth: 2.25 }),
    hollow
      ? Plot.dot([mean], {
          ...at,
          x: (value: number) => value,
          r: 4.5,
          fill: colour('paper'),
          stroke: colour(name),
          strokeWidth: 1.5,
        })
      : Plot.dot([mean], { ...at, x: (value: number) => value, r: 3.25, fill: colour(name) }),
  ];
}

function caption(data: ExperimentResult): string {
  const seeds = runsOf(data, groupOf(data, REFERENCE)).length;
  return (
    `A row a kind of attention, softmax (vermilion, and the dotted line) first, then by sink rate. Discs are means of ${seeds} seeds with 95\u202f% intervals, specks the seeds. ` +
    `In the last two panels a ring is the same model with attention to the first token masked: the further from its disc, the more the first token held mixing back.`
  );
}

function description(data: ExperimentResult): string {
  const [rate, share, loss] = MEASURES;
  const sentences = read(data).map(({ label, group }) => {
    const of = (measure: Measure | undefined) => withInterval(measure!.of(data, group), measure!.style);
    return `${label}: sink rate ${of(rate)}, first token’s share ${of(share)}, loss ${of(loss)}`;
  });
  return `Dot charts of six measures, a row a kind of attention. Of ${sentences.join('; ')}.`;
}

function reading(data: ExperimentResult): string[] {
  const labels = read(data)
    .filter(({ id }) => id !== REFERENCE)
    .map(({ label }) => label);
  return [
    `Rows. Softmax must put all its weight somewhere in the text. The others (${labels.join(', ')}) may spend it elsewhere, or less of it, or switch a head’s output off.`,
    'Sink rate and first token’s share. The sink rate counts heads whose weight on the first token exceeds the threshold; where weights do not sum to one it can fall merely because all weights are smaller, so the second panel gives the first token’s share of what is spent on the text.',
    'Weight spent on the text. One where weights must sum to one. Less where some of it goes to a place that holds nothing, or nowhere; weights that are not normalised may also add up to more.',
    'Mixing. How much the last states behind a token change, relative to their norm, when that token is exchanged. A ring is measured with attention to the first token masked.',
    'Effective rank. In how many directions the last states differ: a low one means that they have grown alike.',
  ];
}

function table(data: ExperimentResult): Table {
  return {
    columns: [
      { id: 'attention', label: 'Attention' },
      ...MEASURES.flatMap(({ id, title, ofMasked }) => [
        ...estimateColumns(id, title),
        ...(ofMasked ? estimateColumns(`${id}-masked`, `${title}, ${MASKED}`) : []),
      ]),
    ],
    rows: read(data).map(({ label, group }) => [
      label,
      ...MEASURES.flatMap(({ of, ofMasked }) => [
        ...estimateCells(of(data, group)),
        ...(ofMasked ? estimateCells(ofMasked(group)) : []),
      ]),
    ]),
  };
}
