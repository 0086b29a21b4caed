/** A version of a figure as a work that can be cited. */
import type { CslItem } from '@citation-js/core';
import type { FigureRecord } from './record.ts';

export interface Publication {
  /** Name of the edition that the figure stands in. */
  edition: string;
  author: string;
  /** Full address of the version's page. */
  url: string;
}

/**
 * The version as a CSL item. Its date is the month in which the last of its runs finished, so that the same version
 * always gives the same citation; what it was made from follows from the version.
 */
export function figureCitation(record: FigureRecord, publication: Publication): CslItem {
  const finished = new Date(record.finished);
  return {
    id: `first-token-${record.figure}`,
    type: 'webpage',
    title: `${record.title} [Figure]`,
    author: [{ literal: publication.author }],
    'container-title': publication.edition,
    issued: { 'date-parts': [[finished.getUTCFullYear(), finished.getUTCMonth() + 1]] },
    version: record.version,
    note: `Version ${record.version}, from the ${record.profile} profile of the experiment ${record.experiment}`,
    URL: publication.url,
  };
}
