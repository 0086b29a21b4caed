/**
 * From a corpus to the batches of a run, be they windows of its text or sequences of a language made from it; the same
 * calls in Node and in the page, so that both see the same tokens.
 */
import { heldOutLanguageBatches, languageBatches } from './language/batches.ts';
import { createLanguage } from './language/language.ts';
import type { TrainingSetup } from './loop.ts';
import type { DataSpecification, RunSpecification } from './specification.ts';
import { heldOutBatches, trainingBatches } from './text/batches.ts';
import { createDataset, type Dataset } from './text/dataset.ts';
import type { Sections } from './text/documents.ts';
import type { Tokenizer } from './text/tokenizer.ts';

/** What decides the batches, once text or language is there. */
type StreamsSpecification = Pick<RunSpecification, 'model' | 'training' | 'evaluation' | 'seed'>;

/** The training batches by step, and the held-out batches of every evaluation. */
export type Streams = Pick<TrainingSetup, 'batches' | 'heldOut'>;

/** What the tokens of runs come from. Making one costs a second or so; runs that differ in model or seed can share it. */
export interface TokenSource {
  /** V of its models: ids run from 0 to V - 1. */
  vocabularySize: number;
  /** One token for a reader. */
  label(id: number): string;
  /** The symbols after which a language copies the one before; a text has none. */
  triggers: readonly number[];
  /** @throws {PackingError} when the text is too short for a window, or for the held-out sequences. */
  streams(specification: StreamsSpecification): Streams;
}

/**
 * The text of a corpus, or the language of its training documents, as `data` says.
 * @throws {PackingError} {LanguageError} when it cannot be made as asked.
 */
export function createTokenSource(sections: Sections, tokenizer: Tokenizer, data: DataSpecification): TokenSource {
  if (data.language === null) {
    const dataset = createDataset(sections, tokenizer, data);
    const { vocabularySize, label } = tokenizer;
    return { vocabularySize, label, triggers: [], streams: (specification) => dataStreams(dataset, specification) };
  }
  const language = createLanguage(sections, tokenizer, data, data.language);
  const { vocabularySize, label, triggers } = language;
  return {
    vocabularySize,
    label,
    triggers,
    streams(specification) {
      const { training, heldOut } = optionsOf(specification);
      return { batches: languageBatches(language, training), heldOut: heldOutLanguageBatches(language, heldOut) };
    },
  };
}

/**
 * The batches of a packed text.
 * @throws {PackingError} when the text is too short for a window, or for the held-out sequences.
 */
export function dataStreams(dataset: Dataset, specification: StreamsSpecification): Streams {
  const { training, heldOut } = optionsOf(specification);
  return { batches: trainingBatches(dataset.training, training), heldOut: heldOutBatches(dataset.heldOut, heldOut) };
}

/** A held-out batch holds as many sequences as a step does, so that an evaluation needs no more memory than training. */
function optionsOf({
  model: { contextLength },
  training: { sequencesPerStep },
  evaluation,
  seed,
}: StreamsSpecification) {
  return {
    training: { contextLength, sequencesPerStep, seed },
    heldOut: { contextLength, sequences: evaluation.sequences, sequencesPerBatch: sequencesPerStep },
  };
}
