/**
 * A byte-level BPE tokenizer read from a Hugging Face `tokenizer.json` (Sennrich et al. 2016, arXiv:1508.07909; the
 * byte alphabet and word pattern of GPT-2). It runs in Node and in the page.
 */
import { z } from 'zod';
import { BYTE_CHARACTERS, CHARACTER_BYTES, wordPattern } from './byte-alphabet.ts';

/** What of a `tokenizer.json` is read here. */
const tokenizerFile = z.object({
  added_tokens: z.array(z.object({ id: z.int().min(0), content: z.string(), special: z.boolean() })),
  model: z.object({
    type: z.literal('BPE'),
    vocab: z.record(z.string(), z.int().min(0)),
    merges: z.array(z.tuple([z.string(), z.string()])),
  }),
});

export const BOS = '<bos>';
export const EOS = '<eos>';

export interface Tokenizer {
  /** Tokens in all, special ones included; ids run from 0 to this less 1. */
  vocabularySize: number;
  bos: number;
  eos: number;
  /** Ids of a text. The characters `<bos>` in a text are characters: nothing a reader types can be a special token. */
  encode(text: string): number[];
  /** The text of ids; special tokens are left out, bytes that are no UTF-8 become U+FFFD. */
  decode(ids: ArrayLike<number>): string;
  /** One token as it is shown to a reader. */
  label(id: number): string;
}

/** A `tokenizer.json` that cannot be used; the message says where and why. */
export class TokenizerError extends Error {
  override readonly name = 'TokenizerError';
}

/**
 * The tokenizer of a parsed `tokenizer.json`.
 * @throws {TokenizerError} when it is no byte-level BPE file with `<bos>` and `<eos>`, naming the place.
 */
export function createTokenizer(json: unknown): Tokenizer {
  const parsed = tokenizerFile.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new TokenizerError(`tokenizer.json: at "${issue?.path.join('.')}": ${issue?.message}`);
  }
  const { added_tokens: added, model } = parsed.data;
  const specials = new Map(added.filter(({ special }) => special).map(({ content, id }) => [content, id]));
  const special = (content: string): number => {
    const id = specials.get(content);
    if (id === undefined) throw new TokenizerError(`tokenizer.json: "added_tokens" has no special token ${content}`);
    return id;
  };
  const bos = special(BOS);
  const eos = special(EOS);

  const characters: string[] = [];
  for (const [token, id] of Object.entries(model.vocab)) characters[id] = token;
  for (const [token, id] of specials) characters[id] = token;
  if (Object.keys(characters).length !== characters.length) {
    throw new TokenizerError('tokenizer.json: "model.vocab" leaves out ids; it must number its tokens from 0');
  }
  for (const character of BYTE_CHARACTERS) {
    if (!(character in model.vocab)) {
      throw new TokenizerError(`tokenizer.json: "model.vocab" lacks the byte ${JSON.stringify(character)}`);
    }
  }
  const ranks = new Map(model.merges.map(([left, right], rank) => [`${left} ${right}`, rank]));
  const words = new Map<string, number[]>();
  const encoder = new TextEncoder();

  function encodeWord(word: string): number[] {
    const known = words.get(word);
    if (known) return known;
    const pieces = mergePieces(
      Array.from(encoder.encode(word), (byte) => BYTE_CHARACTERS[byte]!),
      ranks,
    );
    const ids = pieces.map((piece) => model.vocab[piece]!);
    words.set(word, ids);
    return ids;
  }

  function bytesOf(id: number): number[] {
    if (id === bos || id === eos) return [];
    return Array.from(characters[id] ?? '', (character) => CHARACTER_BYTES.get(character)!);
  }

  function decode(ids: ArrayLike<number>): string {
    return new TextDecoder().decode(Uint8Array.from(Array.from(ids).flatMap(bytesOf)));
  }

  return {
    vocabularySize: characters.length,
    bos,
    eos,
    encode: (text) => Array.from(text.matchAll(wordPattern()), ([word]) => encodeWord(word)).flat(),
    decode,
    label: (id) => (id === bos || id === eos ? characters[id]! : decode([id])),
  };
}

/** Merges the pair of lowest rank, the leftmost first, until no pair has a rank. */
function mergePieces(pieces: string[], ranks: ReadonlyMap<string, number>): string[] {
  while (pieces.length > 1) {
    let best = Number.POSITIVE_INFINITY;
    let at = -1;
    for (let i = 0; i + 1 < pieces.length; i++) {
      const rank = ranks.get(`${pieces[i]} ${pieces[i + 1]}`);
      if (rank !== undefined && rank < best) {
        best = rank;
        at = i;
      }
    }
    if (at < 0) break;
    pieces = [...pieces.slice(0, at), pieces[at]! + pieces[at + 1]!, ...pieces.slice(at + 2)];
  }
  return pieces;
}
