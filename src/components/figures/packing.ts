/**
 * Six ways of packing documents and placing `<bos>`, each model read with `<bos>` before the text and without: its sink
 * rate and what leaving `<bos>` out costs; the paper's table 2 below each, marked.
 */
import * as Plot from '@observablehq/plot';
import { formatDigits } from '../../content/number-format.ts';
import { type PaperReading, paperReading } from '../../paper/packing-rows.ts';
import { PACKING_TABLE, PAPER_STATEMENTS } from '../../paper/paper.ts';
import type { Estimate, ExperimentResult } from '../../results/schema.ts';
import type { Cell, Figure, Grid, Layout, Panel, Table } from './figure.ts';
import { AXIS, halo } from './marks.ts';
import { type Colour, colour } from './palette.ts';
import { groupOf, measuredNumber } from './read-results.ts';
import { estimateCells, estimateColumns, NATS, PERCENT, percentTick, withInterval } from './written.ts';

const MASKS = [
  { id: 'causal', title: 'Causal mask', name: 'under a causal mask' },
  { id: 'document', title: 'Intra-document mask', name: 'under an intra-document mask' },
] as const;

/** Where `<bos>` stood in training. */
const PLACES = [
  { id: 'none', label: 'no <bos>', name: 'without <bos>' },
  { id: 'document', label: '<bos> at document starts', name: 'with <bos> at document starts' },
  { id: 'fixed', label: '<bos> fixed', name: 'with <bos> fixed' },
] as const;

const WAYS = ['with', 'without'] as const;
type Way = (typeof WAYS)[number];

const OURS: Colour = 'first';
const PAPERS: Colour = 'second';

export const packing: Figure = {
  id: 'packing',
  experiment: 'packing',
  title: 'How documents are packed, and where <bos> stands',
  question: 'Does the sink need <bos>, and what happens to a model when it is taken away?',
  caption,
  description,
  reading,
  panels,
  grid: (_data, layout) => GRID[layout],
  table,
};

const GRID: Record<Layout, Partial<Grid>> = {
  narrow: { columns: 1 },
  medium: { columns: 2, gutter: 20 },
  wide: { columns: 2, gutter: 40 },
};

function read(data: ExperimentResult) {
  return MASKS.map((mask) => ({
    ...mask,
    places: PLACES.map((place) => {
      const group = groupOf(data, `${mask.id}-${place.id}`);
      const measured = (name: string) =>
        Object.fromEntries(WAYS.map((way) => [way, measuredNumber(group, `${way}/${name}`)])) as Record<
          Way,
          Estimate & { seeds: number[] }
        >;
      return {
        ...place,
        sinkRate: measured('sink-rate-0.3'),
        loss: measured('loss'),
        lossRise: measuredNumber(group, 'loss-rise'),
        paper: Object.fromEntries(WAYS.map((way) => [way, paperReading(group.id, way)])) as Record<
          Way,
          PaperReading | undefined
        >,
      };
    }),
  }));
}

/** The rise of the paper's loss when `<bos>` is left out, where it reads the model both ways. */
function paperRise({ with: before, without: after }: Record<Way, PaperReading | undefined>): number | undefined {
  return before && after && after.loss - before.loss;
}

type Place = ReturnType<typeof read>[number]['places'][number];

/** A row is one high: its name, our lane, the paper's lane. */
const LANES = { name: 0.15, ours: 0.52, paper: 0.8 };
const ROW_HEIGHT = 74;
const MARGINS = { marginTop: 4, marginBottom: 34, marginLeft: 50, marginRight: 22 };

function panels(data: ExperimentResult): Panel[] {
  const masks = read(data);
  const rises = masks.flatMap(({ places }) =>
    places.flatMap(({ lossRise, paper }) => [lossRise.low, lossRise.high, ...lossRise.seeds, paperRise(paper) ?? 0]),
  );
  const riseDomain: [number, number] = [Math.floor(2 * Math.min(0, ...rises)) / 2, Math.ceil(Math.max(...rises))];
  return masks.flatMap(({ title, places }, index) => [
    ratePanel(`${title}: sink rate`, places, index === 0),
    risePanel(`${title}: loss`, places, riseDomain),
  ]);
}

/** One mark of a lane; several make a lane. */
interface Spot {
  at: number;
  y: number;
  name: Colour;
  text?: string;
}

const inColour = { value: ({ name }: Spot) => colour(name), scale: null };

function ratePanel(title: string, places: readonly Place[], first: boolean): Panel {
  const spots = (way: Way) =>
    places.flatMap(({ sinkRate, paper }, row): Spot[] => {
      const theirs = paper[way];
      return [
        { at: sinkRate[way].mean, y: row + LANES.ours, name: OURS },
        ...(theirs ? [{ at: theirs.sinkRate, y: row + LANES.paper, name: PAPERS }] : []),
      ];
    });
  const [before, after] = [spots('with'), spots('without')];
  const links = before.flatMap((spot) => {
    const end = after.find(({ y }) => y === spot.y);
    return end ? [{ ...spot, end: end.at }] : [];
  });
  return rowsPanel({
    title,
    unit: 'share of heads above ε = 0.3; paper: ε not stated',
    x: { domain: [0, 1], ticks: 4, tickFormat: percentTick },
    places,
    hasPaper: (paper) => WAYS.some((way) => paper[way]),
    marks: [
      Plot.link(links, { x1: 'at', x2: 'end', y: 'y', stroke: inColour, strokeWidth: 1.25, strokeOpacity: 0.75 }),
      ...places.flatMap(({ sinkRate }, row) => WAYS.flatMap((way) => intervalMarks(sinkRate[way], row + LANES.ours))),
      // Discs are smaller and stand above, so that both are seen where they meet.
      ...spotMarks(after, true),
      ...spotMarks(before, false),
      ...(first ? keyMarks() : []),
    ],
  });
}

/** What discs and rings are, said once, beside the first row's name. */
function keyMarks(): Plot.Markish[] {
  const at = { frameAnchor: 'right', y: () => LANES.name } as const;
  const text = (words: string, dx: number) =>
    Plot.text([words], { ...at, text: [words], textAnchor: 'end', dx, fill: colour(OURS), ...halo });
  return [
    text('read with <bos>', -76),
    Plot.dot(['with'], { ...at, dx: -172, r: DISC.r, fill: colour(OURS) }),
    text('without', 0),
    Plot.dot(['without'], { ...at, dx: -54, ...RING, stroke: colour(OURS) }),
  ];
}

function risePanel(title: string, places: readonly Place[], domain: [number, number]): Panel {
  const spots = places.flatMap(({ lossRise, paper }, row): Spot[] => {
    const theirs = paperRise(paper);
    return [
      { at: lossRise.mean, y: row + LANES.ours, name: OURS },
      ...(theirs === undefined ? [] : [{ at: theirs, y: row + LANES.paper, name: PAPERS }]),
    ];
  });
  return rowsPanel({
    title,
    unit: 'nats that it rises by when <bos> is left out',
    x: { domain, ticks: 5 },
    places,
    hasPaper: (paper) => paperRise(paper) !== undefined,
    marks: [
      Plot.ruleX([0], { stroke: colour('muted') }),
      Plot.link(spots, { x1: 0, x2: 'at', y: 'y', stroke: inColour, strokeWidth: 1.25, strokeOpacity: 0.75 }),
      ...places.flatMap(({ lossRise }, row) => intervalMarks(lossRise, row + LANES.ours)),
      ...spotMarks(spots, false),
      Plot.text(spots, {
        x: 'at',
        y: 'y',
        text: ({ at }: Spot) => `${at < 0 ? '' : '+'}${formatDigits(at, NATS)}`,
        textAnchor: 'start',
        dx: 9,
        fill: inColour,
        ...halo,
      }),
    ],
  });
}

interface Rows {
  title: string;
  unit: string;
  x: Plot.ScaleOptions;
  places: readonly Place[];
  /** Whether the paper's table has what the panel shows of a row. */
  hasPaper(paper: Place['paper']): boolean;
  marks: readonly Plot.Markish[];
}

/** Rows named above their lanes, the lanes at the left edge: ours, and the paper's where it has one. */
function rowsPanel({ title, unit, x, places, hasPaper, marks }: Rows): Panel {
  const lanes = places.flatMap(({ paper }, row): Spot[] => [
    { at: 0, y: row + LANES.ours, name: OURS, text: 'ours' },
    ...(hasPaper(paper) ? [{ at: 0, y: row + LANES.paper, name: PAPERS, text: 'paper' }] : []),
  ]);
  const atLeft = { frameAnchor: 'left', textAnchor: 'end', dx: -8 } as const;
  return {
    title,
    unit,
    plotHeight: ROW_HEIGHT * places.length + MARGINS.marginTop + MARGINS.marginBottom,
    options: {
      ...MARGINS,
      x: { ...AXIS, label: null, ...x },
      y: {
        domain: [0, places.length],
        range: [MARGINS.marginTop, MARGINS.marginTop + ROW_HEIGHT * places.length],
        axis: null,
      },
      marks: [
        Plot.gridX({ stroke: colour('rule'), strokeOpacity: 1, ticks: 4 }),
        Plot.ruleY(places.slice(1), {
          y: (_place: Place, i: number) => i + 1,
          stroke: colour('rule'),
          insetLeft: -MARGINS.marginLeft,
        }),
        ...marks,
        Plot.text(places, {
          y: (_place: Place, row: number) => row + LANES.name,
          text: 'label',
          frameAnchor: 'left',
          textAnchor: 'start',
          dx: 4 - MARGINS.marginLeft,
          fill: colour('ink'),
          ...halo,
        }),
        Plot.text(lanes, { ...atLeft, y: 'y', text: 'text', fill: inColour }),
      ],
    },
  };
}

/** Ours: the interval, and the seeds below it. */
function intervalMarks({ low, high, seeds }: Estimate & { seeds: readonly number[] }, y: number): Plot.Markish[] {
  return [
    Plot.ruleY([{ low, high }], { x1: 'low', x2: 'high', y: () => y, stroke: colour(OURS), strokeWidth: 2.5 }),
    Plot.dot(seeds, { x: (seed: number) => seed, y: () => y, dy: 8, r: 1.5, fill: colour(OURS), fillOpacity: 0.55 }),
  ];
}

const DISC = { r: 3 };
const RING = { r: 4.5, fill: colour('paper'), strokeWidth: 1.5 };

/** Ours are round, the paper's square; without `<bos>` they are hollow. */
function spotMarks(spots: readonly Spot[], hollow: boolean): Plot.Markish[] {
  const look = hollow ? { ...RING, stroke: inColour } : { ...DISC, fill: inColour };
  return ([OURS, PAPERS] as const).map((name) =>
    Plot.dot(
      spots.filter((spot) => spot.name === name),
      { x: 'at', y: 'y', symbol: name === OURS ? 'circle' : 'square', ...look },
    ),
  );
}

function caption(data: ExperimentResult): string {
  const { sinkRate } = read(data)[0]!.places[0]!;
  return (
    `Six models by mask and place of <bos> in training, each read with <bos> before the text (discs) and without it (rings). ` +
    `Blue, ours: means of ${sinkRate.with.seeds.length} seeds with 95\u202f% intervals, the seeds as specks below. Vermilion squares: the paper’s ${PACKING_TABLE.place}, where it has the row. ` +
    `The other panels show what leaving <bos> out adds to the loss; only that rise can be compared, since the two losses are of other texts and vocabularies.`
  );
}

function description(data: ExperimentResult): string {
  const sentences = read(data).flatMap(({ name, places }) =>
    places.map((place) => {
      const { sinkRate, lossRise } = place;
      return `${place.name} ${name}: sink rate ${withInterval(sinkRate.with, PERCENT)} with <bos>, ${withInterval(sinkRate.without, PERCENT)} without, loss rise ${withInterval(lossRise, NATS)}`;
    }),
  );
  return `Dot charts of six models read in two ways. Trained ${sentences.join('; ')}. The paper’s numbers are in the table below.`;
}

function reading(): string[] {
  return [
    'Sink rate. A disc is the model read with <bos> before the text, the ring the same model on the same text without it; the line between them is what <bos> does. Where they part, the sink hung on <bos>; where they meet, whatever stands first takes its place.',
    'Loss. Nats by which the loss rises when <bos> is left out, over the same tokens. Near zero the model does as well without; far to the right it breaks.',
    `The paper. Its ${PACKING_TABLE.place} has nine of the twelve readings, of models of ${PAPER_STATEMENTS['packing/parameters'].text} parameters; it does not say at which threshold its sink rate was counted, nor where <bos> stood in the causal model whose <bos> was not fixed: it stands here beside our model with <bos> at document starts.`,
    'Where <bos> was never seen. Models trained without <bos> are read with it too, for completeness: to them it is a token that they have never met, so these discs say little.',
  ];
}

function table(data: ExperimentResult): Table {
  const rows = read(data).flatMap(({ title, places }) =>
    places.flatMap(({ label, sinkRate, loss, paper }) =>
      WAYS.map((way): Cell[] => [
        `${title}, ${label}`,
        way === 'with' ? 'with <bos>' : 'without',
        ...estimateCells(sinkRate[way]),
        ...estimateCells(loss[way]),
        paper[way]?.sinkRate ?? null,
        paper[way]?.loss ?? null,
      ]),
    ),
  );
  return {
    columns: [
      { id: 'training', label: 'Trained' },
      { id: 'read', label: 'Read' },
      ...estimateColumns('sink-rate', 'Sink rate, ε = 0.3'),
      ...estimateColumns('loss', 'Loss (nats)'),
      { id: 'paper-sink-rate', label: 'The paper’s sink rate' },
      { id: 'paper-loss', label: 'The paper’s loss' },
    ],
    rows,
  };
}
