/** Which words can take the place of a word: those of as many tokens, so that all others stay where they are. */
import type { Tokenizer } from '../../training/text/tokenizer.ts';
import type { OpenModel } from './open-model.ts';
import { type Change, readChanges, withWord } from './perturbation-reading.ts';
import { type ReadText, type Word, wordsOf } from './text.ts';

/** Words to offer; those that have the wrong number of tokens are left out for each word anew. */
const OFFERED = [
  ...['man', 'king', 'house', 'day', 'people', 'son', 'land', 'city', 'hand', 'water', 'fire', 'stone', 'servant'],
  ...['he', 'they', 'you', 'we', 'I', 'who', 'her', 'them', 'me', 'us'],
  ...['went', 'came', 'saw', 'made', 'took', 'was', 'will', 'shall', 'not', 'all', 'great', 'one', 'no'],
  ...['mountain', 'bread', 'darkness', 'prophet', 'daughter', 'morning', 'river', 'elephant', 'computer', 'sword'],
];

export interface Replacement {
  ids: number[];
  /** With the space that the word had before it. */
  text: string;
}

/** What is wrong with a replacement, in words for the reader. */
export interface Refusal {
  problem: string;
}

/** A word in the place of another: with its space, if it had one. */
export function replacementFor(word: Word, typed: string, tokenizer: Tokenizer): Replacement | Refusal {
  const plain = typed.trim();
  if (plain === '') return { problem: 'Write a word to take its place.' };
  const text = word.text.startsWith(' ') ? ` ${plain}` : plain;
  const ids = tokenizer.encode(text);
  const needed = word.end - word.start;
  if (ids.length !== needed) {
    const count = (n: number) => `${n} ${n === 1 ? 'token' : 'tokens'}`;
    return {
      problem: `“${plain}” is ${count(ids.length)}, “${word.text.trim()}” ${count(needed)}: the other tokens would move. Take a word of ${count(needed)}.`,
    };
  }
  if (text === word.text) return { problem: 'That is the word that stands there already.' };
  return { ids, text };
}

/** Words that fit in the place of a word. */
export function offeredFor(word: Word, tokenizer: Tokenizer, count: number): string[] {
  const fits = OFFERED.filter((offer) => !('problem' in replacementFor(word, offer, tokenizer)));
  // A different beginning for each word of a text, so that not all are offered the same.
  const turn = fits.length > 0 ? (word.start * 5) % fits.length : 0;
  return [...fits.slice(turn), ...fits.slice(0, turn)].slice(0, count);
}

/** The word of a text to exchange at first: about a sixth into it, as the experiment has it, and not the first token. */
export function firstChoice(words: readonly Word[], length: number): number {
  const from = Math.max(1, Math.floor(length / 6));
  const found = words.findIndex(({ start, text }) => start >= from && /\p{L}/u.test(text));
  return found < 0 ? words.length - 1 : found;
}

/** The ordinary token that stands first under `replaced`: “and”, the same for all texts. */
export function ordinaryToken(tokenizer: Tokenizer): number {
  return tokenizer.encode(' and')[0]!;
}

/** What can be exchanged in a text, and what was chosen. */
export interface ExchangePlan {
  /** Words that can be exchanged: all but the first token, which is taken away. */
  words: Word[];
  /** Index of the chosen one. */
  chosen: number;
  offers: string[];
  /** What stands in the field: what the reader wrote, or the first of the words offered. */
  typed: string;
  found: Replacement | Refusal;
}

/**
 * @param chosen index in `words`, null for a first choice.
 * @param typed what the reader wants in its place, null for the first word that is offered.
 * @returns null for a text without a word behind its first token.
 */
export function planExchange(
  { tokenizer }: OpenModel,
  { labels }: ReadText,
  chosen: number | null,
  typed: string | null,
): ExchangePlan | null {
  const words = wordsOf(labels).filter(({ start }) => start > 0);
  if (words.length === 0) return null;
  const index = Math.min(chosen ?? firstChoice(words, labels.length), words.length - 1);
  const offers = offeredFor(words[index]!, tokenizer, 6);
  const wanted = typed ?? offers[0] ?? '';
  return { words, chosen: index, offers, typed: wanted, found: replacementFor(words[index]!, wanted, tokenizer) };
}

/** What an exchange did, with all that a picture of it says. */
export interface ExchangeReading {
  labels: readonly string[];
  word: Word;
  /** What stands in the word's place. */
  after: string;
  /** What takes the place of the first token under `replaced`. */
  standIn: string;
  changes: Change[];
}

export async function readExchange(
  model: OpenModel,
  { ids, labels }: ReadText,
  word: Word,
  replacement: Replacement,
): Promise<ExchangeReading> {
  const standIn = ordinaryToken(model.tokenizer);
  const exchanged = withWord(ids, word.start, replacement.ids);
  const { start, end } = word;
  const changes = await readChanges(model, { ids, exchanged, start, end, replacement: standIn });
  return { labels, word, after: replacement.text, standIn: model.tokenizer.decode([standIn]).trim(), changes };
}
