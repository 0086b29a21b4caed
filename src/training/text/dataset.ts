/** From a corpus to what a run is trained and evaluated on: one way, for the pipeline and the page. */
import type { DataSpecification } from '../specification.ts';
import { splitDocuments, type TextSource } from './documents.ts';
import { type PackedText, type Packing, packDocuments } from './packing.ts';
import type { Tokenizer } from './tokenizer.ts';

/** A corpus as token ids, split. It can be packed in many ways. */
export interface EncodedText {
  train: Int32Array[];
  validation: Int32Array[];
  tokenizer: Tokenizer;
}

/** Both sides of a corpus, packed. */
export interface Dataset {
  train: PackedText;
  validation: PackedText;
  tokenizer: Tokenizer;
}

/** Splits a corpus and encodes its documents. */
export function encodeDocuments(source: TextSource, tokenizer: Tokenizer): EncodedText {
  const { train, validation } = splitDocuments(source);
  return { train: train.map(tokenizer.encode), validation: validation.map(tokenizer.encode), tokenizer };
}

/** Packs both sides of an encoded corpus the same way. */
export function packDataset({ train, validation, tokenizer }: EncodedText, packing: Packing): Dataset {
  const special = { bos: tokenizer.bos, eos: tokenizer.eos };
  return {
    train: packDocuments(train, packing, special),
    validation: packDocuments(validation, packing, special),
    tokenizer,
  };
}

/**
 * The data of a run. The caller brings the corpus that `data.corpus` names.
 * @throws {CorpusError} when the corpus is too small to be split.
 */
export function createDataset(source: TextSource, tokenizer: Tokenizer, data: DataSpecification): Dataset {
  return packDataset(encodeDocuments(source, tokenizer), data);
}
