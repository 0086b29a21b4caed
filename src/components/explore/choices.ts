/** What the page tells an explorer of the models that it may open. */

export interface ModelChoice {
  /** Of the folder under `models/`. */
  name: string;
  /** For a reader: `6 layers, 4 heads, width 32, context 64`. */
  label: string;
  /** Whether `<bos>` stood first in every training sequence. */
  bos: boolean;
  /** T: the most tokens it reads. */
  length: number;
  /** The head whose attention to the first token a class of tokens explains best, where that was measured. */
  switching: SwitchingHead | null;
}

export interface SwitchingHead {
  /** layer x H + head */
  index: number;
  /** On what it switches: “the token before ends a clause”. */
  on: string;
}

/** Why a head is shown before the reader chose one. */
export function becauseOf(measured: SwitchingHead | null): string {
  return measured
    ? `over the held-out text it switches most, on whether ${measured.on}`
    : 'its attention to the first token varies most in this text';
}

/** What stands in the text field before the reader writes; plain words, of which the models have seen most. */
export const SENTENCE = 'The woman said to him, “There is a light in the house, but I can’t see it.”';

/** Texts to try: other voices than the models were trained on, and one that repeats itself. */
export const EXAMPLES = [
  { name: 'A verse', text: SENTENCE },
  { name: 'A tale', text: 'Once upon a time there was a king who had three sons, and he loved the youngest.' },
  { name: 'A repetition', text: 'and the sea and the sky and the sea and the sky and the sea and the sky' },
] as const;
