/** What a corpus is, and how its text is hashed. */
import { createHash } from 'node:crypto';
import type { CorpusProvenance } from '../../src/results/schema.ts';
import { formatSections, type Sections } from '../../src/training/text/documents.ts';

export { CORPUS_VERSION } from '../../src/training/text/version.ts';

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
