/** `status`: what is done, begun and missing, and which files cannot be read. */
import { ResultError } from '../../src/results/load.ts';
import { PROFILES, planRuns } from '../plan.ts';
import { duration } from '../progress.ts';
import { type CommandContext, counted, say } from './context.ts';
import { secondsOf } from './cost.ts';

/** Prints what of each experiment is done, begun, missing or unreadable. @returns the exit status: 0, whatever it finds. */
export function status(context: CommandContext): number {
  const { store, experiments, versionsOf } = context;
  const { runs, unreadable } = store.surveyRuns();
  const asked = new Set<string>();
  const problems = [...unreadable.values()].map(({ message }) => message);

  for (const experiment of experiments) {
    say(context, experiment.id);
    for (const profile of PROFILES) {
      const planned = planRuns([experiment], profile, versionsOf);
      for (const { id } of planned) asked.add(id);
      const done = planned.filter(({ id }) => runs.has(id)).length;
      const damaged = planned.filter(({ id }) => unreadable.has(id)).length;
      const begun = planned.filter(({ id }) => !runs.has(id) && !unreadable.has(id) && store.hasUnfinished(id)).length;
      const parts = [
        `${done} of ${counted(planned.length, 'run')} done`,
        begun > 0 ? `${begun} begun` : '',
        damaged > 0 ? `${damaged} unreadable` : '',
        `${planned.length - done - begun - damaged} missing`,
      ];
      say(context, `  ${profile.padEnd(5)}  ${parts.filter((part) => part !== '').join(', ')}`);
    }
    try {
      const exported = store.readExperiment(experiment.id);
      say(context, `  exported: ${exported ? `${exported.entry.profile}, ${exported.entry.outcome}` : 'not yet'}`);
    } catch (error) {
      if (!(error instanceof ResultError)) throw error;
      say(context, '  exported: unreadable');
      problems.push(error.message);
    }
  }

  for (const profile of PROFILES) {
    const seconds = secondsOf(planRuns(experiments, profile, versionsOf), store);
    if (seconds !== null) say(context, `${profile} profile, everything from nothing: ${duration(seconds)} of one core`);
  }

  const others = [...runs.keys()].filter((id) => !asked.has(id)).length;
  if (others > 0) say(context, `\n${counted(others, 'run')} of other versions or experiments; kept, not used.`);
  if (problems.length > 0) {
    say(context, `\n${counted(problems.length, 'file')} cannot be read:`);
    for (const problem of problems) say(context, `  ${problem}`);
  }
  return 0;
}
