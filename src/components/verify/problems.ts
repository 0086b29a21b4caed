/** What can keep a verification from being carried out, told so that the reader can act on it. */
import { CheckpointError } from '../../engine/checkpoint.ts';
import { MemoryError, WorkerError } from '../../engine/kernels/engine.ts';
import type { Problem } from './compare.ts';

/** An error whose remedy is known where it was thrown. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  constructor(readonly problem: Problem) {
    super(problem.message);
  }
}

/** What went wrong, in words that the reader can act on. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof CheckpointError) {
    return {
      message: `The checkpoint cannot be used: ${message}.`,
      remedy: 'Verify from the first weights; if it lasts, this copy of the site is incomplete or was changed.',
    };
  }
  if (error instanceof MemoryError || error instanceof RangeError) {
    return {
      message: `The browser has no memory left for this run (${message}).`,
      remedy: 'Close other tabs and verify again, or verify it by the command below.',
    };
  }
  if (error instanceof WorkerError) {
    return { message: `A worker that shares the steps has died (${message}).`, remedy: 'Verify again.' };
  }
  return {
    message: `Training broke off: ${message}.`,
    remedy: 'Verify again; if it happens again, the command below tells whether it is this browser.',
  };
}
