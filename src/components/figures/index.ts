/** Every figure of the site, by id: pages, downloads and tests go through this list. */
import { alternatives } from './alternatives.ts';
import { backcopy } from './backcopy.ts';
import { bound } from './bound.ts';
import { collapse } from './collapse.ts';
import { contextLength } from './context-length.ts';
import { depth } from './depth.ts';
import { emergence } from './emergence.ts';
import type { Figure } from './figure.ts';
import { noOp } from './no-op.ts';
import { optimisation } from './optimisation.ts';
import { packing } from './packing.ts';
import { perturbation } from './perturbation.ts';
import { settings } from './settings.ts';
import { smoothing } from './smoothing.ts';
import { streaming } from './streaming.ts';

export const FIGURES: readonly Figure[] = [
  emergence,
  contextLength,
  depth,
  packing,
  perturbation,
  smoothing,
  collapse,
  settings,
  bound,
  noOp,
  alternatives,
  optimisation,
  streaming,
  backcopy,
];

/**
 * A figure by its id.
 * @throws {Error} listing the ids that there are.
 */
export function figureById(id: string): Figure {
  const figure = FIGURES.find((candidate) => candidate.id === id);
  if (!figure) throw new Error(`there is no figure “${id}”; there are: ${FIGURES.map((known) => known.id).join(', ')}`);
  return figure;
}
