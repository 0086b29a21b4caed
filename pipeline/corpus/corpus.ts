/** What a corpus is, and how its text is hashed. */
import { createHash } from 'node:crypto';
import type { CorpusProvenance } from '../../src/results/schema.ts';
import { formatSections, type Sections } from '../../src/training/text/documents.ts';

/** Raise it when the text of a corpus or its split changes: run ids hold it. A test holds the hashes of each version. */
export const CORPUS_VERSION = '1';

export interface Corpus {
  about: CorpusProvenance;
  sections: Sections;
}

/** What is said of a corpus by hand; the rest is measured. */
export type CorpusDescription = Pick<CorpusProvenance, 'id' | 'title' | 'source' | 'licence'>;

/** Measures and hashes the text of a corpus, as `formatSections` writes it. */
export function describeCorpus(description: CorpusDescription, sections: Sections): CorpusProvenance {
  const bytes = Buffer.from(formatSections(sections), 'utf8');
  return {
    ...description,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    documents: sections.flat().length,
    bytes: bytes.length,
  };
}
