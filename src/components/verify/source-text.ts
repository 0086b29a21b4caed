/** The text that a run was trained on, or the language made from it, fetched from the site's own origin and hashed as it came. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { DataSpecification } from '../../training/specification.ts';
import { createTokenSource, type TokenSource } from '../../training/streams.ts';
import { CorpusError, decompressText, parseSections } from '../../training/text/documents.ts';
import { createTokenizer, TokenizerError } from '../../training/text/tokenizer.ts';
import { ProblemError } from './problems.ts';
import type { UsedFiles } from './protocol.ts';

export interface SourceText {
  source: TokenSource;
  hashes: Pick<UsedFiles, 'text' | 'tokenizer'>;
}

/**
 * @param root the site's root, ending in a slash; the corpus lies under it.
 * @throws {ProblemError} when a file cannot be fetched or read.
 */
export async function loadSourceText(root: string, data: DataSpecification): Promise<SourceText> {
  const folder = `${root}corpora/${data.corpus}/`;
  const [compressed, tokenizerBytes] = await Promise.all([
    fetchBytes(`${folder}text.txt.gz`),
    fetchBytes(`${folder}tokenizer.json`),
  ]);
  const hash = (bytes: Uint8Array) => bytesToHex(sha256(bytes));
  try {
    const text = await decompressText(compressed);
    const tokenizer = createTokenizer(JSON.parse(new TextDecoder().decode(tokenizerBytes)));
    return {
      source: createTokenSource(parseSections(text), tokenizer, data),
      hashes: { text: hash(utf8ToBytes(text)), tokenizer: hash(tokenizerBytes) },
    };
  } catch (error) {
    const known = error instanceof CorpusError || error instanceof TokenizerError || error instanceof SyntaxError;
    throw known ? textProblem(`The text that came is not what it should be: ${error.message}.`) : error;
  }
}

async function fetchBytes(address: string): Promise<Uint8Array<ArrayBuffer>> {
  let response: Response;
  try {
    response = await fetch(address);
    if (response.ok) return new Uint8Array(await response.arrayBuffer());
  } catch {
    throw textProblem(`The text could not be fetched: no whole answer for ${address}.`);
  }
  throw textProblem(`The text could not be fetched: ${response.status} for ${address}.`);
}

function textProblem(message: string): ProblemError {
  const remedy = 'Check the connection and verify again; if it lasts, this copy of the site is incomplete.';
  return new ProblemError({ message, remedy });
}
