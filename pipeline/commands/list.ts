/** `list`: what can be run. */
import { PROFILES, planRuns } from '../plan.ts';
import { type CommandContext, counted, say } from './context.ts';

/** Prints every experiment with its question and the size of its grids. @returns the exit status. */
export function list(context: CommandContext): number {
  for (const experiment of context.experiments) {
    const { id, title, question, grids } = experiment;
    say(context, `${id}: ${title}`);
    say(context, `  ${question}`);
    for (const profile of PROFILES) {
      const { points, seeds } = grids[profile];
      const runs = planRuns([experiment], profile, context.versionsOf).length;
      const shape = `${counted(points.length, 'model')} x ${counted(seeds.length, 'seed')}`;
      say(context, `  ${profile.padEnd(5)}  ${counted(runs, 'run')} (${shape})`);
    }
    say(context);
  }
  return 0;
}
