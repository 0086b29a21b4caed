/** The symbols of a language: the characters of a text, or the tokens of the tokenizer. */
import { BOS, type Tokenizer } from '../text/tokenizer.ts';

export interface Symbols {
  /** V, `<bos>` included. */
  vocabularySize: number;
  bos: number;
  /** The documents one after another, each followed by the symbol that ends it. */
  stream: Int32Array;
  /** One symbol for a reader. */
  label(id: number): string;
}

/** A line's end ends a document, which can hold none itself. */
const END_OF_DOCUMENT = '\n';

/** What a reader sees for characters that cannot be seen; the same as the tokenizer's labels. */
const SHOWN = new Map([
  [' ', '␣'],
  [END_OF_DOCUMENT, '↵'],
]);

/** Characters (code points) as symbols: those of the documents, in the order of their code points, then `<bos>`. */
export function characterSymbols(documents: readonly string[]): Symbols {
  const text = documents.map((document) => document + END_OF_DOCUMENT).join('');
  const characters = [...new Set(text)].sort((a, b) => a.codePointAt(0)! - b.codePointAt(0)!);
  const idOf = new Map(characters.map((character, id) => [character, id]));
  const stream = new Int32Array(text.length);
  let length = 0;
  for (const character of text) stream[length++] = idOf.get(character)!;
  return {
    vocabularySize: characters.length + 1,
    bos: characters.length,
    stream: stream.subarray(0, length),
    label(id) {
      if (id === characters.length) return BOS;
      const character = characters[id];
      if (character === undefined) throw new RangeError(`no symbol has the id ${id}; ids end at ${characters.length}`);
      return SHOWN.get(character) ?? character;
    },
  };
}

/** Tokens as symbols, with the ids of the tokenizer; `<eos>` ends a document. */
export function tokenSymbols(documents: readonly string[], tokenizer: Tokenizer): Symbols {
  const encoded = documents.map((document) => [...tokenizer.encode(document), tokenizer.eos]);
  const stream = new Int32Array(encoded.reduce((sum, ids) => sum + ids.length, 0));
  let length = 0;
  for (const ids of encoded) {
    stream.set(ids, length);
    length += ids.length;
  }
  return { vocabularySize: tokenizer.vocabularySize, bos: tokenizer.bos, stream, label: tokenizer.label };
}
