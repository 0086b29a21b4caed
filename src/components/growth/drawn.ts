/** What a plot of a set of models draws of a range of steps: a line and a band a model, and the seeds of a single one. */
import type { Grown, GrowthGroup, GrowthSet } from './curves-data.ts';
import { spanOf } from './geometry.ts';
import type { Range } from './range.ts';

export interface Drawn {
  lines: { points: { step: number; value: number }[]; colour: string; faint?: boolean }[];
  bands: { points: { step: number; low: number; high: number }[]; colour: string }[];
  domain: [number, number];
}

/** Of the models in their order; from the first colour of figures to the second. */
export function colourOf(index: number, count: number): string {
  return count === 1
    ? 'var(--figure-first)'
    : `color-mix(in oklab, var(--figure-second) ${Math.round((100 * index) / (count - 1))}%, var(--figure-first))`;
}

export function drawn({ steps, groups }: GrowthSet, measure: Grown, shown: Range): Drawn {
  const faint = groups.length === 1;
  const points = (values: readonly number[]) => steps.map((step, i) => ({ step, value: values[i]! }));
  const curvesOf = (group: GrowthGroup) => group.curves[measure];
  const inSight = groups.flatMap((group) => {
    const { low, high, seeds } = curvesOf(group);
    return [low, high, ...(faint ? seeds : [])].flatMap((values) => values.slice(shown.from, shown.to + 1));
  });
  return {
    bands: groups.map((group, index) => ({
      colour: colourOf(index, groups.length),
      points: steps.map((step, i) => ({ step, low: curvesOf(group).low[i]!, high: curvesOf(group).high[i]! })),
    })),
    lines: groups.flatMap((group, index) => {
      const colour = colourOf(index, groups.length);
      const seeds = faint ? curvesOf(group).seeds.map((values) => ({ points: points(values), colour, faint })) : [];
      return [...seeds, { points: points(curvesOf(group).mean), colour }];
    }),
    domain: spanOf(inSight),
  };
}
