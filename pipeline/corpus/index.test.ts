import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { formatSections, splitDocuments } from '../../src/training/text/documents.ts';
import { PipelineError } from '../errors.ts';
import {
  ABOUT_FILE,
  CORPUS_FOLDER,
  CORPUS_VERSION,
  loadCorpus,
  loadProvenance,
  loadTokenizer,
  readWorldEnglishBible,
  TEXT_FILE,
  TOKENIZER_FILE,
} from './index.ts';
import { cleanAddress } from './state-of-the-union.ts';
import { cleanWorldEnglishBible } from './world-english-bible.ts';

const README = readFileSync(join(CORPUS_FOLDER, '../README.md'), 'utf8');
const PROJECT_README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const bible = await loadCorpus('world-english-bible');
const addresses = await loadCorpus('state-of-the-union');

describe('the corpora', () => {
  test('change only with their version', () => {
    const golden: Record<string, unknown> = {
      // Name, hash, documents to train on and held out.
      '1': [
        ['world-english-bible', '1c4fcfea4fd99df7e816aff47506116119ec6e61025c2508baab843d85aeae74', 15515, 1715],
        ['state-of-the-union', '6d301423573a8d55f61db8641a032337a22af85759ade59e71f8223042a2e5c7', 210, 23],
      ],
    };
    const present = [bible, addresses].map(({ about, sections }) => {
      const { training, heldOut } = splitDocuments(sections);
      return [about.id, about.sha256, training.length, heldOut.length];
    });
    expect(golden[CORPUS_VERSION], 'raise CORPUS_VERSION and add its hashes').toEqual(present);
  });

  test('are clean: no markup, no numbers of verses, no double spaces', () => {
    const text = formatSections(bible.sections);
    expect([...new Set(text)].sort().join('')).toMatch(/^[\nA-Za-z ,.;:!?()[\]’‘“”—-]+$/);
    for (const flaw of [/ {2}/, / \n/, /\n /, /“ /, / ”/]) expect(flaw.exec(text)).toBeNull();
    for (const document of addresses.sections.flat()) expect(document).not.toMatch(/ {2}|&\w+;|\[(laughter|applause)/i);
  });

  test('are described by the READMEs', () => {
    const share = (100 * sharedSequences(13)).toFixed(1);
    for (const { about, sections } of [bible, addresses]) {
      expect(README).toContain(about.sha256);
      expect(PROJECT_README).toContain(about.sha256);
      expect(README).toContain(about.documents.toLocaleString('en'));
      expect(README).toContain(sections.length.toLocaleString('en'));
    }
    expect(README).toContain(`${bible.about.bytes.toLocaleString('en')} bytes`);
    expect(README).toContain(`${share} %`);
  });

  test('can be cleaned again to the same text', ({ skip }) => {
    skip(!existsSync('/usr/share/bibledit/demo'), 'needs Debian’s package bibledit-data');
    expect(cleanWorldEnglishBible().about).toEqual(bible.about);
  });
});

/** The share of held-out sequences of `length` words that also stand in a training paragraph. */
function sharedSequences(length: number): number {
  const { training, heldOut } = splitDocuments(bible.sections);
  const sequences = (document: string) => {
    const words = document.split(' ');
    return Array.from({ length: Math.max(0, words.length - length + 1) }, (_, i) =>
      words.slice(i, i + length).join(' '),
    );
  };
  const wanted = heldOut.flatMap(sequences);
  const known = new Set(training.flatMap(sequences));
  return wanted.filter((sequence) => known.has(sequence)).length / wanted.length;
}

test('an address holds what was said', () => {
  expect(
    cleanAddress('My friends,  [Applause]\nI said &quot;no&quot; to [the] bill [3] &mdash; twice. [Laughter]\n'),
  ).toBe('My friends, I said "no" to [the] bill — twice.');
});

test('an unknown corpus is told which there are', async () => {
  for (const id of ['bible', 'toString']) {
    await expect(loadCorpus(id)).rejects.toThrow(
      `there is no corpus "${id}"; there are: world-english-bible, state-of-the-union`,
    );
  }
});

test('provenance is that of the results', async () => {
  expect(await loadProvenance('world-english-bible')).toEqual(bible.about);
});

test('without Debian’s package the remedy is named', () => {
  expect(() => cleanWorldEnglishBible(join(tmpdir(), 'no-such-folder'))).toThrow(/apt-get install bibledit-data/);
});

describe('a damaged folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'corpus-'));
    for (const name of [ABOUT_FILE, TEXT_FILE, TOKENIZER_FILE])
      copyFileSync(join(CORPUS_FOLDER, name), join(folder, name));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const remedy = /; restore it with git checkout public\/corpora, or make it again with npm run corpus$/;

  async function failure(): Promise<string> {
    const error = await readWorldEnglishBible(folder).then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(PipelineError);
    const { message } = error as PipelineError;
    expect(message).toMatch(remedy);
    return message;
  }

  test('without damage is read', async () => {
    expect((await readWorldEnglishBible(folder)).about).toEqual(bible.about);
  });

  test('a missing text', async () => {
    rmSync(join(folder, TEXT_FILE));
    expect(await failure()).toContain('cannot read text.txt.gz');
  });

  test('a text cut short', async () => {
    writeFileSync(join(folder, TEXT_FILE), readFileSync(join(CORPUS_FOLDER, TEXT_FILE)).subarray(0, 100_000));
    expect(await failure()).toContain('text.txt.gz: the text is damaged or cut short');
  });

  test('another text', async () => {
    writeFileSync(join(folder, TEXT_FILE), gzipSync('Another.\n'));
    expect(await failure()).toContain(`about.json says ${bible.about.sha256}`);
  });

  test('an about.json that is no JSON, or describes nothing', async () => {
    writeFileSync(join(folder, ABOUT_FILE), '{');
    expect(await failure()).toContain('about.json is not JSON');
    writeFileSync(join(folder, ABOUT_FILE), '{}');
    expect(await failure()).toContain('about.json does not describe a corpus');
  });

  test('a tokenizer that is no tokenizer', () => {
    writeFileSync(join(folder, TOKENIZER_FILE), '{"model": {}}');
    expect(() => loadTokenizer(folder)).toThrow(PipelineError);
    expect(() => loadTokenizer(folder)).toThrow(remedy);
    expect(() => loadTokenizer(folder)).toThrow(/tokenizer\.json: added_tokens/);
  });
});
