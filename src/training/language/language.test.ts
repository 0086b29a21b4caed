import { readFileSync } from 'node:fs';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomGenerator } from '../../transformer/random.ts';
import { createTokenizer } from '../text/tokenizer.ts';
import { TRAINING_VERSION } from '../version.ts';
import { heldOutLanguageBatches, languageBatches } from './batches.ts';
import { createLanguage, LanguageError, type LanguageSpecification, sampleSequence } from './language.ts';

const tokenizer = createTokenizer(
  JSON.parse(
    readFileSync(new URL('../../../public/corpora/world-english-bible/tokenizer.json', import.meta.url), 'utf8'),
  ),
);

/** The tenth section is held out: its `z` must not be part of the language. */
const sections = [
  ...Array.from({ length: 9 }, (_, i) => [`in the beginning of day ${i}, the earth was without form`, 'and void.']),
  ['zzz'],
];
const data = { bos: 'fixed', mask: 'causal', uniqueTokens: null } as const;
const backcopy: LanguageSpecification = { unit: 'character', order: 1, triggers: 3 };
const of = (specification: LanguageSpecification, bos: 'none' | 'fixed' = 'fixed') =>
  createLanguage(sections, tokenizer, { ...data, bos }, specification);

describe('a language of characters', () => {
  it('knows the characters of the training documents and <bos>', () => {
    const { vocabularySize, bos, label } = of(backcopy);
    const labels = Array.from({ length: vocabularySize }, (_, id) => label(id));
    expect(labels[0]).toBe('↵');
    expect(labels[1]).toBe('␣');
    expect(labels[bos]).toBe('<bos>');
    expect(bos).toBe(vocabularySize - 1);
    expect(labels).toContain('h');
    expect(labels).not.toContain('z');
    expect(() => label(vocabularySize)).toThrow(RangeError);
  });

  it('takes the most frequent as triggers', () => {
    const text = sections.slice(0, 9).flat().join('\n');
    const count = (character: string) => text.split(character).length - 1;
    const { triggers, label } = of(backcopy);
    const counts = triggers.map((id) => count(label(id) === '␣' ? ' ' : label(id)));
    expect(counts).toEqual([...counts].sort((a, b) => b - a));
    for (const character of new Set(text)) {
      const isTrigger = triggers.some((id) => label(id) === (character === ' ' ? '␣' : character));
      if (!isTrigger) expect(count(character)).toBeLessThanOrEqual(counts.at(-1)!);
    }
  });
});

describe('a sequence of Bigram-Backcopy', () => {
  const language = of(backcopy);
  const pairs = new Set<string>();
  for (const document of sections.slice(0, 9).flat()) {
    const symbols = [...`${document}\n`].map((character) => ({ ' ': '␣', '\n': '↵' })[character] ?? character);
    for (let i = 1; i < symbols.length; i++) pairs.add(symbols[i - 1]! + symbols[i]!);
  }
  // The end of a document is followed by the start of the next.
  for (const next of ['i', 'a']) pairs.add(`↵${next}`);

  it('starts with <bos> and no trigger, copies after a trigger, and otherwise follows the text', () => {
    fc.assert(
      fc.property(fc.string(), (purpose) => {
        const tokens = sampleSequence(language, randomGenerator(purpose), 64);
        expect(tokens[0]).toBe(language.bos);
        expect(language.triggers).not.toContain(tokens[1]);
        for (let t = 2; t < tokens.length; t++) {
          if (language.triggers.includes(tokens[t - 1]!)) expect(tokens[t]).toBe(tokens[t - 2]);
          else expect(pairs).toContain(language.label(tokens[t - 1]!) + language.label(tokens[t]!));
        }
      }),
    );
  });

  it('has no <bos> when none is asked for', () => {
    const tokens = sampleSequence(of(backcopy, 'none'), randomGenerator('sequence'), 64);
    expect([...tokens]).not.toContain(language.bos);
    expect(language.triggers).not.toContain(tokens[0]);
  });

  it('draws successors as often as the text does', () => {
    const h = Array.from({ length: language.vocabularySize }, (_, id) => language.label(id)).indexOf('h');
    let followed = 0;
    let e = 0;
    for (let i = 0; i < 500; i++) {
      const tokens = sampleSequence(language, randomGenerator(`${i}`), 64);
      for (let t = 1; t < 63; t++) {
        if (tokens[t] !== h) continue;
        followed++;
        if (language.label(tokens[t + 1]!) === 'e') e++;
      }
    }
    const text = sections.slice(0, 9).flat().join('\n');
    const share = (text.split('he').length - 1) / (text.split('h').length - 1);
    expect(followed).toBeGreaterThan(300);
    expect(e / followed).toBeGreaterThan(share - 0.1);
    expect(e / followed).toBeLessThan(share + 0.1);
  });
});

describe('an endless Markov language', () => {
  it('of order 2 holds only triples of the text', () => {
    const language = of({ unit: 'character', order: 2, triggers: 0 });
    const text = `${sections.slice(0, 9).flat().join('\n')}\n`.repeat(2);
    const tokens = sampleSequence(language, randomGenerator('order 2'), 300);
    const shown = [...tokens.subarray(1)].map(
      (id) => ({ '␣': ' ', '↵': '\n' })[language.label(id)] ?? language.label(id),
    );
    for (let t = 2; t < shown.length; t++) expect(text).toContain(shown.slice(t - 2, t + 1).join(''));
  });

  it('of tokens has the ids of the tokenizer', () => {
    const language = of({ unit: 'token', order: 1, triggers: 0 });
    expect(language.vocabularySize).toBe(tokenizer.vocabularySize);
    const tokens = sampleSequence(language, randomGenerator('tokens'), 40);
    expect(tokens[0]).toBe(tokenizer.bos);
    expect([...tokens.subarray(1)]).not.toContain(tokenizer.bos);
    expect([...tokens]).toContain(tokenizer.eos);
  });
});

describe('batches of a language', () => {
  const options = { contextLength: 8, sequencesPerStep: 4, seed: 0 };
  const language = of(backcopy);

  it('depend on seed and step alone', () => {
    const later = languageBatches(language, options)(7);
    const batches = languageBatches(language, options);
    expect(batches(6)).not.toEqual(later);
    expect(batches(7)).toEqual(later);
    expect(languageBatches(language, { ...options, seed: 1 })(7)).not.toEqual(later);
    expect(later).toMatchObject({ sequences: 4, length: 8 });
  });

  it('predict the next symbol', () => {
    const { inputs, targets } = languageBatches(language, options)(0);
    for (let i = 0; i < inputs.length; i++) if (i % 8 !== 7) expect(targets[i]).toBe(inputs[i + 1]);
  });

  it('held out are the same however they are cut', () => {
    const cut = (sequencesPerBatch: number) =>
      heldOutLanguageBatches(language, { contextLength: 8, sequences: 7, sequencesPerBatch });
    expect(cut(3).map(({ sequences }) => sequences)).toEqual([3, 3, 1]);
    expect(cut(3).flatMap(({ inputs }) => [...inputs])).toEqual(cut(7).flatMap(({ inputs }) => [...inputs]));
    expect(() => cut(0)).toThrow(LanguageError);
  });

  it('have bits that change only with the version', () => {
    const hash = sha256.create();
    for (const specification of [
      backcopy,
      { unit: 'character', order: 2, triggers: 2 },
      { unit: 'token', order: 2, triggers: 0 },
    ] as const) {
      for (const step of [0, 1, 1000]) {
        const { inputs, targets } = languageBatches(of(specification), options)(step);
        for (const part of [inputs, targets]) hash.update(new Uint8Array(part.buffer));
      }
    }
    const golden: Record<string, string> = { '1': '640be387a248634d' };
    expect(golden[TRAINING_VERSION], 'raise TRAINING_VERSION and add its golden value').toBe(
      bytesToHex(hash.digest()).slice(0, 16),
    );
  });
});

describe('a language that cannot be made', () => {
  it.each([
    [{ bos: 'document' }, /bos must be "none" or "fixed"/],
    [{ mask: 'document' }, /mask "causal"/],
    [{ uniqueTokens: 100 }, /uniqueTokens must be null/],
  ] as const)('%o is refused', (changes, message) => {
    expect(() => createLanguage(sections, tokenizer, { ...data, ...changes }, backcopy)).toThrow(message);
  });

  it('more triggers than symbols are refused', () => {
    expect(() => of({ ...backcopy, triggers: 50 })).toThrow(/50 triggers leave no other symbol, the text has \d+/);
  });
});
