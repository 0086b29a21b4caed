/**
 * Languages without an end, made from a text: a Markov chain of its symbols, or Bigram-Backcopy (Guo et al. 2024,
 * arXiv:2410.13835), the task of the smallest models that grow an attention sink. In it the most frequent symbols are
 * triggers. A sequence starts with a symbol that is not a trigger, drawn by how often it occurs; after a trigger comes
 * a copy of the symbol before the trigger, after any other symbol one drawn by how often it follows in the text.
 */
import type { Batch } from '../../engine/engine.ts';
import type { RandomGenerator } from '../../transformer/random.ts';
import type { DataSpecification } from '../specification.ts';
import { type Sections, splitDocuments } from '../text/documents.ts';
import type { Tokenizer } from '../text/tokenizer.ts';
import { type CountTable, countSuccessors, countsOf, mostFrequent, without } from './statistics.ts';
import { characterSymbols, type Symbols, tokenSymbols } from './symbols.ts';

/** A language that cannot be made as asked; the message says what to do. */
export class LanguageError extends Error {
  override readonly name = 'LanguageError';
}

/** How the sequences of a language are made. */
export type LanguageSpecification = NonNullable<DataSpecification['language']>;

export interface Language extends Pick<Symbols, 'vocabularySize' | 'bos' | 'label'> {
  /** The symbols after which the one before is copied, the most frequent first. */
  triggers: readonly number[];
  /** Whether every sequence starts with `<bos>`. */
  startsWithBos: boolean;
  /** One row: the first symbol of a sequence. */
  first: CountTable;
  /** By order, from 1: the symbols that follow so many earlier ones. */
  successors: readonly CountTable[];
}

/**
 * The language of the training documents of a corpus.
 * @throws {LanguageError} when `bos`, `mask` or `uniqueTokens` cannot be carried out, or too many triggers are asked for.
 */
export function createLanguage(
  sections: Sections,
  tokenizer: Tokenizer,
  { bos, mask, uniqueTokens }: Pick<DataSpecification, 'bos' | 'mask' | 'uniqueTokens'>,
  { unit, order, triggers: triggerCount }: LanguageSpecification,
): Language {
  if (bos === 'document' || mask === 'document') {
    throw new LanguageError(
      'data: the sequences of a language are no documents; with `language`, bos must be "none" or "fixed" and mask "causal"',
    );
  }
  if (uniqueTokens !== null) {
    throw new LanguageError('data: a language has no end; with `language`, uniqueTokens must be null');
  }
  const { training } = splitDocuments(sections);
  const symbols = unit === 'character' ? characterSymbols(training) : tokenSymbols(training, tokenizer);
  const { vocabularySize, stream } = symbols;
  const counts = countsOf(countSuccessors(stream, vocabularySize, 0), 0, vocabularySize);
  const occurring = counts.filter((count) => count > 0).length;
  if (triggerCount >= occurring) {
    throw new LanguageError(
      `data.language: ${triggerCount} triggers leave no other symbol, the text has ${occurring}; ask for fewer`,
    );
  }
  const triggers = mostFrequent(counts, triggerCount);
  return {
    vocabularySize,
    bos: symbols.bos,
    label: symbols.label,
    triggers,
    startsWithBos: bos === 'fixed',
    first: without(counts, new Set(triggers)),
    successors: Array.from({ length: order }, (_, i) => countSuccessors(stream, vocabularySize, i + 1)),
  };
}

/** `sequences` sequences of T inputs each, one after another from the generator. */
export function sampleBatch(
  language: Language,
  random: RandomGenerator,
  shape: { sequences: number; contextLength: number },
): Batch {
  const { sequences, contextLength: T } = shape;
  const inputs = new Int32Array(sequences * T);
  const targets = new Int32Array(sequences * T);
  for (let sequence = 0; sequence < sequences; sequence++) {
    const tokens = sampleSequence(language, random, T + 1);
    inputs.set(tokens.subarray(0, T), sequence * T);
    targets.set(tokens.subarray(1), sequence * T);
  }
  return { sequences, length: T, inputs, targets };
}

/** One sequence of so many symbols, `<bos>` included where there is one. */
export function sampleSequence(language: Language, random: RandomGenerator, length: number): Int32Array {
  const { triggers, startsWithBos, bos, first } = language;
  const start = startsWithBos ? 1 : 0;
  const tokens = new Int32Array(length);
  if (startsWithBos) tokens[0] = bos;
  for (let t = start; t < length; t++) {
    if (t === start) tokens[t] = draw(first, 0, random);
    else if (triggers.includes(tokens[t - 1]!)) tokens[t] = tokens[t - 2]!;
    else tokens[t] = drawSuccessor(language, tokens.subarray(start, t), random);
  }
  return tokens;
}

/**
 * A symbol that follows the last ones in the text. Copies make contexts that the text does not hold; then, as at the
 * start of a sequence, fewer symbols decide. The last one alone always has a successor, since it came out of the text.
 */
function drawSuccessor({ successors, vocabularySize }: Language, before: Int32Array, random: RandomGenerator): number {
  for (let order = Math.min(successors.length, before.length); order > 1; order--) {
    const table = successors[order - 1]!;
    let row = 0;
    for (const symbol of before.subarray(before.length - order)) row = row * vocabularySize + symbol;
    if (table.starts[row + 1]! > table.starts[row]!) return draw(table, row, random);
  }
  return draw(successors[0]!, before.at(-1)!, random);
}

/** A symbol of a row, as often as its count says. */
function draw({ starts, symbols, sums }: CountTable, row: number, random: RandomGenerator): number {
  let low = starts[row]!;
  let high = starts[row + 1]! - 1;
  const target = random.below(sums[high]!);
  // The first entry whose sum exceeds the target.
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sums[middle]! > target) high = middle;
    else low = middle + 1;
  }
  return symbols[low]!;
}
