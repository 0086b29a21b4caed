/** The tokens that are read of a text. */
import { packDocuments } from '../../training/text/packing.ts';
import type { Tokenizer } from '../../training/text/tokenizer.ts';

/** `<bos>`, then the documents, each ended by `<eos>`: at most one token more than is read, to be predicted last. */
export function tokensOf(documents: readonly string[], tokenizer: Tokenizer, length: number): Int32Array {
  const packing = { bos: 'none', mask: 'causal' } as const;
  const { tokens } = packDocuments(documents.map(tokenizer.encode), packing, tokenizer);
  return Int32Array.from([tokenizer.bos, ...tokens]).subarray(0, length + 1);
}
