/** From a corpus to what a run trains on and is evaluated on; the same call in Node and in the page. */
import type { DataSpecification } from '../specification.ts';
import { type Sections, splitDocuments } from './documents.ts';
import { type PackedText, packDocuments } from './packing.ts';
import type { Tokenizer } from './tokenizer.ts';

export interface Dataset {
  training: PackedText;
  heldOut: PackedText;
}

/** Splits, encodes and packs a corpus as the specification says. */
export function createDataset(
  sections: Sections,
  tokenizer: Tokenizer,
  packing: Pick<DataSpecification, 'bos' | 'mask'>,
): Dataset {
  const pack = (documents: readonly string[]) => packDocuments(documents.map(tokenizer.encode), packing, tokenizer);
  const { training, heldOut } = splitDocuments(sections);
  return { training: pack(training), heldOut: pack(heldOut) };
}
