/** The text that a live run trains on, fetched from the site's own origin and kept for the next run. */
import type { DataSpecification } from '../../training/specification.ts';
import { createTokenSource, type TokenSource } from '../../training/streams.ts';
import {
  CorpusError,
  decompressText,
  parseSections,
  type Sections,
  splitDocuments,
} from '../../training/text/documents.ts';
import { packDocuments } from '../../training/text/packing.ts';
import { createTokenizer, type Tokenizer, TokenizerError } from '../../training/text/tokenizer.ts';
import { DOCUMENTS_READ, documentStarts } from '../../training/two-readings.ts';
import { FaultError } from './faults.ts';
import { sectionsOf } from './own-text.ts';

let kept: { key: string; source: Promise<TokenSource> } | null = null;

/**
 * The corpus of a run, split, encoded and packed, or the language made from it.
 * @param root the site's root, ending in a slash.
 * @param own a text of the reader's own in place of the corpus's, whose tokenizer reads it.
 * @throws {FaultError} of kind `corpus`, when a file cannot be fetched or read.
 * @throws {PackingError} {LanguageError} when the text cannot be used as `data` asks.
 */
export function loadTokenSource(root: string, data: DataSpecification, own?: string): Promise<TokenSource> {
  const key = JSON.stringify([root, data, own]);
  if (kept?.key !== key) {
    const source = fetchSource(`${root}corpora/${data.corpus}/`, data, own);
    kept = { key, source };
    // A failure is not kept: the next start tries again.
    source.catch(() => {
      kept = null;
    });
  }
  return kept.source;
}

/**
 * The beginnings of held-out documents of a corpus, one token shorter than the context, and the token `<bos>`.
 * @throws {FaultError} as `loadTokenSource` does.
 */
export function loadDocumentStarts(root: string, corpus: string, contextLength: number): Promise<DocumentStarts> {
  return fetchCorpus(`${root}corpora/${corpus}/`, undefined, (sections, tokenizer) => {
    const documents = splitDocuments(sections).heldOut.map(tokenizer.encode);
    const packed = packDocuments(documents, { bos: 'document', mask: 'causal' }, tokenizer);
    return { starts: documentStarts(packed, contextLength - 1, DOCUMENTS_READ), bos: tokenizer.bos };
  });
}

export interface DocumentStarts {
  starts: Int32Array[];
  bos: number;
}

function fetchSource(folder: string, data: DataSpecification, own: string | undefined): Promise<TokenSource> {
  return fetchCorpus(folder, own, (sections, tokenizer) => createTokenSource(sections, tokenizer, data));
}

async function fetchCorpus<T>(
  folder: string,
  own: string | undefined,
  use: (sections: Sections, tokenizer: Tokenizer) => T,
): Promise<T> {
  const [textFile, tokenizerFile] = await Promise.all([
    own === undefined ? fetchFile(`${folder}text.txt.gz`) : null,
    fetchFile(`${folder}tokenizer.json`),
  ]);
  try {
    const tokenizer = createTokenizer(await tokenizerFile.json());
    return use(textFile === null ? sectionsOf(own ?? '') : parseSections(await readText(textFile)), tokenizer);
  } catch (error) {
    // A body that breaks off is a TypeError, a tokenizer that is no JSON a SyntaxError.
    const known =
      error instanceof CorpusError ||
      error instanceof TokenizerError ||
      error instanceof SyntaxError ||
      error instanceof TypeError;
    throw known ? corpusFault(`The text that came is not what it should be: ${error.message}.`) : error;
  }
}

async function readText(file: Response): Promise<string> {
  return decompressText(new Uint8Array(await file.arrayBuffer()));
}

async function fetchFile(address: string): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(address);
  } catch {
    throw corpusFault(`The text could not be fetched: no answer for ${address}.`);
  }
  if (!response.ok) throw corpusFault(`The text could not be fetched: ${response.status} for ${address}.`);
  return response;
}

function corpusFault(message: string): FaultError {
  return new FaultError({
    kind: 'corpus',
    message,
    remedy: 'Check the connection and start again; if it lasts, this copy of the site is incomplete.',
  });
}
