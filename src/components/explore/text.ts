/** The reader's own text as tokens that a model can take. */
import type { Tokenizer } from '../../training/text/tokenizer.ts';
import { asText, isSpecial } from '../lab/attention.ts';

/** A text as a model reads it. */
export interface ReadText {
  /** (T) token ids, `<bos>` first where it is asked for. */
  ids: Int32Array;
  /** (T) the tokens for a reader, as `Tokenizer.label` has them. */
  labels: string[];
  /** The end of the text, which the model has no room for; empty when all was read. */
  cut: string;
}

/** @param length the most tokens that the model reads, `<bos>` counted. */
export function readText(
  text: string,
  tokenizer: Tokenizer,
  { bos, length }: { bos: boolean; length: number },
): ReadText {
  const all = tokenizer.encode(text);
  const room = bos ? length - 1 : length;
  const ids = Int32Array.from([...(bos ? [tokenizer.bos] : []), ...all.slice(0, room)]);
  return { ids, labels: Array.from(ids, tokenizer.label), cut: tokenizer.decode(all.slice(room)) };
}

/** A token in a sentence: “light” (7), <bos> (1); positions count from 1, as readers do. */
export function nameOf(labels: readonly string[], position: number): string {
  return `${quoted(labels[position] ?? '')} (${position + 1})`;
}

/** A token in quotation marks that are not its own. */
export function quoted(label: string): string {
  if (isSpecial(label)) return label;
  const text = pictured(label);
  return /[“”"]/.test(text) ? `‘${text}’` : `“${text}”`;
}

/** A token on a picture: a space at its start is seen by the gap, any other must be shown. */
export function pictured(label: string): string {
  const text = asText(label);
  return text.trim() === '' ? label : text.trim();
}

/** Whether a token begins a word: all but the pieces that go on with one. */
export function beginsWord(label: string): boolean {
  return isSpecial(label) || !/^[\p{L}\p{N}’']/u.test(label);
}

/** A word of the text: the tokens from `start` up to `end`, which does not belong to it. */
export interface Word {
  start: number;
  end: number;
  /** With the space before it, if there is one. */
  text: string;
}

/** Tokens joined to words, special tokens left out. The first token of a text begins a word whatever it is. */
export function wordsOf(labels: readonly string[]): Word[] {
  const words: Word[] = [];
  let open = false;
  for (const [position, label] of labels.entries()) {
    if (isSpecial(label)) {
      open = false;
      continue;
    }
    if (!open || beginsWord(label)) words.push({ start: position, end: position, text: '' });
    const word = words.at(-1)!;
    word.end = position + 1;
    word.text += asText(label);
    open = true;
  }
  return words;
}

/** The last token that holds a letter, or else the last: where a text has most to look back on. */
export function lastOfWords(labels: readonly string[]): number {
  const found = labels.findLastIndex((label) => !isSpecial(label) && /\p{L}/u.test(label));
  return found < 0 ? labels.length - 1 : found;
}
