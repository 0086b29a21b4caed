/** Curves of training that one can brush: of the seeds of one model, or of models that differ in one thing. */
import type { ExperimentResult, Group, Run } from '../../results/schema.ts';
import { MEASURES } from '../../results/summarise.ts';

/** What is drawn, one plot each. */
export const GROWN = ['validationLoss', 'firstAttentionAboveChance', 'sinkRate-0.3', 'strongestHeadValueNorm'] as const;
export type Grown = (typeof GROWN)[number];

/** A measure of one model at every evaluation, over its seeds. */
export interface Curves {
  /** (seeds, evaluations) */
  seeds: number[][];
  mean: number[];
  /** The ends of the 95 % interval. */
  low: number[];
  high: number[];
}

export interface GrowthGroup {
  id: string;
  /** Short: what tells it from the others of its set. */
  label: string;
  curves: Record<Grown, Curves>;
}

/** Models to be seen together. */
export interface GrowthSet {
  id: string;
  label: string;
  /** The steps of the evaluations, the same of every model. */
  steps: number[];
  groups: GrowthGroup[];
}

/** A set by name, and the address of the sets that it is one of. */
export interface SetName {
  id: string;
  label: string;
  source: string;
}

interface Sorting {
  /** The id and the label of the set that a group belongs to. */
  set(group: Group, run: Run): { id: string; label: string };
  label(group: Group, run: Run): string;
}

const SORTINGS: Record<string, Sorting> = {
  emergence: {
    set: ({ id, label }) => ({ id, label: `Seeds: ${label}` }),
    label: ({ label }) => label,
  },
  'context-length': {
    // What all lengths have in common is named before the last comma.
    set: ({ id, label }) => ({
      id: `context-${id.split('-')[0]}`,
      label: `Context lengths, ${label.split(', ').slice(0, -1).join(', ')}`,
    }),
    label: (_, { specification }) => `context ${specification.model.contextLength}`,
  },
  depth: {
    // A family of models is named behind the comma.
    set: ({ id, label }) => ({ id: `depth-${id.split('-')[0]}`, label: `Depths, ${label.split(', ').at(-1)}` }),
    label: (_, { specification }) => `${specification.model.layers} layers`,
  },
};

/** The experiments whose training can be brushed. */
export const BRUSHED = Object.keys(SORTINGS);

/**
 * The sets of an experiment, of models in the order of its groups. A model that two groups name is shown once.
 * @throws {Error} naming the experiment, the measure or the group that does not fit.
 */
export function growthSets(result: ExperimentResult): GrowthSet[] {
  const sorting = SORTINGS[result.experiment];
  if (!sorting)
    throw new Error(`there are no curves to brush of ${result.experiment}; of ${BRUSHED.join(', ')} there are`);
  const sets = new Map<string, GrowthSet>();
  const seen = new Set<string>();
  for (const group of result.groups) {
    const runs = group.runs.map((id) => result.runs.find((run) => run.id === id)!);
    const [first] = runs as [Run];
    if (seen.has(first.id)) continue;
    seen.add(first.id);
    const { id, label } = sorting.set(group, first);
    const steps = group.series.map(({ step }) => step);
    const set = sets.get(id) ?? { id, label, steps, groups: [] };
    if (set.steps.join() !== steps.join()) {
      throw new Error(
        `group ${group.id} of ${result.experiment} was evaluated at other steps than those it is shown with`,
      );
    }
    set.groups.push({ id: group.id, label: sorting.label(group, first), curves: curvesOf(group, runs) });
    sets.set(id, set);
  }
  return [...sets.values()];
}

function curvesOf(group: Group, runs: readonly Run[]): GrowthGroup['curves'] {
  const entries = GROWN.map((measure): [Grown, Curves] => {
    const estimates = group.series.map(({ measures }) => {
      const estimate = measures[measure];
      if (!estimate) throw new Error(`group ${group.id} has no series “${measure}”; run the export again`);
      return estimate;
    });
    return [
      measure,
      {
        seeds: runs.map(({ evaluations }) => evaluations.map((evaluation) => rounded(MEASURES[measure](evaluation)!))),
        mean: estimates.map(({ mean }) => rounded(mean)),
        low: estimates.map(({ low }) => rounded(low)),
        high: estimates.map(({ high }) => rounded(high)),
      },
    ];
  });
  return Object.fromEntries(entries) as Record<Grown, Curves>;
}

/** More digits than a drawing shows would only be carried over the wire. */
function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
