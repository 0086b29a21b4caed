import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BYTE_CHARACTERS, CHARACTER_BYTES, wordPattern } from './byte-alphabet.ts';
import { parseSections } from './documents.ts';
import { BOS, createTokenizer, EOS, TokenizerError } from './tokenizer.ts';

const folder = new URL('../../../public/corpora/world-english-bible/', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, folder));
const json = JSON.parse(read('tokenizer.json').toString());
const tokenizer = createTokenizer(json);
const huggingFace = new HuggingFaceTokenizer(json, JSON.parse(read('tokenizer_config.json').toString()));

const paragraphs = parseSections(gunzipSync(read('text.txt.gz')).toString()).flat();
/** Pieces at whose borders text is cut, or not. */
const PARTS = [
  'the',
  ' ',
  '  ',
  '\n',
  '\t',
  'Lord',
  '’s',
  "'s",
  "'ll",
  '“',
  '12',
  ' 7',
  '!?',
  'é',
  '日本',
  '\u{1f600}',
];

/** Text of any characters, and text that looks more like text. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.array(fc.constantFrom(...PARTS)).map((parts) => parts.join('')),
);
const lone = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

describe('the alphabet', () => {
  test('is that of GPT-2', () => {
    expect(new Set(BYTE_CHARACTERS).size).toBe(256);
    expect(['A', ' ', '\n', '\x00', '\xad'].map((character) => BYTE_CHARACTERS[character.charCodeAt(0)])).toEqual([
      'A',
      'Ġ',
      'Ċ',
      'Ā',
      'Ń',
    ]);
    for (const [byte, character] of BYTE_CHARACTERS.entries()) expect(CHARACTER_BYTES.get(character)).toBe(byte);
  });

  test('the words of a text, joined, are the text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect((text.match(wordPattern()) ?? []).join('')).toBe(text);
      }),
    );
  });
});

describe('encoding', () => {
  test('merges in the order in which the merges were learned', () => {
    const small = createTokenizer(file(['a b', 'b c', 'ab c']));
    const id = (token: string) => small.encode(token)[0]!;
    expect(small.encode('abc')).toHaveLength(1); // a b, then ab c
    expect(small.encode('bbc')).toEqual([id('b'), id('bc')]);
    expect(small.encode('abcbc')).toEqual([id('abc'), id('bc')]);
    expect(small.encode('aab')).toEqual([id('a'), id('ab')]);
  });

  test('decodes to the same text', () => {
    fc.assert(
      fc.property(
        anyText.filter((text) => !lone.test(text)),
        (text) => {
          expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
        },
      ),
      { numRuns: 2000 },
    );
    for (const text of paragraphs) if (tokenizer.decode(tokenizer.encode(text)) !== text) expect.fail(text);
  });

  test('a byte order mark is a character', () => {
    expect(tokenizer.decode(tokenizer.encode('\ufeffa'))).toBe('\ufeffa');
  });

  test('a lone surrogate becomes U+FFFD', () => {
    expect(tokenizer.decode(tokenizer.encode('a\ud800b'))).toBe('a\ufffdb');
  });

  test('a cache that is full changes nothing', () => {
    const fresh = createTokenizer(json);
    const expected = tokenizer.encode(paragraphs[0]!);
    for (let i = 0; i < 70_000; i++) fresh.encode(`${i}`);
    expect(fresh.encode(paragraphs[0]!)).toEqual(expected);
  });

  test('special tokens in a text are plain characters', () => {
    const ids = tokenizer.encode('<bos>a<eos>');
    expect(ids).not.toContain(tokenizer.bos);
    expect(ids).not.toContain(tokenizer.eos);
    expect(tokenizer.decode(ids)).toBe('<bos>a<eos>');
    // Hugging Face's reader finds special tokens in a text; texts that spell them out are therefore not compared.
    expect(huggingFace.encode('<bos>', { add_special_tokens: false }).ids).toEqual([tokenizer.bos]);
  });
});

describe('Hugging Face’s reader gives the same ids', () => {
  const theirs = (text: string) => huggingFace.encode(text, { add_special_tokens: false }).ids;

  test('for paragraphs of the corpus', () => {
    const some = paragraphs.filter((_, i) => i % 6 === 0);
    expect(some.length).toBeGreaterThan(2500);
    for (const text of some) expect(tokenizer.encode(text)).toEqual(theirs(text));
  });

  test('for any text', () => {
    const comparable = anyText.filter((text) => !text.includes(BOS) && !text.includes(EOS));
    fc.assert(
      fc.property(comparable, (text) => {
        expect(tokenizer.encode(text)).toEqual(theirs(text));
      }),
      { numRuns: 2000 },
    );
  });

  test('and the same text back', () => {
    for (const text of paragraphs.slice(0, 300)) expect(huggingFace.decode(tokenizer.encode(text))).toBe(text);
  });
});

describe('decoding and display', () => {
  test('special tokens and split characters', () => {
    const [first] = tokenizer.encode('日');
    expect(tokenizer.decode([tokenizer.bos, ...tokenizer.encode('a b'), tokenizer.eos])).toBe('a b');
    expect(tokenizer.decode([first!])).toBe('\ufffd');
    expect(tokenizer.label(first!)).toBe('\\xE6');
    expect(tokenizer.encode(' the').map(tokenizer.label)).toEqual(['␣the']);
    expect(tokenizer.encode('\n').map(tokenizer.label)).toEqual(['↵']);
    expect([tokenizer.bos, tokenizer.eos].map(tokenizer.label)).toEqual([BOS, EOS]);
  });

  test('an id that is not in the vocabulary is named', () => {
    for (const id of [-1, 512, 1.5]) {
      expect(() => tokenizer.decode([id])).toThrow(`no token has the id ${id}; ids run from 0 to 511`);
    }
  });
});

/** A small tokenizer.json with these merges. */
function file(merges: string[], change: (file: TokenizerFile) => void = () => {}): TokenizerFile {
  const made = smallFile(merges.map((merge) => merge.split(' ')));
  change(made);
  return made;
}

type TokenizerFile = ReturnType<typeof smallFile>;

function smallFile(merges: string[][]) {
  const tokens = [BOS, EOS, ...BYTE_CHARACTERS, ...merges.map((pair) => pair.join(''))];
  return {
    added_tokens: [BOS, EOS].map((content, id) => ({ id, content, special: true })),
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, use_regex: true },
    post_processor: null,
    decoder: { type: 'ByteLevel' },
    model: {
      type: 'BPE',
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])) as Record<string, number>,
      merges,
    },
  };
}

describe('a file that cannot be used', () => {
  const vocab = (made: TokenizerFile) => made.model.vocab;

  test.each<[string, unknown, RegExp]>([
    ['no object', null, /the whole/],
    ['another model', file([], (made) => Object.assign(made.model, { type: 'Unigram' })), /model\.type/],
    ['a normalizer', file([], (made) => Object.assign(made, { normalizer: { type: 'NFC' } })), /normalizer/],
    [
      'another cut',
      file([], (made) => Object.assign(made, { pre_tokenizer: { type: 'Whitespace' } })),
      /pre_tokenizer\.type/,
    ],
    [
      'a prefix space',
      file([], (made) => Object.assign(made.pre_tokenizer, { add_prefix_space: true })),
      /add_prefix_space/,
    ],
    ['no <eos>', file([], (made) => made.added_tokens.pop()), /<eos> is missing/],
    [
      'a third special token',
      file([], (made) => made.added_tokens.push({ id: 2, content: '!', special: true })),
      /added_tokens: !/,
    ],
    [
      '<bos> with another id',
      file([], (made) => Object.assign(vocab(made), { [BOS]: 35, '!': 0 })),
      /added_tokens: <bos>/,
    ],
    ['a gap', file(['a b'], (made) => Object.assign(vocab(made), { ab: 400 })), /without a gap/],
    ['one id twice', file(['a b'], (made) => Object.assign(vocab(made), { ab: 4 })), /two tokens have the id 4/],
    [
      'a missing byte',
      file([], (made) => {
        // The id goes to another token.
        made.model.vocab = Object.fromEntries(
          Object.entries(vocab(made)).map(([token, id]) => [token === 'A' ? 'AA' : token, id]),
        );
      }),
      /byte 65 \(A\)/,
    ],
    [
      'a foreign character',
      file([], (made) => Object.assign(vocab(made), { 日: 258 })),
      /"日" is not written in the byte alphabet/,
    ],
    [
      'a merge of nothing',
      file(['a b'], (made) => made.model.merges.push(['ab', 'zz'])),
      /model\.merges\[1\]: "ab zz"/,
    ],
  ])('%s is named', (_, broken, message) => {
    expect(() => createTokenizer(broken)).toThrow(TokenizerError);
    expect(() => createTokenizer(broken)).toThrow(message);
  });

  test('with any part of it replaced by anything is used or refused, and nothing else is thrown', () => {
    const paths = [
      'added_tokens',
      'normalizer',
      'pre_tokenizer',
      'decoder',
      'model',
      'vocab',
      'merges',
      'token',
      'whole',
    ];
    const wild = fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      fc.constantFrom(-1, 0.5, 2 ** 31, 2 ** 32 - 2, 2 ** 53, '__proto__', [['a', 'b']], { __proto__: null }),
    );
    fc.assert(
      fc.property(fc.constantFrom(...paths), wild, (path, value) => {
        const made = file(['a b']) as unknown as Record<string, unknown> & { model: Record<string, unknown> };
        let whole: unknown = made;
        if (path === 'whole') whole = value;
        else if (path === 'token') Object.assign(made.model['vocab'] as object, { ab: value });
        else if (path === 'vocab' || path === 'merges') made.model[path] = value;
        else made[path] = value;
        try {
          const tokenizer = createTokenizer(whole);
          expect(tokenizer.decode(tokenizer.encode('a cab'))).toBe('a cab');
        } catch (error) {
          expect(error).toBeInstanceOf(TokenizerError);
        }
      }),
    );
  });
});
