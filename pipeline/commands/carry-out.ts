/** Jobs carried out before somebody's eyes: with a display of how far they are, until done or interrupted. */
import { ProgressDisplay } from '../progress.ts';
import { type Job, type Outcome, runJobs } from '../scheduler.ts';
import type { CommandContext } from './context.ts';

/** @returns how each job ended, and whether Ctrl-C ended the rest. */
export async function carryOut(
  jobs: readonly Job[],
  concurrency: number,
  context: CommandContext,
): Promise<{ outcomes: Outcome[]; interrupted: boolean }> {
  const display = new ProgressDisplay(jobs, context.out);
  const interrupts = context.listenForInterrupts((line) => display.line(line));
  try {
    const outcomes = await runJobs({
      jobs,
      concurrency,
      folders: context.store.folders,
      signal: interrupts.signal,
      observer: display,
      ...(context.worker ? { worker: context.worker } : {}),
    });
    return { outcomes, interrupted: interrupts.signal.aborted };
  } finally {
    display.close();
    interrupts.dispose();
  }
}
