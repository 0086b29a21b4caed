/** Which windows of a packed text a run sees, step by step, and on which it is evaluated. */
import type { Batch } from '../../engine/engine.ts';
import { randomGenerator } from '../../transformer/random.ts';
import { type PackedText, PackingError, windowCount, windowsAt } from './packing.ts';

export interface TrainingBatches {
  /** T */
  contextLength: number;
  /** B */
  sequencesPerStep: number;
  seed: number;
}

/**
 * The batch of a step, counted from 0: windows drawn uniformly and independently from the whole stream. It depends on
 * the seed and the step alone, so that a run that was interrupted goes on with the data it would have seen.
 * @throws {PackingError} at once, when the text is shorter than one window.
 */
export function trainingBatches(packed: PackedText, options: TrainingBatches): (step: number) => Batch {
  const { contextLength, sequencesPerStep, seed } = options;
  const count = windowCount(packed, contextLength);
  return (step) => {
    const random = randomGenerator(`${seed}/batches/${step}`);
    const offsets = Array.from({ length: sequencesPerStep }, () => random.below(count));
    return windowsAt(packed, offsets, contextLength);
  };
}

export interface HeldOutBatches {
  /** T */
  contextLength: number;
  /** How many windows in all. */
  sequences: number;
  /** How many at most in one batch; the last batch may hold fewer. */
  sequencesPerBatch: number;
}

/**
 * Windows spread evenly over the text, the same for every run and seed.
 * @throws {PackingError} when the text has fewer windows than asked for, or a batch would hold none.
 */
export function heldOutBatches(packed: PackedText, options: HeldOutBatches): Batch[] {
  const { contextLength, sequences, sequencesPerBatch } = options;
  const count = windowCount(packed, contextLength);
  if (!Number.isInteger(sequencesPerBatch) || sequencesPerBatch < 1) {
    throw new PackingError(`a batch must hold a whole number of sequences, at least 1, not ${sequencesPerBatch}`);
  }
  if (sequences > count) {
    throw new PackingError(
      `the text has ${count} windows of ${contextLength} tokens, but ${sequences} sequences are asked for; ` +
        'ask for fewer, or take a longer text',
    );
  }
  const offsets = Array.from({ length: sequences }, (_, i) => Math.floor((i * count) / sequences));
  const batches: Batch[] = [];
  for (let first = 0; first < sequences; first += sequencesPerBatch) {
    batches.push(windowsAt(packed, offsets.slice(first, first + sequencesPerBatch), contextLength));
  }
  return batches;
}
