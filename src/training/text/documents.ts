/**
 * A corpus as text: one document a line, and an empty line between groups of documents that belong together, such as
 * the paragraphs of a chapter. The page and the pipeline read the same compressed file.
 */
import { randomGenerator } from '../../transformer/random.ts';

/** The documents of a corpus, in their order. */
export interface TextSource {
  documents: readonly string[];
  /** The group of each document, counted from 0: documents of one group are never split between training and validation. */
  groups: readonly number[];
}

/** A corpus that cannot be read; the message says what to do. */
export class CorpusError extends Error {
  override readonly name = 'CorpusError';
}

/** The text of a corpus: the inverse of `parseDocuments`. */
export function formatDocuments(groups: readonly (readonly string[])[]): string {
  for (const document of groups.flat()) {
    if (document === '' || /[\n\r]/.test(document)) {
      throw new CorpusError(`a document must be one line that is not empty: ${JSON.stringify(document.slice(0, 80))}`);
    }
  }
  return `${groups.map((group) => group.join('\n')).join('\n\n')}\n`;
}

/**
 * The documents of a text.
 * @throws {CorpusError} when there is none.
 */
export function parseDocuments(text: string): TextSource {
  const documents: string[] = [];
  const groups: number[] = [];
  let group = -1;
  let newGroup = true;
  for (const line of text.split('\n')) {
    if (line === '') newGroup = true;
    else {
      if (newGroup) group++;
      newGroup = false;
      documents.push(line);
      groups.push(group);
    }
  }
  if (documents.length === 0) throw new CorpusError('the text holds no document');
  return { documents, groups };
}

/** One group in so many is held out for validation. */
const HELD_OUT_ONE_IN = 10;

/**
 * Whether a group is held out for validation, drawn by its number alone: the same in every run, seed and place.
 *
 * Whole groups, not single documents, so that no held-out paragraph has its neighbours, which share its names and
 * phrases, in the training text. What remains shared is what the corpus itself repeats (parallel accounts, formulas).
 */
export function isHeldOut(group: number): boolean {
  return randomGenerator(`held-out/${group}`).below(HELD_OUT_ONE_IN) === 0;
}

/** The documents to train on and those held out, each in their order. */
export interface SplitDocuments {
  train: string[];
  validation: string[];
}

/**
 * Splits a corpus by groups, the same way everywhere.
 * @throws {CorpusError} when either side would be empty: the corpus has too few groups.
 */
export function splitDocuments({ documents, groups }: TextSource): SplitDocuments {
  const heldOut = new Map<number, boolean>();
  const split: SplitDocuments = { train: [], validation: [] };
  for (const [index, document] of documents.entries()) {
    const group = groups[index]!;
    if (!heldOut.has(group)) heldOut.set(group, isHeldOut(group));
    split[heldOut.get(group) ? 'validation' : 'train'].push(document);
  }
  for (const side of ['train', 'validation'] as const) {
    if (split[side].length === 0) {
      throw new CorpusError(`no document falls to ${side}: the corpus has too few groups (${new Set(groups).size})`);
    }
  }
  return split;
}
