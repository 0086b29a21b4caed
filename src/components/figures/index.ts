/** Every figure of the site, by id: pages, downloads and tests go through this list. */
import { emergence } from './emergence.ts';
import type { Figure } from './figure.ts';

export const FIGURES: readonly Figure[] = [emergence];

/**
 * A figure by its id.
 * @throws {Error} listing the ids that there are.
 */
export function figureById(id: string): Figure {
  const figure = FIGURES.find((candidate) => candidate.id === id);
  if (!figure) throw new Error(`there is no figure “${id}”; there are: ${FIGURES.map((known) => known.id).join(', ')}`);
  return figure;
}
