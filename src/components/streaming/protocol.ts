/** What page and worker say to each other: every request is numbered, and a new one ends the one before. */
import type { CachePolicy } from '../../decoding/policy.ts';
import type { Fault } from '../lab/protocol.ts';
import type { Reading } from './reading.ts';

export interface ReadRequest {
  id: number;
  /** The site's root, ending in a slash. */
  root: string;
  /** Of the folder under `models/`. */
  model: string;
  /** One document after another, each ended by `<eos>`; the first stands behind `<bos>`. */
  documents: string[];
  /** Tokens read at most. */
  length: number;
  /** What is done with the caches, one beside the other. */
  policies: CachePolicy[];
}

export type FromCacheWorker = { id: number } & (
  | { type: 'progress'; what: 'loading' | 'reading' }
  /** (n) the tokens that were read, and what each cache made of them. */
  | { type: 'read'; labels: string[]; readings: Reading[] }
  | { type: 'failed'; fault: Fault }
);
