import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tokenizer } from './explore.fixture.ts';
import { lastOfWords, nameOf, quoted, readText, wordsOf } from './text.ts';

const texts = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 80 }), fc.lorem({ maxCount: 12 }));

describe('readText', () => {
  it('reads as many tokens as there is room for, and the rest is told', () => {
    fc.assert(
      fc.property(texts, fc.boolean(), fc.integer({ min: 2, max: 24 }), (text, bos, length) => {
        const { ids, labels, cut } = readText(text, tokenizer, { bos, length });
        expect(ids.length).toBeLessThanOrEqual(length);
        expect(labels).toHaveLength(ids.length);
        expect(ids[0] === tokenizer.bos).toBe(bos);
        const all = tokenizer.encode(text);
        const room = bos ? length - 1 : length;
        expect([...ids].slice(bos ? 1 : 0)).toEqual(all.slice(0, room));
        expect(cut).toBe(tokenizer.decode(all.slice(room)));
      }),
    );
  });
});

describe('wordsOf', () => {
  it('has every token of the text in one word, in order, and no special one', () => {
    fc.assert(
      fc.property(texts, fc.boolean(), (text, bos) => {
        const { labels } = readText(text, tokenizer, { bos, length: 1000 });
        let next = bos ? 1 : 0;
        for (const { start, end } of wordsOf(labels)) {
          expect(start).toBe(next);
          expect(end).toBeGreaterThan(start);
          next = end;
        }
        expect(next).toBe(labels.length);
      }),
    );
  });

  it('joins the pieces of a word with the space before it', () => {
    const { labels } = readText('The elephant can’t see, he said.', tokenizer, { bos: true, length: 64 });
    const words = wordsOf(labels).map(({ text }) => text);
    expect(words.slice(0, 2)).toEqual(['The', ' elephant']);
    expect(words.join('')).toBe('The elephant can’t see, he said.');
  });
});

it('names tokens so that a sentence can hold them', () => {
  expect(nameOf(['<bos>', '␣light'], 0)).toBe('<bos> (1)');
  expect(nameOf(['<bos>', '␣light'], 1)).toBe('“light” (2)');
  expect(quoted('.”')).toBe('‘.”’');
  expect(quoted('␣')).toBe('“␣”');
});

it('finds the last token that holds a letter', () => {
  expect(lastOfWords(['<bos>', 'The', '␣light', '.', '”'])).toBe(2);
  expect(lastOfWords(['<bos>'])).toBe(0);
});
