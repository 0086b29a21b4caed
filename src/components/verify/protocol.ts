/** What page and worker say to each other. Every verification has a worker of its own. */
import type { Evaluation } from '../../results/schema.ts';
import type { RunSpecification } from '../../training/specification.ts';
import type { Problem } from './compare.ts';

export type ToWorker =
  /** `root`: of the site, ending in a slash; `until`: an evaluation step, after which it rests. */
  | { type: 'start'; specification: RunSpecification; root: string; until: number }
  | { type: 'stop' }
  | { type: 'continue'; until: number };

/** SHA-256 of the files that a run is trained with, as they came. */
export interface UsedFiles {
  text: string;
  tokenizer: string;
  kernels: string;
}

export type FromWorker =
  | { type: 'loading'; what: 'text' | 'model' }
  | { type: 'ready'; files: UsedFiles; threads: number }
  /** Now and then: steps done, seconds worked until then, rests left out, and the pace of the last steps. */
  | { type: 'progress'; step: number; seconds: number; tokensPerSecond: number }
  | { type: 'evaluation'; evaluation: Evaluation; seconds: number }
  /** The loss or a gradient is no number any more. */
  | { type: 'diverged'; step: number }
  | { type: 'failed'; problem: Problem };
