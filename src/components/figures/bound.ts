/**
 * Theorem 3.2 against the truth: exact sensitivity beside its bounds by distance, how loose they are, whether their order
 * agrees, and what the sink does to both.
 */
import type { Estimate, ExperimentResult, Group } from '../../results/schema.ts';
import { chartTable } from './chart-table.ts';
import { type Curve, type CurveChart, curvePanel, curvePoints, level } from './curves.ts';
import { type DotChart, dotPanel } from './dot-rows.ts';
import type { Figure, Panel } from './figure.ts';
import { measuredTable } from './measured-tables.ts';
import type { Colour } from './palette.ts';
import { groupOf, measuredList, measuredNumber, quotedNumber } from './read-results.ts';
import { REMOVALS_EXPLAINED, removalsOf } from './removal.ts';
import { SHARE, type Style, shareTick, withInterval, written } from './written.ts';

const DECADES: Style = { format: 'fraction', digits: 1 };
const FACTOR: Style = { format: 'ratio', digits: 2 };
const AXIS_NAME = 'tokens between input and output';

export const bound: Figure = {
  id: 'bound',
  experiment: 'bound',
  title: 'The bound and the truth',
  question:
    'How near does the over-squashing bound come to exact derivatives, does its order agree, and does the sink lower both?',
  caption,
  description,
  reading,
  panels,
  table: (data) => chartTable(Object.values(charts(data))),
};

/** What is compared: the truth first. */
const KINDS = [
  { kind: 'exact', name: 'exact norm of the Jacobian', label: 'exact', colour: 'first' },
  { kind: 'local', name: 'bound with one constant a token', label: 'local', colour: 'third' },
  { kind: 'uniform', name: 'bound of the theorem’s form, one constant a block', label: 'theorem', colour: 'second' },
] as const satisfies { kind: string; name: string; label: string; colour: Colour }[];

interface Charts {
  exactAndBounds: CurveChart;
  withAndWithout: CurveChart;
  looseness: CurveChart;
  order: CurveChart;
  lastOrder: DotChart;
  sink: DotChart;
}

/** By distance after the last block; the first entry is a token's answer to itself, and is left out. */
function byDistance(group: Group, name: string): Curve['points'] {
  const distances = measuredTable(group, name).at(-1)!;
  return curvePoints([...distances.keys()], distances).slice(1);
}

function byLayer(group: Group, name: string): Curve['points'] {
  const layers = measuredList(group, name);
  return curvePoints(
    layers.map((_, i) => i + 1),
    layers,
  );
}

function charts(data: ExperimentResult): Charts {
  const group = groupOf(data, 'bos');
  const removals = removalsOf(data);
  const layers = measuredList(group, 'exact/with').map((_, i) => i + 1);
  const overLayers = { ticks: layers, tickFormat: String, label: 'after block' };
  const least = quotedNumber(data, 'criterion/rank');
  const sinkRows = (['masked', 'replaced'] as const).flatMap((without) =>
    (
      [
        ['exact', 'exact', 'first'],
        ['path sum', 'theorem', 'second'],
      ] as const
    ).map(([label, kind, colour]) => ({
      label: `${label}, ${without}`,
      dots: [{ ...factor(group, `sink/${kind}/${without}`), name: `with the sink over ${without}`, colour }],
    })),
  );
  return {
    exactAndBounds: {
      title: 'Exact sensitivity and its bounds',
      unit: 'norm of the Jacobian, log scale, with the sink',
      axis: AXIS_NAME,
      x: { label: AXIS_NAME },
      y: { type: 'log' },
      curves: KINDS.map((of) => ({ ...of, points: byDistance(group, `${of.kind}-by-distance/with`) })),
    },
    withAndWithout: {
      title: 'Exact sensitivity without the sink',
      unit: 'norm of the Jacobian, log scale',
      axis: AXIS_NAME,
      x: { label: AXIS_NAME },
      y: { type: 'log' },
      curves: removals.map((of) => ({ ...of, points: byDistance(of.group, `exact-by-distance/${of.condition}`) })),
    },
    looseness: {
      title: 'How loose the bounds are',
      unit: 'decades above the exact norm, with the sink',
      axis: 'block',
      x: overLayers,
      y: { zero: true, nice: true },
      curves: KINDS.slice(1).map((of) => ({ ...of, points: byLayer(group, `looseness-by-layer/${of.kind}/with`) })),
    },
    order: {
      title: 'Does the order agree?',
      unit: 'rank correlation of exact norm and path sum',
      axis: 'block',
      x: overLayers,
      y: { domain: [-0.2, 1], tickFormat: shareTick },
      below: level(least, `criterion ${shareTick(least)}`),
      curves: removals.map((of) => ({ ...of, points: byLayer(of.group, `rank-by-layer/theorem/${of.condition}`) })),
    },
    lastOrder: {
      title: 'What tells the order best?',
      unit: 'rank correlation with the exact norm, last block',
      x: { domain: [0, 1], label: 'in a prompt (disc), at one distance (ring)', tickFormat: shareTick },
      rows: [
        ...(
          [
            ['path sum', 'theorem', 'first'],
            ['theorem', 'uniform', 'second'],
            ['local', 'local', 'third'],
          ] as const
        ).map(([label, kind, colour]) => ({
          label,
          dots: [
            { ...measuredNumber(group, `rank/${kind}/with`), name: 'over the pairs of a prompt', colour },
            {
              ...measuredNumber(group, `rank-within-distance/${kind}/with`),
              name: 'over the pairs of one distance',
              colour,
              hollow: true,
            },
          ],
        })),
        {
          label: 'nearness',
          dots: [
            { ...measuredNumber(group, 'rank/distance/with'), name: 'over the pairs of a prompt', colour: 'muted' },
          ],
        },
      ],
      labelMargin: 76,
    },
    sink: {
      title: 'With the sink over without',
      unit: 'factor, pair by pair, last block',
      x: { type: 'log', ticks: factorTicks(sinkRows), tickFormat: String, label: 'below 1: the sink lowers it' },
      levels: [{ value: 1, text: 'no change' }],
      rows: sinkRows,
    },
  };
}

/** Ticks of a scale of factors that lie between its dots, 1 among them. */
function factorTicks(rows: DotChart['rows']): number[] {
  const values = rows.flatMap(({ dots }) => dots.flatMap(({ low, high, seeds = [] }) => [low, high, ...seeds]));
  const [least, greatest] = [Math.min(1, ...values), Math.max(1, ...values)];
  return [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10].filter((tick) => tick >= least && tick <= greatest);
}

/** A measure in decades as the factor that it stands for. */
function factor(group: Group, name: string): Estimate & { seeds: number[] } {
  const { mean, low, high, seeds } = measuredNumber(group, name);
  return { mean: 10 ** mean, low: 10 ** low, high: 10 ** high, seeds: seeds.map((seed) => 10 ** seed) };
}

function panels(data: ExperimentResult): Panel[] {
  const { exactAndBounds, withAndWithout, looseness, order, lastOrder, sink } = charts(data);
  return [...[exactAndBounds, withAndWithout, looseness, order].map(curvePanel), ...[lastOrder, sink].map(dotPanel)];
}

/** The numbers that the words quote, with the sink and after the last block. */
function quoted(data: ExperimentResult) {
  const group = groupOf(data, 'bos');
  return {
    loose: measuredNumber(group, 'looseness/uniform/with'),
    local: measuredNumber(group, 'looseness/local/with'),
    rank: measuredNumber(group, 'rank/theorem/with'),
    within: measuredNumber(group, 'rank-within-distance/theorem/with'),
    nearness: measuredNumber(group, 'rank/distance/with'),
    sink: factor(group, 'sink/exact/masked'),
  };
}

function caption(data: ExperimentResult): string {
  const { loose, local, rank, nearness, sink } = quoted(data);
  return (
    'How much the state of a token depends on an earlier one, exact by backward passes and as bounded by a sum over all ' +
    `paths of attention, at ${quotedNumber(data, 'prompts')} held-out prompts; geometric means over pairs, then over seeds, ` +
    `with 95\u202f% intervals. After the last block the bound of the theorem’s form lies ${written(loose.mean, DECADES)} ` +
    `decades above the truth, one with a constant for each token ${written(local.mean, DECADES)}. The path sum’s rank ` +
    `correlation with the truth is ${written(rank.mean, SHARE)}; nearness alone has ${written(nearness.mean, SHARE)}. ` +
    `With the sink the exact norm is ${written(sink.mean, FACTOR)} times that with it masked. The paper proves the bound ` +
    'and measures no derivative; the numbers, and the constants of the bounds, are ours.'
  );
}

function description(data: ExperimentResult): string {
  const { loose, local, rank, within, sink } = quoted(data);
  return (
    'Four line charts, of the norm of Jacobians and its bounds by distance, of the same norm with and without the sink, of ' +
    'looseness by block and of rank correlation by block; and two charts of dots. Decades of the bound above the exact ' +
    `norm: ${withInterval(loose, DECADES)}, local bound ${withInterval(local, DECADES)}. Rank correlation of exact norm and ` +
    `path sum: ${withInterval(rank, SHARE)}, at one distance ${withInterval(within, SHARE)}. Exact norm with the sink over ` +
    `that with it masked: ${withInterval(sink, FACTOR)}.`
  );
}

function reading(data: ExperimentResult): string[] {
  return [
    `Exact sensitivity. The spectral norm of the Jacobian of one token’s state after the last block by another’s before the first: the most that a small change there can move it. It is taken at up to ${quotedNumber(data, 'length')} tokens, between tokens of the text, the first left out. The vertical axis is logarithmic: a gap of one decade is a factor of ten.`,
    'The bounds. Theorem 3.2 bounds that norm by a constant times the sum over all paths of products of attention weights, residual steps counted. The paper leaves the constants open: “theorem” has the smallest we can prove for a whole block, “local” one for each token. Both are proved where attention is held constant, as in the paper; a true derivative also moves the attention itself, and could lie above them.',
    'Order. A loose bound can still say which tokens matter more. The path sum is compared with the truth by Spearman’s correlation over all pairs of a prompt; and over pairs of one distance, where it cannot win by knowing that near tokens matter more. “Nearness” is what that knowledge alone is worth.',
    'With the sink over without. For each pair the norm, and the path sum, of the model as trained over those of the same model without its sink. If the sink holds mixing back, both lie left of the line.',
    REMOVALS_EXPLAINED,
    'What the figure cannot show. A Jacobian speaks of small changes, and a norm of the worst direction. Constants that could be proved smaller would move the bounds, not the order.',
  ];
}
