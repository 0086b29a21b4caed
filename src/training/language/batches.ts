/** Which sequences of a language a run sees, step by step, and on which it is evaluated. */
import type { Batch } from '../../engine/engine.ts';
import { randomGenerator } from '../../transformer/random.ts';
import type { HeldOutBatches, TrainingBatches } from '../text/batches.ts';
import { type Language, LanguageError, sampleBatch } from './language.ts';

/** The batch of a step, counted from 0: it depends on the seed and the step alone, and no other step shares its draws. */
export function languageBatches(language: Language, options: TrainingBatches): (step: number) => Batch {
  const { contextLength, sequencesPerStep: sequences, seed } = options;
  return (step) => sampleBatch(language, randomGenerator(`${seed}/language/${step}`), { sequences, contextLength });
}

/**
 * Sequences for evaluation, the same for every run and seed, however they are cut into batches.
 * @throws {LanguageError} when a batch would hold none.
 */
export function heldOutLanguageBatches(language: Language, options: HeldOutBatches): Batch[] {
  const { contextLength, sequences, sequencesPerBatch } = options;
  if (!Number.isInteger(sequencesPerBatch) || sequencesPerBatch < 1) {
    throw new LanguageError(`a batch must hold a whole number of sequences, at least 1, not ${sequencesPerBatch}`);
  }
  // The name begins with no number, so that no run's seed gives the same draws.
  const random = randomGenerator('held-out/language');
  const batches: Batch[] = [];
  for (let left = sequences; left > 0; left -= sequencesPerBatch) {
    batches.push(sampleBatch(language, random, { sequences: Math.min(left, sequencesPerBatch), contextLength }));
  }
  return batches;
}
