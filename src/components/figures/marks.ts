/** Marks that figures over training share: the same look, and the same meaning, wherever they stand. */
import * as Plot from '@observablehq/plot';
import type { Estimate, Evaluation } from '../../results/schema.ts';
import { type Colour, colour } from './palette.ts';

/** A group's measures at one step, over its seeds. */
export interface SeriesPoint<Measure extends string> {
  step: number;
  tokens: number;
  measures: Record<Measure, Estimate>;
}

/** One run's evaluation at one step. */
export interface SeedPoint {
  seed: number;
  step: number;
  evaluation: Evaluation;
}

/** Gridlines stand for ticks; a panel's heading names what its vertical axis counts. */
export const AXIS = { tickSize: 0, labelAnchor: 'center', labelArrow: 'none' } as const;
export const VALUE_AXIS = { tickSize: 0, label: null } as const;

/** Text keeps a ring of ground colour, so that it stays readable on lines. */
export const halo = { stroke: colour('paper'), strokeWidth: 4, strokeLinejoin: 'round' } as const;

export function gridlines(): Plot.Markish {
  return Plot.gridY({ stroke: colour('rule'), strokeOpacity: 1, ticks: 4 });
}

/** Every seed as a thin line, behind the mean. */
export function hairlines(
  seeds: readonly SeedPoint[],
  measure: (evaluation: Evaluation) => number,
  name: Colour,
): Plot.Markish {
  return Plot.line(seeds, {
    x: 'step',
    y: ({ evaluation }: SeedPoint) => measure(evaluation),
    z: 'seed',
    stroke: colour(name),
    strokeWidth: 0.75,
    strokeOpacity: 0.5,
  });
}

/** The mean over the seeds, on a band of its 95 % interval. */
export function meanWithBand<Measure extends string>(
  points: readonly SeriesPoint<Measure>[],
  measure: Measure,
  name: Colour,
): Plot.Markish[] {
  type Point = SeriesPoint<Measure>;
  return [
    Plot.areaY(points, {
      x: 'step',
      y1: ({ measures }: Point) => measures[measure].low,
      y2: ({ measures }: Point) => measures[measure].high,
      fill: colour(name),
      fillOpacity: 0.16,
    }),
    Plot.line(points, {
      x: 'step',
      y: ({ measures }: Point) => measures[measure].mean,
      stroke: colour(name),
      strokeWidth: 2.25,
    }),
  ];
}

/** Names a curve at its end, in its colour, in place of a legend. */
export function endLabel(at: readonly { step: number; y: number; text: string }[], name: Colour): Plot.Markish {
  return Plot.text(at, { x: 'step', y: 'y', text: 'text', textAnchor: 'start', dx: 6, fill: colour(name), ...halo });
}
