/**
 * The text of a corpus: sections (chapters, addresses) of documents (paragraphs). A document is a line; an empty line
 * ends a section. Node and the page read the same compressed file.
 */

/** Documents by section. */
export type Sections = readonly (readonly string[])[];

/** One section in so many is held out. */
const HELD_OUT_EVERY = 10;

/** A text that is not what it should be; the message says what to do. */
export class CorpusError extends Error {
  override readonly name = 'CorpusError';
}

/** Sections of a text; the inverse of `formatSections`. */
export function parseSections(text: string): string[][] {
  return text
    .split('\n\n')
    .map((section) => section.split('\n').filter((line) => line !== ''))
    .filter((section) => section.length > 0);
}

/** The text of sections. No document may be empty or hold a line break. */
export function formatSections(sections: Sections): string {
  for (const document of sections.flat()) {
    if (document === '' || document.includes('\n')) {
      throw new CorpusError(`a document must be one line that is not empty, not ${JSON.stringify(document)}`);
    }
  }
  return `${sections.map((section) => section.join('\n')).join('\n\n')}\n`;
}

/** The documents to train on and those held out for evaluation. */
export interface SplitDocuments {
  training: string[];
  heldOut: string[];
}

/**
 * Holds out every tenth section, whole, so that no held-out paragraph continues one that was trained on.
 * Passages that the text itself repeats (parallel accounts, refrains) can still stand on both sides.
 */
export function splitDocuments(sections: Sections): SplitDocuments {
  const isHeldOut = (index: number) => index % HELD_OUT_EVERY === HELD_OUT_EVERY - 1;
  return {
    training: sections.filter((_, index) => !isHeldOut(index)).flat(),
    heldOut: sections.filter((_, index) => isHeldOut(index)).flat(),
  };
}

/** The first two bytes of a gzip file. */
const GZIP_MAGIC = [0x1f, 0x8b] as const;

/**
 * The text in a gzip file. Bytes that are not compressed are taken as the text itself, since some servers decompress
 * `.gz` files on the way.
 * @throws {CorpusError} when the file is damaged or cut short.
 */
export async function decompressText(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const compressed = bytes[0] === GZIP_MAGIC[0] && bytes[1] === GZIP_MAGIC[1];
  const stream = new Blob([bytes]).stream();
  try {
    const plain = compressed ? stream.pipeThrough(new DecompressionStream('gzip')) : stream;
    const buffer = await new Response(plain).arrayBuffer();
    return new TextDecoder('utf-8', { fatal: true }).decode(buffer);
  } catch (error) {
    throw new CorpusError('the text is damaged or cut short; fetch it again', { cause: error });
  }
}
