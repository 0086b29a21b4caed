/** The corpora by name, read and checked, with the tokenizer they share. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CorpusProvenance, corpusProvenance } from '../../src/results/schema.ts';
import { CorpusError, decompressText, parseSections } from '../../src/training/text/documents.ts';
import { createTokenizer, type Tokenizer, TokenizerError } from '../../src/training/text/tokenizer.ts';
import { PipelineError } from '../errors.ts';
import { type Corpus, describeCorpus } from './corpus.ts';
import { readStateOfTheUnion, STATE_OF_THE_UNION } from './state-of-the-union.ts';
import { WORLD_ENGLISH_BIBLE } from './world-english-bible.ts';

export { CORPUS_VERSION, type Corpus } from './corpus.ts';
export { TOKENIZER_VERSION } from './train-tokenizer.ts';

/** The folder of the committed text, its description and the tokenizer; the site serves it as it is. */
export const CORPUS_FOLDER = fileURLToPath(new URL(`../../public/corpora/${WORLD_ENGLISH_BIBLE}/`, import.meta.url));
export const TEXT_FILE = 'text.txt.gz';
export const ABOUT_FILE = 'about.json';
export const TOKENIZER_FILE = 'tokenizer.json';
export const TOKENIZER_CONFIG_FILE = 'tokenizer_config.json';

const RESTORE = 'restore it with git checkout public/corpora, or make it again with npm run corpus';

function readCommitted(folder: string, name: string): Buffer<ArrayBuffer> {
  try {
    return readFileSync(join(folder, name));
  } catch (error) {
    throw new PipelineError(`public/corpora: cannot read ${name}; ${RESTORE}`, { cause: error });
  }
}

function parseCommitted(folder: string, name: string): unknown {
  try {
    return JSON.parse(readCommitted(folder, name).toString('utf8'));
  } catch (error) {
    if (error instanceof PipelineError) throw error;
    throw new PipelineError(`public/corpora: ${name} is not JSON; ${RESTORE}`, { cause: error });
  }
}

/** @throws {PipelineError} when a file is missing or damaged, or the text is not the one that about.json describes. */
export async function readWorldEnglishBible(folder: string = CORPUS_FOLDER): Promise<Corpus> {
  const about = corpusProvenance.safeParse(parseCommitted(folder, ABOUT_FILE));
  if (!about.success) {
    throw new PipelineError(`public/corpora: ${ABOUT_FILE} does not describe a corpus; ${RESTORE}`);
  }
  try {
    const sections = parseSections(await decompressText(readCommitted(folder, TEXT_FILE)));
    const { sha256 } = describeCorpus(about.data, sections);
    if (sha256 !== about.data.sha256) {
      throw new PipelineError(
        `public/corpora: the hash of ${TEXT_FILE} is ${sha256}, ${ABOUT_FILE} says ${about.data.sha256}; ${RESTORE}`,
      );
    }
    return { about: about.data, sections };
  } catch (error) {
    if (!(error instanceof CorpusError)) throw error;
    throw new PipelineError(`public/corpora: ${TEXT_FILE}: ${error.message}; ${RESTORE}`, { cause: error });
  }
}

const CORPORA: Record<string, () => Promise<Corpus>> = {
  [WORLD_ENGLISH_BIBLE]: () => readWorldEnglishBible(),
  [STATE_OF_THE_UNION]: async () => readStateOfTheUnion(),
};

/** @throws {PipelineError} for an unknown name, or a corpus that is missing or damaged. */
export async function loadCorpus(id: string): Promise<Corpus> {
  const load = Object.hasOwn(CORPORA, id) ? CORPORA[id] : undefined;
  if (load === undefined) {
    throw new PipelineError(`there is no corpus "${id}"; there are: ${Object.keys(CORPORA).join(', ')}`);
  }
  return load();
}

/** What results say of a corpus: source, licence, hash. */
export async function loadProvenance(id: string): Promise<CorpusProvenance> {
  return (await loadCorpus(id)).about;
}

/**
 * The tokenizer of every corpus; it was trained on the training documents of the World English Bible.
 * @throws {PipelineError} when its file is missing or damaged.
 */
export function loadTokenizer(folder: string = CORPUS_FOLDER): Tokenizer {
  try {
    return createTokenizer(parseCommitted(folder, TOKENIZER_FILE));
  } catch (error) {
    if (!(error instanceof TokenizerError)) throw error;
    throw new PipelineError(`public/corpora: ${error.message}; ${RESTORE}`, { cause: error });
  }
}
