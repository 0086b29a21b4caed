/** A figure where this site publishes it: its versions, their addresses, their citation. */
import type { CslItem } from '@citation-js/core';
import { figureCitation } from '../components/citing/figure-citation.ts';
import { keptRecords } from '../components/citing/kept-records.ts';
import { type FigureRecord, recordOf } from '../components/citing/record.ts';
import type { Figure } from '../components/figures/figure.ts';
import { FIGURES, figureById } from '../components/figures/index.ts';
import { experimentResults, findResults } from '../content/results.ts';
import { AUTHOR, absoluteUrl, EDITION } from './site.ts';

/** The figures whose experiment has exported results; the others have no page until it has. */
export function publishedFigures(): Figure[] {
  return FIGURES.filter(({ experiment }) => findResults(experiment) !== undefined);
}

const present = new Map<string, FigureRecord>();

/** The version of a figure that these results and this code draw. */
export function presentRecord(id: string): FigureRecord {
  const known = present.get(id);
  if (known) return known;
  const figure = figureById(id);
  const record = recordOf(figure, experimentResults(figure.experiment));
  present.set(id, record);
  return record;
}

/** All versions of a figure: the present one, then those that were published before, the newest first. */
export function versionsOf(id: string): FigureRecord[] {
  const now = presentRecord(id);
  const kept = keptRecords(id);
  const published = kept.find(({ version }) => version === now.version)?.published ?? null;
  return [{ ...now, published }, ...kept.filter(({ version }) => version !== now.version)];
}

/** When the last run behind these experiments finished, as ISO 8601; behind all that have a figure, unless some are named. */
export function lastFinished(experiments = publishedFigures().map(({ experiment }) => experiment)): string {
  const finished = experiments.flatMap((id) => experimentResults(id).runs.map(({ execution }) => execution.finishedAt));
  return finished.sort().at(-1)!;
}

/** Path of a version's page. */
export function versionPath({ figure, version }: Pick<FigureRecord, 'figure' | 'version'>): string {
  return `figures/${figure}/${version}/`;
}

export function publishedCitation(record: FigureRecord): CslItem {
  return figureCitation(record, { edition: EDITION, author: AUTHOR, url: absoluteUrl(versionPath(record)) });
}
