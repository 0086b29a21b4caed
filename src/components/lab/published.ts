/** What a live run is held against: the published runs of an experiment, reduced to what the page needs of them. */
import type { Estimate, ExperimentResult } from '../../results/schema.ts';
import type { RunSpecification } from '../../training/specification.ts';

/** The measures that are drawn, as the results name them. */
export const CURVES = ['validationLoss', 'sinkRate', 'firstAttention'] as const;
export type Curve = (typeof CURVES)[number];

/** Hexadecimal digits of a fingerprint that are kept: 48 bits, enough to tell two runs apart. */
export const FINGERPRINT_DIGITS = 12;

export interface PublishedPoint extends Record<Curve, Estimate> {
  step: number;
}

export interface Published {
  experiment: string;
  /** Of the first seed; the others differ from it in the seed alone. */
  specification: RunSpecification;
  /** Mean and 95 % interval over the seeds at every evaluation. */
  series: PublishedPoint[];
  /** The first digits of each seed's fingerprints, one an evaluation. */
  runs: { seed: number; fingerprints: string[] }[];
  /** Median over the runs, for an estimate of the time a run takes. */
  tokensPerSecond: number;
  /** What makes the published file again. */
  command: string;
}

/**
 * Reduces an experiment's results to one group of them.
 * @throws {Error} naming the group, run or measure that the results lack.
 */
export function publishedGroup(result: ExperimentResult, groupId: string): Published {
  const group = result.groups.find(({ id }) => id === groupId);
  if (!group) throw new Error(`the results of ${result.experiment} have no group “${groupId}”`);
  const runs = group.runs.map((id) => {
    const run = result.runs.find((candidate) => candidate.id === id);
    if (!run) throw new Error(`the results of ${result.experiment} name run ${id} and do not hold it`);
    return run;
  });
  const speeds = runs.map(({ execution }) => execution.tokensPerSecond).sort((a, b) => a - b);
  return {
    experiment: result.experiment,
    specification: runs[0]!.specification,
    series: group.series.map(({ step, measures }) => ({
      step,
      validationLoss: estimateOf(measures, 'validationLoss'),
      sinkRate: estimateOf(measures, 'sinkRate-0.3'),
      firstAttention: estimateOf(measures, 'firstAttention'),
    })),
    runs: runs.map(({ specification, evaluations }) => ({
      seed: specification.seed,
      fingerprints: evaluations.map(({ fingerprint }) => fingerprint.slice(0, FINGERPRINT_DIGITS)),
    })),
    tokensPerSecond: speeds[Math.floor(speeds.length / 2)]!,
    command: result.command,
  };

  function estimateOf(measures: Record<string, Estimate>, name: string): Estimate {
    const { mean, low, high } = measures[name] ?? {};
    if (mean === undefined || low === undefined || high === undefined) {
      throw new Error(`group ${groupId} of ${result.experiment} has no series “${name}”`);
    }
    return { mean, low, high };
  }
}
