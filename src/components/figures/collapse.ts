/**
 * When states become alike: the distance of the last two states of a repeated token, and rank and residual of all states
 * by depth, with the sink and without, trained and untrained.
 */
import type { ExperimentResult } from '../../results/schema.ts';
import { chartTable } from './chart-table.ts';
import { type Curve, type CurveChart, curvePanel, curvePoints, domainOf, logTicks } from './curves.ts';
import type { Figure, Panel } from './figure.ts';
import { measuredTable } from './measured-tables.ts';
import { measuredList, measuredNumber, quotedNumber } from './read-results.ts';
import { REMOVALS_EXPLAINED, removalsOf } from './removal.ts';
import { type Style, withInterval, written } from './written.ts';

const DISTANCE: Style = { format: 'fraction', digits: 3 };
const RANK: Style = { format: 'fraction', digits: 1 };

export const collapse: Figure = {
  id: 'collapse',
  experiment: 'collapse',
  title: 'When states become alike',
  question:
    'Without the sink, do the states of different tokens collapse: the last two of a repetition, or all of a text?',
  caption,
  description,
  reading,
  panels: (data): Panel[] => charts(data).map(curvePanel),
  table: (data) => chartTable(charts(data)),
};

type State = 'trained' | 'initial';

/** Distance of the last two states after the last block, by the number of repetitions. */
function repetitionChart(data: ExperimentResult, state: State, title: string): CurveChart {
  const curves = removalsOf(data).map((removal): Curve => {
    const { group, condition } = removal;
    const counts = measuredList(group, 'suffix-counts').map(({ mean }) => mean);
    const distances = measuredTable(group, `${state}/suffix-distance/${condition}`);
    return { ...removal, points: curvePoints(counts, distances.at(-1)!) };
  });
  const longest = curves[0]!.points.at(-1)!.x;
  return {
    title,
    unit: 'distance of the last two states, relative, log scale',
    axis: 'repetitions',
    x: {
      type: 'log',
      base: 2,
      ticks: [2, 4, 8, 16, 32].filter((tick) => tick <= longest),
      tickFormat: String,
      label: 'repetitions of one token',
    },
    y: { type: 'log' },
    curves,
  };
}

/** A measure by depth: over the text's states, or over all with the first token's. */
function depthChart(
  data: ExperimentResult,
  measure: 'effective-rank' | 'residual',
  rows: 'text' | 'all',
  { title, unit }: { title: string; unit: string },
): CurveChart {
  const removals = removalsOf(data);
  const curveOf =
    (state: State) =>
    (removal: (typeof removals)[number]): Curve => {
      const depths = measuredList(removal.group, `${state}/${measure}/${removal.condition}/${rows}`);
      const places = depths.map((_, i) => i);
      return { ...removal, points: curvePoints(places, depths) };
    };
  const untrained: Curve = {
    ...curveOf('initial')(removals[0]!),
    name: 'untrained, with the first token',
    label: 'untrained',
    colour: 'muted',
    dashed: true,
  };
  const curves = [...removals.map(curveOf('trained')), untrained];
  const depths = curves[0]!.points.map(({ x }) => x);
  return {
    title,
    unit,
    axis: 'blocks passed',
    x: { ticks: depths, tickFormat: String, label: 'after block' },
    y: {},
    curves,
  };
}

/** Charts of one measure on one scale, so that they can be compared. */
function onOneScale(charts: readonly CurveChart[], logarithmic = false): CurveChart[] {
  const [low, high] = domainOf(charts.flatMap(({ curves }) => curves));
  const y = logarithmic ? { domain: [low, high], ticks: logTicks(low, high) } : { domain: [low, high], nice: true };
  return charts.map((chart) => ({ ...chart, y: { ...chart.y, ...y } }));
}

function charts(data: ExperimentResult): CurveChart[] {
  const rank = 'effective rank';
  const residual = 'residual to the mean state, relative';
  return [
    ...onOneScale(
      [
        repetitionChart(data, 'trained', 'A token again and again, trained'),
        repetitionChart(data, 'initial', 'The same, untrained'),
      ],
      true,
    ),
    ...onOneScale([
      depthChart(data, 'effective-rank', 'text', { title: 'Rank of the text’s states', unit: rank }),
      depthChart(data, 'effective-rank', 'all', { title: 'The same, first token included', unit: rank }),
    ]),
    ...onOneScale([
      depthChart(data, 'residual', 'text', { title: 'Spread of the text’s states', unit: residual }),
      depthChart(data, 'residual', 'all', { title: 'The same, first token included', unit: residual }),
    ]),
  ];
}

/** The numbers after the last block that decide, of every way. */
function finals(data: ExperimentResult, measure: string) {
  return removalsOf(data).map(({ group, condition, name }) => ({
    name,
    estimate: measuredNumber(group, `trained/final/${measure}/${condition}`),
  }));
}

function caption(data: ExperimentResult): string {
  const list = (measure: string, style: Style) =>
    finals(data, measure)
      .map(({ name, estimate }) => `${written(estimate.mean, style)} ${name}`)
      .join('; ');
  return (
    'Top: how far the last two states are apart after a short text and one token repeated, after the last block. Below: ' +
    'effective rank of all states of a window, and what is left of them when their mean is taken away, block by block; ' +
    `means over ${quotedNumber(data, 'windows')} held-out windows and the seeds, with 95\u202f% bands. At the longest ` +
    `repetition (${quotedNumber(data, 'longest-suffix')}) the distance is ${list('suffix-distance', DISTANCE)}. ` +
    'The paper defines both kinds of collapse (equations 1 and 2) and measures neither; the numbers are ours.'
  );
}

function description(data: ExperimentResult): string {
  const list = (measure: string, style: Style) =>
    finals(data, measure)
      .map(({ name, estimate }) => `${name} ${withInterval(estimate, style)}`)
      .join('; ');
  return (
    'Six line charts: distance of the last two states by number of repetitions, trained and untrained; effective rank ' +
    'and residual to the mean by block, without and with the first token’s own state. Distance at the longest ' +
    `repetition: ${list('suffix-distance', DISTANCE)}. Effective rank after the last block: ` +
    `${list('effective-rank', RANK)}. Residual: ${list('residual', DISTANCE)}.`
  );
}

function reading(data: ExperimentResult): string[] {
  return [
    'A token again and again. Equation 2 of the paper: the norm of the difference of the last two states, here over the norm of the last. Both axes are logarithmic. A line that falls says that the model tells fewer and fewer repetitions apart; collapse without the sink would be a curve below the blue one. Untrained models show what the architecture does by itself.',
    'Rank. Effective rank is e to the entropy of the singular values over their sum: the number of directions in use, were all used alike. It is taken of the text’s states alone, and again with the first token’s state among them: where that state is very large, it alone makes the rank look small, and says nothing about the text.',
    'Spread. Equation 1 of the paper: the Frobenius norm of the states less their mean, here over the norm of the states. 0 where all states are the same, 1 where their mean is nothing.',
    REMOVALS_EXPLAINED,
    `What the figure cannot show. Models of few blocks and contexts of some ${quotedNumber(data, 'longest-prefix') + 3} tokens are far from the depth and length at which collapse is feared, so that little of it here says little about large ones.`,
  ];
}
