/** A figure as a work that can be cited. */
import type { CslItem } from '@citation-js/core';
import type { ExperimentResult } from '../../results/schema.ts';
import type { Figure } from './figure.ts';

export interface Publication {
  /** Name of the edition that the figure stands in. */
  edition: string;
  author: string;
  /** Full address of the figure's page. */
  url: string;
}

/**
 * The figure as a CSL item. Its date is the month in which the last of its runs finished, and its note names the runs,
 * so that the same results always give the same citation.
 */
export function figureCitation(figure: Figure, data: ExperimentResult, publication: Publication): CslItem {
  const finished = new Date(lastFinished(data));
  return {
    id: `first-token-${figure.id}`,
    type: 'webpage',
    title: `${figure.title} [Figure]`,
    author: [{ literal: publication.author }],
    'container-title': publication.edition,
    issued: { 'date-parts': [[finished.getUTCFullYear(), finished.getUTCMonth() + 1]] },
    note: `Figure in ${publication.edition}. Experiment ${data.experiment}, ${data.profile} profile, runs ${data.runs.map(({ id }) => id).join(', ')}`,
    URL: publication.url,
  };
}

/** ISO times of one zone sort as text. */
function lastFinished({ runs }: ExperimentResult): string {
  return runs
    .map(({ execution }) => execution.finishedAt)
    .sort()
    .at(-1)!;
}
