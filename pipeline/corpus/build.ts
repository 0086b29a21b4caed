/** `npm run corpus`: cleans the World English Bible again and trains its tokenizer, into public/corpora. */
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { formatSections, splitDocuments } from '../../src/training/text/documents.ts';
import { PipelineError } from '../errors.ts';
import { writeAtomically } from '../files.ts';
import { ABOUT_FILE, CORPUS_FOLDER, TEXT_FILE, TOKENIZER_FILE } from './index.ts';
import { trainTokenizer } from './train-tokenizer.ts';
import { cleanWorldEnglishBible } from './world-english-bible.ts';

const VOCABULARY_SIZE = 512;

function build(): void {
  const { about, sections } = cleanWorldEnglishBible();
  const json = (value: unknown, indent?: number) => `${JSON.stringify(value, null, indent)}\n`;
  writeAtomically(join(CORPUS_FOLDER, TEXT_FILE), gzipSync(formatSections(sections), { level: 9 }));
  writeAtomically(join(CORPUS_FOLDER, ABOUT_FILE), json(about, 2));
  const tokenizer = trainTokenizer(splitDocuments(sections).training, VOCABULARY_SIZE);
  writeAtomically(join(CORPUS_FOLDER, TOKENIZER_FILE), json(tokenizer, 1));
  console.log(`${about.documents} documents, ${about.bytes} bytes, sha256 ${about.sha256}`);
}

try {
  build();
} catch (error) {
  if (!(error instanceof PipelineError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
