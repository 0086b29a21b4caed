/** What a profile costs: the seconds that its runs and analyses took when they were made. */
import { analysisId } from '../../src/training/identity.ts';
import { analysisById } from '../analyses/index.ts';
import type { PlannedRun } from '../plan.ts';
import type { Store } from '../store.ts';

/** Seconds of one core for all of these and their analyses; null while any of them is missing. */
export function secondsOf(planned: readonly PlannedRun[], store: Store): number | null {
  const { runs } = store.surveyRuns();
  const analyses = store.surveyAnalyses(() => {});
  let seconds = 0;
  for (const { id, analyses: asked } of planned) {
    const run = runs.get(id);
    if (run === undefined) return null;
    seconds += run.execution.seconds;
    for (const analysis of asked) {
      const { version } = analysisById(analysis);
      const done = analyses.get(analysisId({ analysis, version, run: id }));
      if (done === undefined) return null;
      seconds += done.execution.seconds;
    }
  }
  return seconds;
}
