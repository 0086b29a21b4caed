/** A reader's own text as sections of documents, so that it is split, packed and held out as a corpus is. */
import { CorpusError, type Sections } from '../../training/text/documents.ts';

/** Characters that a text may have: some two hundred thousand words, which a browser reads in a second or so. */
export const MOST_CHARACTERS = 1_000_000;

/** Sections that a text is cut into: one in ten is held out, so two. */
const SECTIONS = 20;

/** Where a text may be cut, the best places first: between lines, sentences, words. */
const CUTS = [/\s*\n\s*/, /(?<=[.!?…。！？])\s+/, /\s+/];

/**
 * Lines are documents; where there are fewer than are needed, sentences or else words in equal parts. Neighbouring
 * documents make up a section.
 * @throws {CorpusError} when the text is too long, or too short for anything to be held out.
 */
export function sectionsOf(text: string): Sections {
  if (text.length > MOST_CHARACTERS) {
    throw new CorpusError(
      `the text has ${text.length} characters, and a page should not read more than ${MOST_CHARACTERS}; take a part of it`,
    );
  }
  for (const cut of CUTS) {
    const documents = text.split(cut).filter((document) => document.trim() !== '');
    if (documents.length >= SECTIONS) return grouped(documents, cut === CUTS.at(-1));
  }
  throw new CorpusError(`the text has fewer than ${SECTIONS} words; take a longer one`);
}

/** Neighbours together, each group of about the same number; words are joined into one document a group. */
function grouped(documents: readonly string[], areWords: boolean): string[][] {
  return Array.from({ length: SECTIONS }, (_, index) => {
    const from = Math.floor((index * documents.length) / SECTIONS);
    const to = Math.floor(((index + 1) * documents.length) / SECTIONS);
    const section = documents.slice(from, to).map((document) => document.replace(/\s*\n\s*/g, ' '));
    return areWords ? [section.join(' ')] : section;
  });
}
