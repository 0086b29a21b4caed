import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createDataset } from './dataset.ts';
import { createTokenizer } from './tokenizer.ts';

const tokenizer = createTokenizer(
  JSON.parse(
    readFileSync(new URL('../../../public/corpora/world-english-bible/tokenizer.json', import.meta.url), 'utf8'),
  ),
);
const sections = Array.from({ length: 20 }, (_, section) => [`first of ${section}`, `second of ${section}`]);

describe('a dataset', () => {
  test('is the encoded documents of each side, ended by <eos>', () => {
    const { training, heldOut } = createDataset(sections, tokenizer, { bos: 'none', mask: 'causal' });
    const texts = (tokens: Int32Array) =>
      [...tokens]
        .map((id) => (id === tokenizer.eos ? '\n' : tokenizer.decode([id])))
        .join('')
        .split('\n');
    expect(texts(heldOut.tokens)).toEqual(['first of 9', 'second of 9', 'first of 19', 'second of 19', '']);
    expect(texts(training.tokens)).toHaveLength(37);
    expect(texts(training.tokens).slice(0, 3)).toEqual(['first of 0', 'second of 0', 'first of 1']);
  });

  test('is cut to its first unique tokens, on the side of training alone', () => {
    const packing = { bos: 'none', mask: 'causal' } as const;
    const whole = createDataset(sections, tokenizer, packing);
    const cut = createDataset(sections, tokenizer, { ...packing, uniqueTokens: 12 });
    expect(cut.training.tokens).toEqual(whole.training.tokens.slice(0, 12));
    expect(cut.heldOut).toEqual(whole.heldOut);
    const { length } = whole.training.tokens;
    expect(createDataset(sections, tokenizer, { ...packing, uniqueTokens: length })).toEqual(whole);
    expect(() => createDataset(sections, tokenizer, { ...packing, uniqueTokens: length + 1 })).toThrow(
      new RegExp(`has ${length} tokens, not ${length + 1}; ask for fewer`),
    );
  });

  test('is packed as asked', () => {
    const packing = { bos: 'document', mask: 'document' } as const;
    const { training, heldOut } = createDataset(sections, tokenizer, packing);
    for (const side of [training, heldOut]) {
      expect(side.packing).toEqual(packing);
      expect(side.tokens[0]).toBe(tokenizer.bos);
      expect(side.special).toEqual({ bos: tokenizer.bos, eos: tokenizer.eos });
    }
  });
});
