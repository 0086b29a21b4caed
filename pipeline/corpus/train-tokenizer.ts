/**
 * Trains a byte-level BPE (Sennrich et al. 2016, arXiv:1508.07909) and writes it as a Hugging Face `tokenizer.json`.
 */
import { BYTE_CHARACTERS, wordPattern } from '../../src/training/text/byte-alphabet.ts';
import { BOS, EOS } from '../../src/training/text/tokenizer.ts';

export { TOKENIZER_VERSION } from '../../src/training/text/version.ts';

/** A word of the training text: its pieces so far, and how often it occurs. */
interface Word {
  pieces: string[];
  count: number;
}

type Merge = [left: string, right: string];

function countWords(documents: readonly string[]): Word[] {
  const counts = new Map<string, number>();
  for (const document of documents) {
    for (const [word] of document.matchAll(wordPattern())) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return Array.from(counts, ([word, count]) => ({
    pieces: Array.from(Buffer.from(word, 'utf8'), (byte) => BYTE_CHARACTERS[byte]!),
    count,
  }));
}

/** The most frequent pair; of equally frequent ones the first in code unit order, so that the result is one. */
function mostFrequentPair(words: readonly Word[]): Merge | null {
  const counts = new Map<string, number>();
  for (const { pieces, count } of words) {
    for (let i = 0; i + 1 < pieces.length; i++) {
      const pair = `${pieces[i]} ${pieces[i + 1]}`;
      counts.set(pair, (counts.get(pair) ?? 0) + count);
    }
  }
  let best: string | null = null;
  let most = 1;
  for (const [pair, count] of counts) {
    if (count > most || (count === most && best !== null && pair < best)) {
      best = pair;
      most = count;
    }
  }
  return best === null ? null : (best.split(' ') as Merge);
}

function mergeEverywhere(words: readonly Word[], [left, right]: Merge): void {
  for (const { pieces } of words) {
    for (let i = 0; i + 1 < pieces.length; i++) {
      if (pieces[i] === left && pieces[i + 1] === right) pieces.splice(i, 2, left + right);
    }
  }
}

/**
 * The merges of a text, in order, at most `count`: fewer when no pair occurs twice. Each makes a new token: how a string
 * is merged depends on the string alone, so no other pair can make the same.
 */
export function trainMerges(documents: readonly string[], count: number): Merge[] {
  const words = countWords(documents);
  const merges: Merge[] = [];
  while (merges.length < count) {
    const pair = mostFrequentPair(words);
    if (pair === null) break;
    merges.push(pair);
    mergeEverywhere(words, pair);
  }
  return merges;
}

/** A `tokenizer.json`: ids 0 and 1 are `<bos>` and `<eos>`, then the 256 bytes, then the merges in order. */
export function trainTokenizer(documents: readonly string[], vocabularySize: number) {
  const specials = [BOS, EOS];
  const merges = trainMerges(documents, vocabularySize - specials.length - BYTE_CHARACTERS.length);
  const tokens = [...specials, ...BYTE_CHARACTERS, ...merges.map(([left, right]) => left + right)];
  const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true };
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: specials.map((content, id) => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: null,
    pre_tokenizer: byteLevel,
    post_processor: null,
    decoder: byteLevel,
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      merges,
    },
  };
}

/** A `tokenizer_config.json`, which Hugging Face's readers want beside it; nothing is added to a text or tidied in it. */
export const TOKENIZER_CONFIG = {
  tokenizer_class: 'PreTrainedTokenizerFast',
  bos_token: BOS,
  eos_token: EOS,
  add_bos_token: false,
  add_eos_token: false,
  clean_up_tokenization_spaces: false,
};
