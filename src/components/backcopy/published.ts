/** What a grown model is held against: the published runs of one grid point of the experiment `backcopy`. */
import type { Estimate, ExperimentResult, MeasuredEstimate } from '../../results/schema.ts';
import { type Published, publishedGroup } from '../lab/published.ts';
import type { MeasureName } from './moments.ts';

export type SteppedEstimate = Estimate & { step: number };

export interface PublishedBackcopy {
  runs: Published;
  /** The value norm at every evaluation; the other measures were taken at the end alone. */
  valueNorm: SteppedEstimate[];
  /** Mean over all queries, triggers or not, at every evaluation; and of all losses. */
  firstAttention: SteppedEstimate[];
  validationLoss: SteppedEstimate[];
  /** After the last step. */
  ends: Record<MeasureName, Estimate>;
}

/** The analysis's names of the measures. */
const ANALYSED: Record<MeasureName, string> = {
  'attention/other': 'sink-head/non-trigger',
  'attention/trigger': 'sink-head/trigger',
  valueNorm: 'sink-head/first-value-norm',
  stateNorm: 'largest-inner-state-norm',
  'loss/other': 'loss/non-trigger',
  'loss/trigger': 'loss/trigger',
};

/**
 * Reduces the results of `backcopy` to one group of them.
 * @throws {Error} naming the group or measure that the results lack.
 */
export function publishedBackcopy(result: ExperimentResult, groupId: string): PublishedBackcopy {
  const runs = publishedGroup(result, groupId);
  const { series, analysis } = result.groups.find(({ id }) => id === groupId)!;
  const seriesOf = (name: string) =>
    series.map(({ step, measures }) => {
      const estimate = measures[name];
      if (estimate === undefined) throw new Error(`group ${groupId} of ${result.experiment} has no series “${name}”`);
      return { step, ...estimate };
    });
  return {
    runs,
    valueNorm: seriesOf('strongestHeadValueNorm'),
    firstAttention: seriesOf('firstAttention'),
    validationLoss: seriesOf('validationLoss'),
    ends: Object.fromEntries(
      Object.entries(ANALYSED).map(([name, analysed]) => [name, single(analysis[analysed], analysed)]),
    ) as PublishedBackcopy['ends'],
  };

  function single(measured: MeasuredEstimate | undefined, name: string): Estimate {
    const { mean, low, high } = measured ?? {};
    if (typeof mean !== 'number' || typeof low !== 'number' || typeof high !== 'number') {
      throw new Error(`the analysis of group ${groupId} of ${result.experiment} has no number “${name}”`);
    }
    return { mean, low, high };
  }
}
