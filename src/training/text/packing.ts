/**
 * Packing: documents become one stream of tokens, and a training sequence is a window of the stream, cut anywhere.
 *
 * The stream is the documents one after another, each ended by `<eos>`; with bos `document` each is also started by
 * `<bos>`. A window is T + 1 tokens of it: its first T are the inputs, its last T the targets. With bos `fixed` the
 * first input gives way to `<bos>`, so that a window predicts the same tokens as with bos `none`.
 *
 * A target that is `<bos>` does not count. So the tokens to be predicted are the text and its `<eos>` in every mode,
 * and losses of different modes can be compared.
 */
import { type Batch, IGNORED_TARGET, SHARED_DOCUMENT } from '../../engine/engine.ts';
import type { DataSpecification } from '../specification.ts';

/** How documents are packed. */
export type Packing = Pick<DataSpecification, 'bos' | 'mask'>;

/** The token ids that no document holds. */
export interface SpecialTokens {
  bos: number;
  eos: number;
}

/** A stream of tokens, ready to be cut into windows. */
export interface PackedText {
  /** The whole stream. */
  tokens: Int32Array;
  packing: Packing;
  special: SpecialTokens;
}

/** A text that cannot be packed or cut as asked; the message says what to do. */
export class PackingError extends Error {
  override readonly name = 'PackingError';
}

/**
 * The stream of the documents, each an array of token ids.
 * @throws {PackingError} when there is no document, or when one holds `<bos>` or `<eos>`.
 */
export function packDocuments(
  documents: readonly ArrayLike<number>[],
  packing: Packing,
  special: SpecialTokens,
): PackedText {
  if (documents.length === 0) throw new PackingError('there is no document to pack');
  const perDocument = packing.bos === 'document' ? 2 : 1;
  const length = documents.reduce((sum, document) => sum + document.length + perDocument, 0);
  const tokens = new Int32Array(length);
  let end = 0;
  for (const [index, document] of documents.entries()) {
    if (packing.bos === 'document') tokens[end++] = special.bos;
    for (let i = 0; i < document.length; i++) {
      const token = document[i]!;
      if (token === special.bos || token === special.eos) {
        throw new PackingError(`document ${index} holds the special token ${token} at position ${i}; pack plain text`);
      }
      tokens[end++] = token;
    }
    tokens[end++] = special.eos;
  }
  return { tokens, packing: { bos: packing.bos, mask: packing.mask }, special: { bos: special.bos, eos: special.eos } };
}

/**
 * How many windows of T inputs the stream has: the first starts at offset 0, the last at this number less one.
 * @throws {PackingError} when the stream is shorter than one window.
 */
export function windowCount(packed: PackedText, contextLength: number): number {
  if (!Number.isInteger(contextLength) || contextLength < 1) {
    throw new PackingError(`a window must have a whole number of tokens, at least 1, not ${contextLength}`);
  }
  const count = packed.tokens.length - contextLength;
  if (count < 1) {
    throw new PackingError(
      `the text has ${packed.tokens.length} tokens, fewer than one window of ${contextLength} + 1; ` +
        'take a longer text or a shorter context',
    );
  }
  return count;
}

/**
 * One sequence an offset, (B, T): the window that starts there. With mask `document`, `documents` counts the
 * documents of each window from 1, and a fixed `<bos>` is `SHARED_DOCUMENT`.
 * @throws {PackingError} when a window does not lie in the stream.
 */
export function windowsAt(packed: PackedText, offsets: readonly number[], contextLength: number): Batch {
  const { tokens, packing, special } = packed;
  const count = windowCount(packed, contextLength);
  const T = contextLength;
  const inputs = new Int32Array(offsets.length * T);
  const targets = new Int32Array(offsets.length * T);
  const documents = new Int32Array(packing.mask === 'document' ? offsets.length * T : 0);

  for (const [sequence, offset] of offsets.entries()) {
    if (!Number.isInteger(offset) || offset < 0 || offset >= count) {
      throw new PackingError(`no window starts at ${offset}; offsets run from 0 to ${count - 1}`);
    }
    const row = sequence * T;
    inputs.set(tokens.subarray(offset, offset + T), row);
    if (packing.bos === 'fixed') inputs[row] = special.bos;
    for (let t = 0; t < T; t++) {
      const next = tokens[offset + t + 1]!;
      targets[row + t] = next === special.bos ? IGNORED_TARGET : next;
    }
    if (packing.mask === 'document') numberDocuments(inputs.subarray(row, row + T), documents.subarray(row), packed);
  }

  const batch: Batch = { sequences: offsets.length, length: T, inputs, targets };
  return packing.mask === 'document' ? { ...batch, documents } : batch;
}

/** Writes the document of each input of one window: an `<eos>` belongs to the document that it ends. */
function numberDocuments(inputs: Int32Array, documents: Int32Array, { packing, special }: PackedText): void {
  let document = 1;
  for (const [t, token] of inputs.entries()) {
    documents[t] = t === 0 && packing.bos === 'fixed' ? SHARED_DOCUMENT : document;
    if (token === special.eos) document++;
  }
}
