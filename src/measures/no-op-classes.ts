/** Classes of tokens by their characters, on which a head may switch; single tokens are classes of their own. */

export interface TokenClass {
  /** What a token of the class is, for a reader. */
  label: string;
  /** Whether the text of a token belongs to it; special tokens have none. */
  holds(text: string): boolean;
}

/** In the order in which measures number them. */
export const TOKEN_CLASSES: readonly TokenClass[] = [
  { label: 'begins a word', holds: (text) => /^ ?\p{Lu}|^ \p{Ll}/u.test(text) },
  { label: 'continues a word', holds: (text) => /^\p{Ll}/u.test(text) },
  { label: 'holds a capital', holds: (text) => /\p{Lu}/u.test(text) },
  { label: 'holds a digit', holds: (text) => /\p{N}/u.test(text) },
  { label: 'is punctuation', holds: (text) => /^ ?[^\s\p{L}\p{N}]+$/u.test(text) },
  { label: 'ends a clause', holds: (text) => /[,;:]/.test(text) },
  { label: 'ends a sentence', holds: (text) => /[.!?]/.test(text) },
  { label: 'is an apostrophe', holds: (text) => /^['’]$/.test(text) },
  { label: 'opens or closes a quotation', holds: (text) => /[“”"]/.test(text) },
  { label: 'is a special token', holds: (text) => text === '' },
];

/** The number of the class that holds one token alone; the numbers from 0 on are those of `TOKEN_CLASSES`. */
export function singleTokenClass(token: number): number {
  return TOKEN_CLASSES.length + token;
}

/**
 * The class of a number, in words: `ends a clause`, `is “,”`.
 * @param tokenLabel a token as a reader sees it, `Tokenizer.label`
 */
export function tokenClassLabel(number: number, tokenLabel: (token: number) => string): string {
  return TOKEN_CLASSES[number]?.label ?? `is “${tokenLabel(number - TOKEN_CLASSES.length)}”`;
}
