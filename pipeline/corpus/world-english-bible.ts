/**
 * The World English Bible, by paragraph: modern, simple English in real documents shorter than a context. It is cleaned
 * once, from the USFM files of Debian's package bibledit-data, and kept compressed in the repository.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PipelineError } from '../errors.ts';
import { type Corpus, describeCorpus } from './corpus.ts';
import { usfmChapters } from './usfm.ts';

export const WORLD_ENGLISH_BIBLE = 'world-english-bible';

const DESCRIPTION = {
  id: WORLD_ENGLISH_BIBLE,
  title: 'World English Bible, its text by paragraph, without verse numbers, notes and headings',
  source: 'Debian package bibledit-data (demo/*eng-web.usfm)',
  licence: 'CC0-1.0',
};

/** Where Debian's package puts the files. */
const FOLDER = '/usr/share/bibledit/demo';

/**
 * Cleans the package's files. The books come in the order of the package, each chapter is a section; the front matter
 * and the glossary, which have no chapters, are left out.
 * @throws {PipelineError} when the package is not installed.
 */
export function cleanWorldEnglishBible(folder: string = FOLDER): Corpus {
  let names: string[] = [];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith('eng-web.usfm'));
  } catch {
    // Reported below, with the remedy.
  }
  if (names.length === 0) {
    throw new PipelineError(
      `${folder} holds no *eng-web.usfm. Install Debian's package: apt-get install bibledit-data. ` +
        'It is needed to clean the text again only; the cleaned text is in public/corpora.',
    );
  }
  // The names begin with a number of two or three digits.
  names.sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
  const sections = names.flatMap((name) => usfmChapters(readFileSync(join(folder, name), 'utf8'), name));
  return { about: describeCorpus(DESCRIPTION, sections), sections };
}
