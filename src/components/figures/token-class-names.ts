/** Classes of tokens in words, single tokens by their text. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tokenClassLabel } from '../../measures/no-op-classes.ts';
import { createTokenizer, type Tokenizer } from '../../training/text/tokenizer.ts';

// Vite would move this file, so the path is from the project's folder, where every command runs. One tokenizer serves
// every corpus.
const TOKENIZER = join('public', 'corpora', 'world-english-bible', 'tokenizer.json');

let tokenizer: Tokenizer | undefined;

/** `continues a word`, `is “e”`, by the number that results give a class. */
export function tokenClassName(number: number): string {
  return tokenClassLabel(number, (token) => {
    tokenizer ??= createTokenizer(JSON.parse(readFileSync(TOKENIZER, 'utf8')));
    return tokenizer.label(token);
  });
}
