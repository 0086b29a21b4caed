/** Summaries of runs that differ in their seed only: every measure at every evaluation step, with its interval. */
import { bootstrapInterval } from '../statistics/bootstrap.ts';
import { randomGenerator } from '../transformer/random.ts';
import { roundNumbers } from './round.ts';
import type { Estimate, Evaluation, Group, Measured, Run } from './schema.ts';

/** The measures of a summary, by name: one number an evaluation, or null where it has none. */
export const MEASURES = {
  validationLoss: ({ validationLoss }) => validationLoss,
  trainingLoss: ({ trainingLoss }) => trainingLoss,
  'sinkRate-0.3': ({ sinkRate }) => sinkRate['0.3'],
  'sinkRate-0.8': ({ sinkRate }) => sinkRate['0.8'],
  firstAttention: ({ firstAttention }) => firstAttention,
  firstAttentionAboveChance: ({ firstAttentionAboveChance }) => firstAttentionAboveChance,
  'prefixSinkRate-0.3': ({ prefix }) => prefix.sinkRate['0.3'],
  prefixFirstAttention: ({ prefix }) => prefix.firstAttention,
  /** Attention to the first position of the head that attends to it most. */
  strongestHead: (evaluation) => strongestHead(evaluation).attention,
  /** That head's norm of the first position's value over the mean of the others. */
  strongestHeadValueNorm: (evaluation) => strongestHead(evaluation).valueNorm,
} satisfies Record<string, (evaluation: Evaluation) => number | null>;

export type Measure = keyof typeof MEASURES;

/**
 * What an analysis measured on the models of a group, elementwise over the seeds.
 * @throws {Error} naming the measure whose name or shape differs between seeds.
 */
export function summariseMeasured(seeds: readonly Measured[]): Group['analysis'] {
  const [first] = seeds;
  if (first === undefined) return {};
  const summary: Group['analysis'] = {};
  for (const name of Object.keys(first)) {
    const values = seeds.map((measured) => measured[name]!);
    const shapes = new Set(values.map(shapeOf));
    if (shapes.size > 1)
      throw new Error(`the measure "${name}" has other shapes for other seeds: ${[...shapes].join('; ')}`);
    const estimates = values.map((value) => [value].flat(2));
    const intervals = estimates[0]!.map((_, i) =>
      roundNumbers(
        bootstrapInterval(
          estimates.map((flat) => flat[i]!),
          randomGenerator(`bootstrap/${name}/${i}`),
        ),
      ),
    );
    const part = (end: keyof Estimate) =>
      reshape(
        intervals.map((interval) => interval[end]),
        values[0]!,
      );
    summary[name] = {
      mean: part('mean'),
      low: part('low'),
      high: part('high'),
      ...(typeof first[name] === 'number' ? { seeds: values as number[] } : {}),
    };
  }
  return summary;
}

function shapeOf(value: Measured[string] | undefined): string {
  if (value === undefined) return 'none';
  if (typeof value === 'number') return 'a number';
  return `${value.length} x ${value.map((row) => (Array.isArray(row) ? row.length : 1)).join(',')}`;
}

/** The flat values in the shape of `like`. */
function reshape(flat: readonly number[], like: Measured[string]): Measured[string] {
  if (typeof like === 'number') return flat[0]!;
  let next = 0;
  return like.map((row) => (Array.isArray(row) ? row.map(() => flat[next++]!) : flat[next++]!)) as
    | number[]
    | number[][];
}

/**
 * The series of one group of runs, which must have been evaluated at the same steps.
 * @throws {Error} naming the run whose steps differ.
 */
export function summarise(runs: readonly Run[]): Group['series'] {
  const [first] = runs;
  if (first === undefined) throw new Error('a group without runs has no summary');
  for (const { id, evaluations } of runs) {
    if (evaluations.map(({ step }) => step).join() !== first.evaluations.map(({ step }) => step).join()) {
      throw new Error(`run ${id} was not evaluated at the same steps as run ${first.id}; one group holds both`);
    }
  }
  return first.evaluations.map(({ step, tokens }, index) => {
    const measures: Record<string, Estimate> = {};
    for (const [name, measure] of Object.entries(MEASURES)) {
      const values = runs.map(({ evaluations }) => measure(evaluations[index]!)).filter((value) => value !== null);
      if (values.length < runs.length) continue;
      measures[name] = roundNumbers(bootstrapInterval(values, randomGenerator(`bootstrap/${name}/${step}`)));
    }
    return { step, tokens, measures };
  });
}

function strongestHead({ headFirstAttention, headFirstValueNorm }: Evaluation) {
  let strongest = { attention: -1, valueNorm: Number.NaN };
  headFirstAttention.forEach((layer, l) => {
    layer.forEach((attention, h) => {
      if (attention > strongest.attention) strongest = { attention, valueNorm: headFirstValueNorm[l]![h]! };
    });
  });
  return strongest;
}
