/**
 * How far the exchange of one token reaches: the change of every state by layer and distance, with the sink and without,
 * on one scale of shades; and the same after the last layer as curves.
 */

import * as Plot from '@observablehq/plot';
import type { Estimate, ExperimentResult } from '../../results/schema.ts';
import { type Curve, type CurveChart, curvePanel, curvePoints, logTicks } from './curves.ts';
import type { Cell, Figure, Layout, Panel, Readout, Table } from './figure.ts';
import { heatMapPanel, type ShadeScale } from './heat-map.ts';
import { measuredTable } from './measured-tables.ts';
import { colour } from './palette.ts';
import { measuredList, measuredNumber, quotedNumber } from './read-results.ts';
import { REMOVALS_EXPLAINED, type RemovalOfGroup, removalsOf } from './removal.ts';
import { estimateCells, estimateColumns, type Style, withInterval, written } from './written.ts';

const CHANGE: Style = { format: 'fraction', digits: 3 };
const AXIS_NAME = 'tokens behind the exchanged one';

export const perturbation: Figure = {
  id: 'perturbation',
  experiment: 'perturbation',
  title: 'How far one exchanged token reaches',
  question: 'When one token of a text is exchanged, do the states behind it move less where there is a sink?',
  caption,
  description,
  reading,
  panels,
  grid: (_, layout) => (layout === 'wide' ? { plotHeight: 210 } : {}),
  readout,
  table,
};

interface Spread extends RemovalOfGroup {
  /** (L, distances): after each block, from the first token behind the exchanged one on. */
  change: Estimate[][];
  /** (L): mean over those tokens. */
  mean: Estimate[];
}

/** Before the first block only the exchanged token itself has changed, so that depth is left out. */
function read(data: ExperimentResult): { spreads: Spread[]; distances: number[]; layers: number[] } {
  const spreads = removalsOf(data).map((removal) => ({
    ...removal,
    change: measuredTable(removal.group, `change/${removal.condition}`)
      .slice(1)
      .map((row) => row.slice(1)),
    mean: measuredList(removal.group, `change-behind/${removal.condition}`).slice(1),
  }));
  const [{ change }] = spreads as [Spread];
  return { spreads, distances: change[0]!.map((_, i) => i + 1), layers: change.map((_, i) => i + 1) };
}

/** One logarithmic scale for all maps, from the least to the greatest change. */
function shadesOf(spreads: readonly Spread[]): ShadeScale {
  const values = spreads.flatMap(({ change }) => change.flat().map(({ mean }) => mean));
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return {
    height: (value) => Math.log(value / low) / Math.log(high / low),
    ticks: logTicks(low, high).map((value) => ({ value, text: String(value) })),
  };
}

/** The value of the line that is drawn through all maps: of the scale's, the nearest to the mean change with the sink. */
function contourOf([withSink]: readonly Spread[], { ticks }: ShadeScale): number {
  const mean = withSink!.mean.at(-1)!.mean;
  const gap = (value: number) => Math.abs(Math.log(value / mean));
  return ticks.map(({ value }) => value).reduce((best, value) => (gap(value) < gap(best) ? value : best));
}

/** How far from the exchanged token the change of each layer first falls below a value: one step a layer. */
function contourMark({ change }: Spread, value: number): Plot.Markish {
  const corners = change.flatMap((row, layer) => {
    const first = row.findIndex(({ mean }) => mean < value);
    const x = (first === -1 ? row.length : first) + 0.5;
    return [
      [x, layer + 0.5],
      [x, layer + 1.5],
    ];
  });
  return Plot.line(corners, { stroke: colour('ink'), strokeWidth: 1.5 });
}

function curves(spreads: readonly Spread[], points: (spread: Spread) => Curve['points']): Curve[] {
  return spreads.map((spread) => ({ ...spread, points: points(spread) }));
}

function charts(data: ExperimentResult): [CurveChart, CurveChart] {
  const { spreads, distances, layers } = read(data);
  return [
    {
      title: 'After the last layer',
      unit: 'relative change of the state, log scale',
      axis: AXIS_NAME,
      x: { domain: [0.5, distances.length + 0.5], label: AXIS_NAME, ticks: 5 },
      y: { type: 'log' },
      curves: curves(spreads, ({ change }) => curvePoints(distances, change.at(-1)!)),
    },
    {
      title: 'Layer by layer',
      unit: 'mean relative change of all states behind',
      axis: 'layer',
      x: { domain: [1, layers.length], ticks: layers, tickFormat: String, label: 'after layer' },
      y: { zero: true, nice: true },
      curves: curves(spreads, ({ mean }) => curvePoints(layers, mean)),
    },
  ];
}

function panels(data: ExperimentResult, { layout }: { layout: Layout }): Panel[] {
  const { spreads, distances, layers } = read(data);
  const shades = shadesOf(spreads);
  const contour = contourOf(spreads, shades);
  const maps = spreads.map((spread) =>
    heatMapPanel({
      title: spread.title,
      unit: `layer; shade: relative change, line: ${contour}`,
      x: { label: AXIS_NAME },
      y: { ticks: layers, tickFormat: String },
      cells: spread.change.map((row) => row.slice(0, distances.length).map(({ mean }) => mean)),
      origin: { x: 1, y: 1 },
      shades,
      above: [contourMark(spread, contour)],
      plotHeight: layout === 'wide' ? 170 : 150,
    }),
  );
  return [...maps, ...charts(data).map(curvePanel)];
}

function caption(data: ExperimentResult): string {
  const { spreads } = read(data);
  const means = spreads.map(({ name, mean }) => `${written(mean.at(-1)!.mean, CHANGE)} ${name}`);
  return (
    `One token, the ${quotedNumber(data, 'position')}th of its window, is exchanged for another in ` +
    `${quotedNumber(data, 'windows')} held-out windows. Maps: how far the states behind it move, relative to their ` +
    'norm, by layer and distance; all on one logarithmic scale of shades, the darker the farther; the line is where the change first falls below one value, the same in all. Curves: means over ' +
    `the seeds with 95\u202f% bands. Mean change after the last layer: ${means.join('; ')}. The paper shows such maps of ` +
    'Gemma 7B and one prompt (figure 2) and gives no numbers; these are ours.'
  );
}

function description(data: ExperimentResult): string {
  const { spreads } = read(data);
  const means = spreads.map(({ name, mean }) => `${name} ${withInterval(mean.at(-1)!, CHANGE)}`);
  return (
    'Four heat maps of layers against distances behind an exchanged token, and two line charts, of the change after the ' +
    'last layer by distance and of the mean change by layer. Mean relative change after the last layer: ' +
    `${means.join('; ')}. The table below holds the change after the last layer at every distance.`
  );
}

function reading(data: ExperimentResult): string[] {
  const { spreads } = read(data);
  const [withSink] = spreads as [Spread];
  const loss = ({ group, condition }: RemovalOfGroup) => measuredNumber(group, `loss/${condition}`).mean;
  const losses = spreads.map((spread) => `${spread.label} ${loss(spread).toFixed(2)}`).join(', ');
  return [
    'The maps. Each cell is the L2 norm of what a state moved over the norm of the state, averaged over windows and seeds. Rows are layers, the last on top; columns are the tokens behind the exchanged one, nearest first. The exchanged token itself is left out, since its change is large everywhere.',
    'The curves. The top row of each map, with intervals, and the mean of every row. If a sink slows mixing, the blue curve lies below the others; where bands do not overlap, more seeds would hardly turn it round.',
    REMOVALS_EXPLAINED,
    `What the figure cannot show. A model from which the sink is taken also predicts worse or better (loss in nats: ${losses}), and part of what moves may be that. Change is relative: states of another size, at the same shift, give another change. The models have ${withSink.change.length} layers and short contexts, where the paper has Gemma 7B.`,
  ];
}

function readout(data: ExperimentResult): Readout {
  const { spreads, distances } = read(data);
  const last = spreads.length;
  return {
    axis: 'Tokens behind the exchanged one',
    positions: distances,
    // The maps have the same axis, so the hairline runs through them too.
    panels: [...spreads.keys(), last],
    series: spreads.map(({ name, colour: of, change }) => ({
      panel: last,
      label: name,
      colour: colour(of),
      values: change.at(-1)!.map(({ mean }) => mean),
      texts: change.at(-1)!.map(({ mean }) => written(mean, CHANGE)),
    })),
  };
}

function table(data: ExperimentResult): Table {
  const { spreads, distances } = read(data);
  return {
    columns: [
      { id: 'distance', label: 'Tokens behind' },
      ...spreads.flatMap(({ name }, i) => estimateColumns(`change-${i + 1}`, `Change, ${name}`)),
    ],
    rows: distances.map((distance, d): Cell[] => [
      distance,
      ...spreads.flatMap(({ change }) => estimateCells(change.at(-1)![d]!)),
    ]),
  };
}
