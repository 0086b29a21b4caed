/**
 * Byte-level BPE (Sennrich et al. 2016, over bytes as in GPT-2): text is cut into words, a word into bytes, and the
 * adjacent pair of tokens whose merge was learned first is merged until no learned pair is left. Every text can be
 * encoded, and `decode(encode(text))` is the text (a lone surrogate, which no text holds, becomes U+FFFD).
 */
import { z } from 'zod';
import { BYTE_CHARACTERS, CHARACTER_BYTES, wordPattern } from './byte-alphabet.ts';

export const BOS = '<bos>';
export const EOS = '<eos>';

/** The part of Hugging Face's `tokenizer.json` that decides the ids; every other step of theirs must be absent. */
const tokenizerFile = z.object({
  added_tokens: z.array(z.object({ id: z.int().min(0), content: z.string(), special: z.boolean() })),
  normalizer: z.null(),
  pre_tokenizer: z.object({
    type: z.literal('ByteLevel'),
    add_prefix_space: z.literal(false),
    use_regex: z.literal(true).default(true),
  }),
  post_processor: z.null(),
  decoder: z.object({ type: z.literal('ByteLevel') }),
  model: z.object({
    type: z.literal('BPE'),
    dropout: z.null().optional(),
    ignore_merges: z.literal(false).default(false),
    vocab: z.record(z.string(), z.int().min(0)),
    merges: z.array(z.tuple([z.string(), z.string()])),
  }),
});

/** A tokenizer file that cannot be used; the message names the place in it. */
export class TokenizerError extends Error {
  override readonly name = 'TokenizerError';
  constructor(message: string) {
    super(`tokenizer.json: ${message}`);
  }
}

export interface Tokenizer {
  /** V: ids run from 0 to V - 1. */
  readonly vocabularySize: number;
  readonly bos: number;
  readonly eos: number;
  /** The ids of a text. Never a special token: the characters `<bos>` in a text are plain characters. */
  encode(text: string): number[];
  /**
   * The text of ids; special tokens are left out, bytes that are no UTF-8 become U+FFFD.
   * @throws {RangeError} for an id that is not in the vocabulary.
   */
  decode(ids: ArrayLike<number>): string;
  /** One token for a reader: a space shows as `␣`, a line's end as `↵`, bytes that are no whole character as `\xE2`. */
  label(id: number): string;
}

/** Words kept in the cache of an encoder; beyond, it starts anew. */
const CACHED_WORDS = 1 << 16;

/**
 * The tokenizer of a parsed `tokenizer.json`.
 * @throws {TokenizerError} when the file is not a byte-level BPE with `<bos>` and `<eos>`, or contradicts itself.
 */
export function createTokenizer(json: unknown): Tokenizer {
  const { vocabulary, mergeOf, bos, eos } = readVocabulary(json);
  const size = vocabulary.length;
  const byteIds = BYTE_CHARACTERS.map((character) => vocabulary.indexOf(character));
  const bytesOf = vocabulary.map((token, id) =>
    id === bos || id === eos
      ? new Uint8Array()
      : Uint8Array.from(token, (character) => CHARACTER_BYTES.get(character)!),
  );
  const pattern = wordPattern();
  const utf8 = new TextEncoder();
  const cache = new Map<string, readonly number[]>();

  function encodeWord(word: string): readonly number[] {
    const known = cache.get(word);
    if (known !== undefined) return known;
    const ids = Array.from(utf8.encode(word), (byte) => byteIds[byte]!);
    while (true) {
      let first = -1;
      let best: Merge | undefined;
      for (let i = 0; i + 1 < ids.length; i++) {
        const merge = mergeOf.get(ids[i]! * size + ids[i + 1]!);
        if (merge !== undefined && (best === undefined || merge.rank < best.rank)) {
          best = merge;
          first = i;
        }
      }
      if (best === undefined) break;
      ids.splice(first, 2, best.id);
    }
    if (cache.size >= CACHED_WORDS) cache.clear();
    cache.set(word, ids);
    return ids;
  }

  function bytes(id: number): Uint8Array {
    const found = bytesOf[id];
    if (found === undefined) throw new RangeError(`no token has the id ${id}; ids run from 0 to ${size - 1}`);
    return found;
  }

  return {
    vocabularySize: size,
    bos,
    eos,
    encode(text) {
      const ids: number[] = [];
      for (const word of text.match(pattern) ?? []) for (const id of encodeWord(word)) ids.push(id);
      return ids;
    },
    decode(ids) {
      const parts = Array.from(ids, bytes);
      const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
      let end = 0;
      for (const part of parts) {
        all.set(part, end);
        end += part.length;
      }
      return new TextDecoder('utf-8', { ignoreBOM: true }).decode(all);
    },
    label: (id) => (id === bos || id === eos ? vocabulary[id]! : display(bytes(id))),
  };
}

interface Merge {
  /** The order in which it was learned. */
  rank: number;
  /** The token it makes. */
  id: number;
}

interface Vocabulary {
  /** The token of each id, written in the byte alphabet. */
  vocabulary: string[];
  /** Keyed by left id x V + right id. */
  mergeOf: Map<number, Merge>;
  bos: number;
  eos: number;
}

function readVocabulary(json: unknown): Vocabulary {
  const parsed = tokenizerFile.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw new TokenizerError(`${issue.path.join('.') || 'the whole'}: ${issue.message}`);
  }
  const { added_tokens, model } = parsed.data;
  const idOf = new Map(Object.entries(model.vocab));

  const vocabulary: string[] = [];
  for (const [token, id] of idOf) {
    if (vocabulary[id] !== undefined) throw new TokenizerError(`model.vocab: two tokens have the id ${id}`);
    vocabulary[id] = token;
  }
  if (vocabulary.length !== idOf.size) {
    throw new TokenizerError(`model.vocab: ids must run from 0 to ${idOf.size - 1} without a gap`);
  }

  for (const { content, id, special } of added_tokens) {
    if (!special || (content !== BOS && content !== EOS) || idOf.get(content) !== id) {
      throw new TokenizerError(
        `added_tokens: ${content} must be ${BOS} or ${EOS}, special, with its id in the vocabulary`,
      );
    }
  }
  const [bos, eos] = [BOS, EOS].map((name) => {
    const added = added_tokens.find(({ content }) => content === name);
    if (added === undefined) throw new TokenizerError(`added_tokens: ${name} is missing`);
    return added.id;
  }) as [number, number];

  for (const [token, id] of idOf) {
    if (id !== bos && id !== eos && [...token].some((character) => !CHARACTER_BYTES.has(character))) {
      throw new TokenizerError(`model.vocab: ${JSON.stringify(token)} is not written in the byte alphabet`);
    }
  }
  for (const [byte, character] of BYTE_CHARACTERS.entries()) {
    if (!idOf.has(character)) throw new TokenizerError(`model.vocab: byte ${byte} (${character}) has no token`);
  }

  const mergeOf = new Map<number, Merge>();
  for (const [rank, merge] of model.merges.entries()) {
    const [left, right] = merge;
    const [leftId, rightId, id] = [left, right, left + right].map((token) => idOf.get(token));
    if (leftId === undefined || rightId === undefined || id === undefined) {
      throw new TokenizerError(
        `model.merges[${rank}]: "${left} ${right}" joins or makes a token that is not in the vocabulary`,
      );
    }
    mergeOf.set(leftId * vocabulary.length + rightId, { rank, id });
  }
  return { vocabulary, mergeOf, bos, eos };
}

function display(bytes: Uint8Array): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.replaceAll(' ', '␣').replaceAll('\n', '↵');
  } catch {
    return Array.from(bytes, (byte) => `\\x${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
  }
}
