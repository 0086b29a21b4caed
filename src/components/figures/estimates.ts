/** Estimates at a few places of an axis: the mean on its interval, the seeds beside it. */
import * as Plot from '@observablehq/plot';
import { commonLoss, valuesAtLoss } from '../../results/equal-loss.ts';
import type { Estimate, ExperimentResult, Group } from '../../results/schema.ts';
import type { Measure } from '../../results/summarise.ts';
import { bootstrapInterval } from '../../statistics/bootstrap.ts';
import { randomGenerator } from '../../transformer/random.ts';
import { halo } from './marks.ts';
import { type Colour, colour } from './palette.ts';
import { estimateOf, runsOf, seedValues } from './read-results.ts';
import { SHARE, written } from './written.ts';

/** An estimate at a place of the horizontal axis: a number, or the name of a band. */
export interface PlacedEstimate<Place = number | string> extends Estimate {
  x: Place;
  seeds: readonly number[];
}

/** A group's measure after training, placed on an axis. */
export function finalEstimate<Place>(
  data: ExperimentResult,
  { group, x, measure }: { group: Group; x: Place; measure: Measure },
): PlacedEstimate<Place> {
  return { x, ...estimateOf(group, measure), seeds: seedValues(data, group, measure) };
}

/** The loss that every seed of the groups comes down to. */
export function commonLossOf(data: ExperimentResult, groups: readonly Group[]): number {
  return commonLoss(groups.flatMap((group) => runsOf(data, group)));
}

/** A group's measure where its seeds first come to a loss, with a bootstrap interval over them. */
export function estimateAtLoss<Place>(
  data: ExperimentResult,
  { group, x, measure, level }: { group: Group; x: Place; measure: Measure; level: number },
): PlacedEstimate<Place> {
  const values = valuesAtLoss(runsOf(data, group), measure, level).filter((value) => value !== null);
  const random = randomGenerator(`figure/${data.experiment}/${group.id}/${measure}/at-loss`);
  return { x, ...bootstrapInterval(values, random), seeds: values };
}

export interface EstimateStyle {
  colour: Colour;
  /** A ring and a dashed line, for what is compared with. */
  hollow?: boolean;
  /** Whether a line leads from place to place; it does unless said otherwise. */
  joined?: boolean;
  /** Pixels to the side, where two estimates share a place. */
  dx?: number;
}

/** A disc or ring a place on its interval, the seeds as specks to the right. */
export function estimateMarks(points: readonly PlacedEstimate[], style: EstimateStyle): Plot.Markish[] {
  const { colour: name, hollow = false, joined = true, dx = 0 } = style;
  const seeds = points.flatMap(({ x, seeds: values }) => values.map((value) => ({ x, value })));
  return [
    ...(joined
      ? [
          Plot.line(points, {
            x: 'x',
            y: 'mean',
            dx,
            stroke: colour(name),
            strokeWidth: hollow ? 1.25 : 1.75,
            ...(hollow && { strokeDasharray: '4 3' }),
          }),
        ]
      : []),
    Plot.dot(seeds, { x: 'x', y: 'value', r: 1.5, dx: dx + 6, fill: colour(name), fillOpacity: 0.55 }),
    Plot.ruleX(points, { x: 'x', y1: 'low', y2: 'high', dx, stroke: colour(name), strokeWidth: 2 }),
    Plot.dot(points, {
      x: 'x',
      y: 'mean',
      dx,
      r: hollow ? 3 : 3.5,
      fill: colour(hollow ? 'paper' : name),
      stroke: colour(name),
      strokeWidth: hollow ? 1.75 : 0,
    }),
  ];
}

/** What attention spread evenly would give, as a line across the panel; its name on the side away from what is drawn. */
export function chanceMarks(chance: number, side: 'above' | 'below'): Plot.Markish[] {
  return [
    Plot.ruleY([chance], { stroke: colour('muted'), strokeDasharray: '2 3' }),
    Plot.text([chance], {
      y: (value: number) => value,
      text: (value: number) => `chance ${written(value, SHARE)}`,
      frameAnchor: 'right',
      textAnchor: 'end',
      lineAnchor: side === 'above' ? 'bottom' : 'top',
      dy: side === 'above' ? -4 : 4,
      fill: colour('muted'),
      ...halo,
    }),
  ];
}

/** What discs and rings are, at the left of a panel; drawn, as no font need have such signs. `y` as `roomAtLeft` finds it. */
export function keyMarks(name: Colour, words: readonly [disc: string, ring: string], y: number): Plot.Markish[] {
  const looks = [
    { r: 3.5, fill: colour(name) },
    { r: 3, fill: colour('paper'), stroke: colour(name), strokeWidth: 1.75 },
  ];
  return words.flatMap((text, line) => {
    const at = { frameAnchor: 'left', y: () => y, dy: KEY_LINE * (line - 0.5) } as const;
    return [
      Plot.dot([text], { ...at, dx: 9, ...looks[line] }),
      Plot.text([text], { ...at, text: [text], textAnchor: 'start', dx: 17, fill: colour(name), ...halo }),
    ];
  });
}

const KEY_LINE = 15;

/** The height of a vertical scale at which a key at the left lies farthest from curves: lists of estimates in order. */
export function roomAtLeft(curves: readonly (readonly Estimate[])[], [bottom, top]: readonly [number, number]): number {
  // A key takes about half a small panel's width, and the heights between neighbours belong to the line between them.
  const taken = curves.flatMap((points) =>
    points.slice(0, Math.ceil(0.75 * points.length)).flatMap(({ mean, low, high }, i) => {
      const next = points[i + 1]?.mean ?? mean;
      return [{ low: Math.min(low, mean, next), high: Math.max(high, mean, next) }];
    }),
  );
  const distance = (y: number) => Math.min(...taken.map(({ low, high }) => Math.max(low - y, y - high, 0)));
  const candidates = Array.from({ length: 17 }, (_, i) => top - (0.1 + 0.05 * i) * (top - bottom));
  return candidates.reduce((best, y) => (distance(y) > distance(best) ? y : best));
}

/** The least and greatest of what is drawn of estimates: intervals and seeds. */
export function extentOf(estimates: readonly (Estimate & { seeds: readonly number[] })[]): [number, number] {
  const values = estimates.flatMap(({ low, high, seeds }) => [low, high, ...seeds]);
  return [Math.min(...values), Math.max(...values)];
}
