/** A figure where this site publishes it: its address, its citation, the line of source under its drawing. */
import type { CslItem } from '@citation-js/core';
import type { Figure } from '../components/figures/figure.ts';
import { figureCitation } from '../components/figures/figure-citation.ts';
import type { Frame } from '../components/figures/render.ts';
import { experimentResults } from '../content/results.ts';
import { AUTHOR, absoluteUrl, EDITION } from './site.ts';

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
