/**
 * How a batch is cut: into micro-batches whose number depends on the batch alone, so that whoever computes them, one
 * thread or eight workers, their gradients add up to the same bits. They are added as the leaves of a binary tree,
 * (0 + 1) + (2 + 3), so that a worker can add up a whole branch before it answers.
 */
import { PANEL, roundUp } from './dimensions.ts';

/** Sequences `first` to `first + sequences - 1` of a batch. */
export interface MicroBatch {
  first: number;
  sequences: number;
}

/** Work is cut at least so fine where there are sequences enough: the most workers that can share a batch. */
const FEWEST = 8;
/** More tokens than this gain no speed, but need memory for their activations. */
const MOST_TOKENS = 512;

/** The micro-batches of a batch, a power of two, of sequence counts that differ by at most one. */
export function microBatches(sequences: number, length: number): MicroBatch[] {
  let count = 1;
  while (2 * count <= sequences && (count < FEWEST || tokensOf(Math.ceil(sequences / count), length) > MOST_TOKENS)) {
    count *= 2;
  }
  const start = (index: number) => Math.floor((index * sequences) / count);
  return Array.from({ length: count }, (_, index) => ({
    first: start(index),
    sequences: start(index + 1) - start(index),
  }));
}

/** Tokens of so many sequences, each padded to whole panels. */
export function tokensOf(sequences: number, length: number): number {
  return sequences * roundUp(length, PANEL);
}
