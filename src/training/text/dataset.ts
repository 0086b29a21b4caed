/** From a corpus to the packed text that a run trains on and is evaluated on; the same call in Node and in the page. */
import type { DataSpecification } from '../specification.ts';
import { type Sections, splitDocuments } from './documents.ts';
import { type PackedText, type Packing, PackingError, packDocuments } from './packing.ts';
import type { Tokenizer } from './tokenizer.ts';

export interface Dataset {
  training: PackedText;
  heldOut: PackedText;
}

/**
 * Splits, encodes and packs a corpus as the specification says. Fewer unique tokens shorten the text to train on, never
 * the one held out.
 * @throws {PackingError} when the text to train on has fewer tokens than `uniqueTokens` asks for.
 */
export function createDataset(
  sections: Sections,
  tokenizer: Tokenizer,
  { uniqueTokens = null, ...packing }: Packing & Partial<Pick<DataSpecification, 'uniqueTokens'>>,
): Dataset {
  const pack = (documents: readonly string[]) => packDocuments(documents.map(tokenizer.encode), packing, tokenizer);
  const { training, heldOut } = splitDocuments(sections);
  return { training: firstTokens(pack(training), uniqueTokens), heldOut: pack(heldOut) };
}

/** The start of a packed text, so many tokens long, the special ones included; null: all of it. */
function firstTokens(packed: PackedText, count: number | null): PackedText {
  if (count === null) return packed;
  const { length } = packed.tokens;
  if (count > length) {
    throw new PackingError(
      `data.uniqueTokens: the text to train on has ${length} tokens, not ${count}; ask for fewer, or null for all`,
    );
  }
  return { ...packed, tokens: packed.tokens.subarray(0, count) };
}
