/** Means and intervals of an experiment, computed again from its runs and analyses by the code that made them. */
import type { AnalysisResult, ExperimentEstimates, Group, Run } from '../../results/schema.ts';
import { summarise, summariseMeasured } from '../../results/summarise.ts';
import { analysisId, canonicalJson } from '../../training/identity.ts';

/** The first estimate that is not what the runs give. */
export interface OtherEstimate {
  group: string;
  /** `validationLoss at step 200`, or the name of what an analysis measured. */
  what: string;
  published: string;
  here: string;
}

export interface ComparedGroup {
  /** Estimates, each a mean with its interval, that are what the runs give. */
  same: number;
  other: OtherEstimate | null;
}

/** The ids of the analyses of a group's models, in the order of its runs; empty where the experiment has none. */
export function analysesOf({ analysis }: Pick<ExperimentEstimates, 'analysis'>, { runs }: Group): string[] {
  return analysis ? runs.map((run) => analysisId({ analysis: analysis.id, version: analysis.version, run })) : [];
}

/**
 * Computes one group again.
 * @param runs its runs.
 * @param analyses those of its models, in the order of `analysesOf`.
 */
export function compareGroup(group: Group, runs: readonly Run[], analyses: readonly AnalysisResult[]): ComparedGroup {
  const published = [...seriesEstimates(group.series), ...Object.entries(group.analysis)];
  const measured = analyses.map((analysis) => analysis.measured);
  const here = new Map([...seriesEstimates(summarise(runs)), ...Object.entries(summariseMeasured(measured))]);
  const theirs = new Map<string, unknown>(published);
  let same = 0;
  for (const what of new Set([...theirs.keys(), ...here.keys()])) {
    const [one, two] = [theirs.get(what), here.get(what)].map(shown);
    if (one !== two) return { same, other: { group: group.label, what, published: one!, here: two! } };
    same++;
  }
  return { same, other: null };
}

function seriesEstimates(series: Group['series']): [string, unknown][] {
  return series.flatMap(({ step, measures }) =>
    Object.entries(measures).map(([name, estimate]): [string, unknown] => [`${name} at step ${step}`, estimate]),
  );
}

function shown(estimate: unknown): string {
  return estimate === undefined ? 'none' : canonicalJson(estimate);
}

/** The runs that are not those which a page was made from, by their ids. */
export function otherRuns(
  runs: readonly Run[],
  digests: Readonly<Record<string, string>>,
  digestOf: (run: Run) => string,
) {
  return runs.filter((run) => digests[run.id] !== digestOf(run)).map(({ id }) => id);
}
