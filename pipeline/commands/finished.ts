/** Finished work: the runs and analyses that stand in the results folder, and the groups that an experiment makes of them. */
import type { AnalysisResult, Run } from '../../src/results/schema.ts';
import { summarise, summariseMeasured } from '../../src/results/summarise.ts';
import { analysisId } from '../../src/training/identity.ts';
import type { Experiment, FinishedGroup } from '../experiments/experiment.ts';
import type { PlannedGroup } from '../plan.ts';
import { type CommandContext, say } from './context.ts';

/** What the results folder holds. */
export interface Finished {
  runs: ReadonlyMap<string, Run>;
  analyses: ReadonlyMap<string, AnalysisResult>;
}

/** Every finished run and analysis that can be read; what cannot is told. */
export function finishedWork(context: CommandContext): Finished {
  const { store } = context;
  return {
    runs: store.surveyRuns().runs,
    analyses: store.surveyAnalyses((message) => say(context, message)),
  };
}

/** The groups with their runs and summaries, or null when a run or an analysis is missing. */
export function finishedGroups(
  { analysis }: Pick<Experiment, 'analysis'>,
  planned: PlannedGroup[],
  { runs, analyses }: Finished,
): FinishedGroup[] | null {
  const groups: FinishedGroup[] = [];
  for (const { point, runs: asked } of planned) {
    const finishedRuns = asked.map(({ id }) => runs.get(id)).filter((run) => run !== undefined);
    const measuredRuns = analysis
      ? asked
          .map(({ id }) => analyses.get(analysisId({ analysis: analysis.id, version: analysis.version, run: id })))
          .filter((result) => result !== undefined)
          .map(({ measured }) => measured)
      : [];
    if (finishedRuns.length < asked.length || (analysis && measuredRuns.length < asked.length)) return null;
    const { id, label } = point;
    groups.push({
      id,
      label,
      runs: asked.map((run) => run.id),
      series: summarise(finishedRuns),
      analysis: summariseMeasured(measuredRuns),
      finishedRuns,
      measuredRuns,
    });
  }
  return groups;
}
