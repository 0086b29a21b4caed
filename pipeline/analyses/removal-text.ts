/** Held-out windows for models whose sink is taken away: the same text for every seed, model and condition. */
import { type Batch, IGNORED_TARGET } from '../../src/engine/engine.ts';
import { type PackedText, windowCount, windowsAt } from '../../src/training/text/packing.ts';
import { randomGenerator } from '../../src/transformer/random.ts';
import { PipelineError } from '../errors.ts';
import { drawOrdinary, isOrdinary } from './removal.ts';

/** Sequences of one batch: enough for the engine's speed, few enough for the memory that maps and states take. */
const SEQUENCES_PER_BATCH = 32;

/** A batch with what stands in for its first tokens under `replaced`. */
export interface RemovalBatch {
  batch: Batch;
  /** One ordinary token a sequence, drawn by a generator of the window's number. */
  replacements: Int32Array;
  /** Number of each sequence's window, to seed further draws. */
  windows: number[];
}

export interface RemovalText {
  length: number;
  windows: number;
  /** Windows whose token here is `<bos>` or `<eos>` give way to the next that has an ordinary one. */
  ordinaryAt?: number;
}

/**
 * Windows spread evenly over a text. The first target of each, which the text without its first token does not have,
 * counts under no condition, so that losses are of the same tokens.
 * @throws {PipelineError} when the text is too short.
 */
export function removalBatches(text: PackedText, { length, windows, ordinaryAt }: RemovalText): RemovalBatch[] {
  const count = windowCount(text, length);
  const offsets = Array.from({ length: windows }, (_, window) => {
    let offset = Math.floor((window * count) / windows);
    while (ordinaryAt !== undefined && offset < count && !isOrdinary(text.tokens[offset + ordinaryAt]!, text)) offset++;
    if (offset >= count) {
      throw new PipelineError(`the held-out text ends before window ${window}; ask for fewer windows than ${windows}`);
    }
    return offset;
  });
  const batches: RemovalBatch[] = [];
  for (let first = 0; first < windows; first += SEQUENCES_PER_BATCH) {
    const own = offsets.slice(first, first + SEQUENCES_PER_BATCH);
    const batch = windowsAt(text, own, length);
    for (let b = 0; b < batch.sequences; b++) batch.targets[b * length] = IGNORED_TARGET;
    const numbers = own.map((_, i) => first + i);
    const replacements = Int32Array.from(numbers, (window) =>
      drawOrdinary(text, randomGenerator(`removal/replacement/${window}`), batch.inputs[(window - first) * length]),
    );
    batches.push({ batch, replacements, windows: numbers });
  }
  return batches;
}

/** The batch shape for which an engine reserves memory. */
export function largestBatch(length: number): { sequences: number; length: number } {
  return { sequences: SEQUENCES_PER_BATCH, length };
}
