/** A figure where this site publishes it: its address, its citation, the line of source under its drawing. */
import type { CslItem } from '@citation-js/core';
import type { Figure } from '../components/figures/figure.ts';
import { figureCitation } from '../components/figures/figure-citation.ts';
import { FIGURES } from '../components/figures/index.ts';
import type { Frame } from '../components/figures/render.ts';
import { experimentResults, findResults } from '../content/results.ts';
import { AUTHOR, absoluteUrl, EDITION } from './site.ts';

/** The figures whose experiment has exported results; the others have no page until it has. */
export function publishedFigures(): Figure[] {
  return FIGURES.filter(({ experiment }) => findResults(experiment) !== undefined);
}

export function publishedCitation(figure: Figure): CslItem {
  return figureCitation(figure, experimentResults(figure.experiment), {
    edition: EDITION,
    author: AUTHOR,
    url: absoluteUrl(`figures/${figure.id}/`),
  });
}

export function publishedFrame(figure: Figure): Frame {
  return { title: figure.title, source: `${EDITION}. ${absoluteUrl(`figures/${figure.id}/`)}` };
}
