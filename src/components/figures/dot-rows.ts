/** Panels of rows, each a name and one or more estimates as dots on their intervals, with the seeds behind. */
import * as Plot from '@observablehq/plot';
import type { Estimate } from '../../results/schema.ts';
import type { Panel } from './figure.ts';
import { AXIS, halo } from './marks.ts';
import { type Colour, colour } from './palette.ts';

export interface Dot extends Estimate {
  /** In words, for tables. */
  name: string;
  colour: Colour;
  /** For a control, or what is compared with: a ring instead of a disc. */
  hollow?: boolean;
  /** The single models. */
  seeds?: readonly number[];
}

export interface DotRow {
  label: string;
  dots: readonly Dot[];
}

export interface DotChart {
  title: string;
  unit: string;
  /** What the horizontal axis counts; its domain covers the intervals and seeds unless it says another. */
  x: Plot.ScaleOptions;
  rows: readonly DotRow[];
  /** Values that the dots are held against. */
  levels?: readonly { value: number; text: string }[];
  /** Whether the dots of a row are two ends of one thing, and stand on a line. */
  joined?: boolean;
  /** Space for the names of rows, CSS pixels. */
  labelMargin?: number;
}

const ROW_HEIGHT = 26;
const MARGINS = { marginTop: 22, marginBottom: 40, marginRight: 30 };

/** The least and the greatest value of dots, with intervals and seeds: for panels that share a scale. */
export function domainOfDots(charts: readonly DotChart[]): [number, number] {
  const dots = charts.flatMap(({ rows }) => rows.flatMap((row) => row.dots));
  const values = dots.flatMap(({ low, high, seeds = [] }) => [low, high, ...seeds]);
  return [Math.min(...values), Math.max(...values)];
}

export function dotPanel({ title, unit, x, rows, levels = [], joined = false, labelMargin = 124 }: DotChart): Panel {
  const dots = rows.flatMap(({ label, dots: own }) => own.map((dot) => ({ ...dot, label })));
  const seeds = dots.flatMap(({ label, colour: name, seeds: values = [] }) =>
    values.map((value) => ({ label, name, value })),
  );
  const ofDot = (hollow: boolean) => dots.filter((dot) => (dot.hollow ?? false) === hollow);
  const inColour = { value: ({ colour: name }: Dot) => colour(name), scale: null };
  return {
    title,
    unit,
    plotHeight: rows.length * ROW_HEIGHT + MARGINS.marginTop + MARGINS.marginBottom,
    options: {
      ...MARGINS,
      marginLeft: labelMargin,
      x: { ticks: 4, ...AXIS, ...x },
      y: { type: 'band', domain: rows.map(({ label }) => label), label: null, tickSize: 0, padding: 0 },
      marks: [
        Plot.axisY({ tickSize: 0, label: null, fill: colour('ink') }),
        Plot.gridX({ stroke: colour('rule'), strokeOpacity: 1, ticks: x.ticks ?? 4 }),
        ...levels.flatMap(({ value, text }) => [
          Plot.ruleX([value], { stroke: colour('muted'), strokeDasharray: '2 3' }),
          Plot.text([value], {
            x: (at: number) => at,
            text: () => text,
            frameAnchor: 'top',
            lineAnchor: 'bottom',
            dy: -5,
            fill: colour('muted'),
            ...halo,
          }),
        ]),
        ...(joined
          ? [Plot.ruleY(rows.map(spanOf), { x1: 'from', x2: 'to', y: 'label', stroke: colour('muted') })]
          : []),
        Plot.dot(seeds, {
          x: 'value',
          y: 'label',
          r: 1.75,
          fill: { value: ({ name }: { name: Colour }) => colour(name), scale: null },
          fillOpacity: 0.55,
          dy: 8,
        }),
        Plot.ruleY(dots, { x1: 'low', x2: 'high', y: 'label', stroke: inColour, strokeWidth: 2.25 }),
        Plot.dot(ofDot(false), { x: 'mean', y: 'label', r: 4.5, fill: inColour }),
        Plot.dot(ofDot(true), { x: 'mean', y: 'label', r: 4, fill: colour('paper'), stroke: inColour, strokeWidth: 2 }),
      ],
    },
  };
}

/** From the first to the last mean of a row. */
function spanOf({ label, dots }: DotRow): { label: string; from: number; to: number } {
  const means = dots.map(({ mean }) => mean);
  return { label, from: Math.min(...means), to: Math.max(...means) };
}
