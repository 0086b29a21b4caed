/** What the figure of emergence reads off its results. */
import { formatDigits } from '../../content/number-format.ts';
import type { Estimate, ExperimentResult } from '../../results/schema.ts';
import type { SeedPoint, SeriesPoint } from './marks.ts';
import { estimateOf, groupOf, quotedNumber, runsOf } from './read-results.ts';
import { SHARE } from './written.ts';

/** The models that the criterion is about. */
const GROUP = 'base';

const MEASURE_NAMES = [
  'firstAttention',
  'sinkRate-0.3',
  'sinkRate-0.8',
  'strongestHeadValueNorm',
  'validationLoss',
] as const;
export type MeasureName = (typeof MEASURE_NAMES)[number];

export type Point = SeriesPoint<MeasureName>;

/** What the panels draw and the text tells: of the models that the criterion is about, and of all groups. */
export function readEmergence(data: ExperimentResult) {
  const group = groupOf(data, GROUP);
  const points = group.series.map(({ step, tokens }, index): Point => {
    const measures = MEASURE_NAMES.map((name) => [name, estimateOf(group, name, index)]);
    return { step, tokens, measures: Object.fromEntries(measures) as Record<MeasureName, Estimate> };
  });
  const runs = runsOf(data, group);
  const seeds = runs.flatMap((run): SeedPoint[] =>
    run.evaluations.map((evaluation) => ({ seed: run.specification.seed, step: evaluation.step, evaluation })),
  );
  const heads = seeds.flatMap(({ seed, step, evaluation }) =>
    evaluation.headFirstAttention.flatMap((layer, l) =>
      layer.map((attention, h) => ({ head: `${seed}/${l}/${h}`, step, attention })),
    ),
  );
  const chance = quotedNumber(data, 'final/chance');
  const onsetHeight = formatDigits(quotedNumber(data, 'criterion/final-above-chance'), SHARE);
  const groups = data.groups.map((one) => ({
    id: one.id,
    points: one.series.map(({ step }, index) => ({ step, ...estimateOf(one, 'firstAttentionAboveChance', index) })),
  }));
  return {
    points,
    seeds,
    heads,
    chance,
    groups,
    models: runs.length,
    onset: data.values['onset/step']?.value,
    onsetHeight,
  };
}
