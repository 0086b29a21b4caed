/** Which words can take the place of a word: those of as many tokens, so that all others stay where they are. */
import type { Tokenizer } from '../../training/text/tokenizer.ts';
import type { OpenModel } from './open-model.ts';
import { type Average, averageBehind, type Change, readChanges, withWord } from './perturbation-reading.ts';
import { type ReadText, type Word, wordsOf } from './text.ts';

/** Words to offer, in kinds; those that have the wrong number of tokens are left out for each word anew. */
const KINDS: readonly (readonly string[])[] = [
  ['man', 'woman', 'king', 'people', 'son', 'servant', 'prophet', 'daughter', 'friend', 'elephant'],
  ['house', 'land', 'city', 'mountain', 'river', 'temple', 'desert', 'computer'],
  ['water', 'fire', 'stone', 'bread', 'sword', 'light', 'darkness', 'word', 'hand', 'day', 'night', 'morning'],
  ['said', 'went', 'came', 'saw', 'made', 'took', 'gave', 'spoke', 'see', 'know', 'give', 'go'],
  ['he', 'they', 'you', 'we', 'I', 'who', 'it', 'she'],
  ['him', 'them', 'me', 'us', 'her'],
  ['is', 'was', 'will', 'shall', 'are', 'were', 'had', 'has'],
  ['in', 'to', 'from', 'on', 'with', 'of', 'by', 'for'],
  ['the', 'a', 'his', 'my', 'your', 'this', 'no', 'all'],
  ['and', 'but', 'for', 'that', 'when', 'not', 'so'],
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
function replacementFor(word: Word, typed: string, tokenizer: Tokenizer): Replacement | Refusal {
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

/** Words that fit in the place of a word, those of its own kind first. */
function offeredFor(word: Word, tokenizer: Tokenizer, count: number): string[] {
  const plain = word.text.trim().toLowerCase();
  const own = KINDS.filter((kind) => kind.includes(plain));
  const all = new Set([...own, ...KINDS].flat());
  return [...all].filter((offer) => !('problem' in replacementFor(word, offer, tokenizer))).slice(0, count);
}

/** The word of a text to exchange at first: about a sixth into it, as the experiment has it, and not the first token. */
function firstChoice(words: readonly Word[], length: number): number {
  const from = Math.max(1, Math.floor(length / 6));
  const found = words.findIndex(({ start, text }) => start >= from && /\p{L}/u.test(text));
  return found < 0 ? words.length - 1 : found;
}

/** The ordinary token that stands first under `replaced`: “and”, the same for all texts. */
function ordinaryToken(tokenizer: Tokenizer): number {
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
  const name = model.tokenizer.decode([standIn]).trim();
  return { labels, word, after: replacement.text, standIn: name, changes };
}

/** Words tried in the place of each word for the average. */
const TRIED = 3;

/** Every word of the text exchanged for the first few that are offered: what one exchange shows can be chance. */
export async function readAverage(
  model: OpenModel,
  { ids, labels }: ReadText,
  goOn?: () => Promise<boolean>,
): Promise<Average | null> {
  const { tokenizer } = model;
  const exchanges = wordsOf(labels)
    .filter(({ start, end }) => start > 0 && end < ids.length)
    .flatMap((word) =>
      offeredFor(word, tokenizer, TRIED).flatMap((offer) => {
        const found = replacementFor(word, offer, tokenizer);
        return 'problem' in found ? [] : [{ exchanged: withWord(ids, word.start, found.ids), end: word.end }];
      }),
    );
  return averageBehind(model, ids, exchanges, ordinaryToken(tokenizer), goOn);
}
