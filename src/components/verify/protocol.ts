/** What page and worker say to each other. Every verification has a worker of its own. */
import type { Evaluation } from '../../results/schema.ts';
import type { RunSpecification } from '../../training/specification.ts';
import type { Problem } from './compare.ts';

/** The published checkpoint at which a stretch begins, and what the run's file says of what was before it. */
export interface Beginning {
  step: number;
  /** Where the checkpoint is fetched. */
  address: string;
  /** The published evaluations before its step: fingerprints are a chain, which goes on from the last of these. */
  before: readonly Evaluation[];
}

export type ToWorker =
  /** `root`: of the site, ending in a slash; `from`: null for the first weights; `until`: an evaluation step, after which it rests. */
  | { type: 'start'; specification: RunSpecification; root: string; from: Beginning | null; until: number }
  | { type: 'stop' }
  | { type: 'continue'; until: number };

/** SHA-256 of the files that a run is trained with, as they came. */
export interface UsedFiles {
  text: string;
  tokenizer: string;
  kernels: string;
  /** Of the checkpoint, where a stretch begins at one. */
  checkpoint?: string;
}

export type FromWorker =
  | { type: 'loading'; what: 'text' | 'model' | 'checkpoint' }
  | { type: 'ready'; files: UsedFiles; threads: number }
  /** Now and then: steps done, seconds worked until then, rests left out, and the pace of the last steps. */
  | { type: 'progress'; step: number; seconds: number; tokensPerSecond: number }
  | { type: 'evaluation'; evaluation: Evaluation; seconds: number }
  /** The loss or a gradient is no number any more. */
  | { type: 'diverged'; step: number }
  | { type: 'failed'; problem: Problem };
