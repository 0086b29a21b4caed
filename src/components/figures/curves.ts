/** Panels of curves over a shared axis: each the mean over seeds on a band of its interval, named at its end. */
import * as Plot from '@observablehq/plot';
import type { Estimate } from '../../results/schema.ts';
import type { Panel } from './figure.ts';
import { spreadApart } from './label-places.ts';
import { AXIS, halo, VALUE_AXIS } from './marks.ts';
import { type Colour, colour } from './palette.ts';

/** An estimate at a place of the horizontal axis. */
export interface CurvePoint extends Estimate {
  x: number;
}

export interface Curve {
  /** In words, for tables and for readers who do not see it. */
  name: string;
  /** At its end, short. */
  label: string;
  colour: Colour;
  points: readonly CurvePoint[];
  /** For what is shown beside, and is not what the question is about. */
  dashed?: boolean;
}

/** A chart of curves: what is drawn, and what its table says. */
export interface CurveChart {
  title: string;
  unit: string;
  /** The axis as its table names it. */
  axis: string;
  x: Plot.ScaleOptions;
  y: Plot.ScaleOptions;
  curves: readonly Curve[];
  /** Drawn below the curves: levels, moments. */
  below?: readonly Plot.Markish[];
  /** Where names of curves need more room than usual, CSS pixels. */
  labelMargin?: number;
}

/** Space for names of curves at their right end, CSS pixels. */
export const LABEL_MARGIN = 76;
/** With so few points each is marked, since between them nothing was measured. */
const FEW_POINTS = 12;

/** Estimates at places, in order. */
export function curvePoints(places: readonly number[], estimates: readonly Estimate[]): CurvePoint[] {
  return places.map((x, i) => ({ x, ...estimates[i]! }));
}

/** Ticks of a logarithmic scale, 1 and 3 times the powers of ten: `0.03`, `0.1`, `0.3`. */
export function logTicks(low: number, high: number): number[] {
  const decades = Array.from({ length: 25 }, (_, i) => i - 12);
  const ticks = decades.flatMap((decade) => [1, 3].map((first) => Number(`${first}e${decade}`)));
  const inside = ticks.filter((tick) => tick >= low && tick <= high);
  // Over many decades their powers alone are enough.
  return inside.length > 6 ? inside.filter((tick) => String(tick).replace(/[0.]/g, '').startsWith('1')) : inside;
}

/** The least and the greatest value of curves with their intervals: for panels that share a scale. */
export function domainOf(curves: readonly Curve[]): [number, number] {
  const all = curves.flatMap(({ points }) => points);
  return [Math.min(...all.map(({ low }) => low)), Math.max(...all.map(({ high }) => high))];
}

export function curvePanel(chart: CurveChart): Panel {
  const { title, unit, x, curves, below = [], labelMargin = LABEL_MARGIN } = chart;
  const y = { ticks: 4, ...(chart.y.type === 'log' && logScale(curves)), ...chart.y };
  // The first is what the question is about, so it lies on top.
  const drawn = curves.toReversed();
  return {
    title,
    unit,
    options: {
      marginRight: labelMargin,
      x: { ticks: 4, ...AXIS, ...x },
      y: { ...VALUE_AXIS, ...y },
      marks: [
        Plot.gridY({ stroke: colour('rule'), strokeOpacity: 1, ticks: y.ticks }),
        ...below,
        ...drawn.map(({ points, colour: name }) =>
          Plot.areaY(points, { x: 'x', y1: 'low', y2: 'high', fill: colour(name), fillOpacity: 0.16 }),
        ),
        ...drawn.flatMap(({ points, colour: name, dashed }) => [
          Plot.line(points, {
            x: 'x',
            y: 'mean',
            stroke: colour(name),
            strokeWidth: dashed ? 1.5 : 2.25,
            ...(dashed && { strokeDasharray: '5 4' }),
          }),
          ...(points.length <= FEW_POINTS && !dashed
            ? [Plot.dot(points, { x: 'x', y: 'mean', r: 2.75, fill: colour(name) })]
            : []),
        ]),
        endLabels(curves),
      ],
    },
  };
}

function logScale(curves: readonly Curve[]): Plot.ScaleOptions {
  const [low, high] = domainOf(curves);
  if (!(low > 0)) throw new Error(`a logarithmic scale needs values above 0, not ${low}`);
  return { ticks: logTicks(low, high), tickFormat: String };
}

/** The names of curves at their ends, moved apart where they would overlap. */
function endLabels(curves: readonly Curve[]): Plot.Markish {
  const ends = curves.map(({ label, colour: name, points }) => ({ label, name, ...points.at(-1)! }));
  return Plot.text(
    ends,
    spreadApart({
      x: 'x',
      y: 'mean',
      text: 'label',
      fill: { value: ({ name }: { name: Colour }) => colour(name), scale: null },
      textAnchor: 'start',
      dx: 8,
      ...halo,
    }),
  );
}

/** A line across a panel at a value, with its name. */
export function level(value: number, text: string, side: 'left' | 'right' = 'left'): Plot.Markish[] {
  return [
    Plot.ruleY([value], { stroke: colour('muted'), strokeDasharray: '2 3' }),
    Plot.text([value], {
      y: (at: number) => at,
      text: () => text,
      frameAnchor: side,
      textAnchor: side === 'left' ? 'start' : 'end',
      lineAnchor: 'bottom',
      dx: side === 'left' ? 5 : -5,
      dy: -4,
      fill: colour('muted'),
      ...halo,
    }),
  ];
}
