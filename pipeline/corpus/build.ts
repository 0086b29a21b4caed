/** `npm run corpus`: cleans the World English Bible again and trains its tokenizer, into public/corpora. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { formatSections, splitDocuments } from '../../src/training/text/documents.ts';
import { PipelineError } from '../errors.ts';
import { writeAtomically } from '../files.ts';
import { ABOUT_FILE, CORPUS_FOLDER, TEXT_FILE, TOKENIZER_CONFIG_FILE, TOKENIZER_FILE } from './index.ts';
import { TOKENIZER_CONFIG, trainTokenizer } from './train-tokenizer.ts';
import { cleanWorldEnglishBible } from './world-english-bible.ts';

const VOCABULARY_SIZE = 512;

function build(): void {
  const { about, sections } = cleanWorldEnglishBible();
  const tokenizer = trainTokenizer(splitDocuments(sections).training, VOCABULARY_SIZE);
  const json = (value: unknown, indent: number) => `${JSON.stringify(value, null, indent)}\n`;
  writeText(join(CORPUS_FOLDER, TEXT_FILE), formatSections(sections));
  writeAtomically(join(CORPUS_FOLDER, ABOUT_FILE), json(about, 2));
  writeAtomically(join(CORPUS_FOLDER, TOKENIZER_FILE), json(tokenizer, 1));
  writeAtomically(join(CORPUS_FOLDER, TOKENIZER_CONFIG_FILE), json(TOKENIZER_CONFIG, 2));
  console.log(`${about.documents} documents, ${about.bytes} bytes, sha256 ${about.sha256}`);
}

/** Another zlib compresses to other bytes; a file that holds the text already is left as it is. */
function writeText(path: string, text: string): void {
  if (!holds(path, text)) writeAtomically(path, gzipSync(text, { level: 9 }));
}

function holds(path: string, text: string): boolean {
  try {
    return gunzipSync(readFileSync(path)).toString('utf8') === text;
  } catch {
    return false; // missing or damaged: it is written anew
  }
}

try {
  build();
} catch (error) {
  if (!(error instanceof PipelineError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
