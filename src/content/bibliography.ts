/** The works that the article cites, from `references.bib`. */
import type { CslItem } from '@citation-js/core';
import { parseBibtex } from './citation-formats.ts';
import source from './references.bib?raw';

const works = new Map(parseBibtex(source).map((item) => [item.id, item]));

/**
 * A work by its key in `references.bib`.
 * @throws {Error} listing the keys that there are.
 */
export function work(id: string): CslItem {
  const found = works.get(id);
  if (!found) {
    throw new Error(
      `<Cite id="${id}" />: src/content/references.bib has no entry “${id}”. It has:\n  ${[...works.keys()].sort().join('\n  ')}`,
    );
  }
  return found;
}
