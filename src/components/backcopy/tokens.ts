/** What the tokens of a Bigram-Backcopy sequence are to a reader. */

/** The first token, `<bos>`; a trigger; what is copied behind one; any other symbol. A copied symbol is no trigger. */
export type TokenKind = 'first' | 'trigger' | 'copied' | 'other';

/**
 * @param labels of a sequence, one a token.
 * @param triggers labels of the triggers.
 */
export function kindsOf(labels: readonly string[], triggers: readonly string[]): TokenKind[] {
  const isTrigger = (position: number) => triggers.includes(labels[position] ?? '');
  return labels.map((_, position) => {
    if (position === 0) return 'first';
    if (isTrigger(position)) return 'trigger';
    return isTrigger(position - 1) ? 'copied' : 'other';
  });
}
