/** The files of a figure's version, under names that stay: pages of others may show them or compute with them. */
import type { CitationFormats } from '../../content/citation-formats.ts';
import { withDateOfAccess } from '../../content/date-of-access.ts';
import { csvOf, pngOf, standaloneSvg } from '../figures/downloads.ts';
import { dataOf, drawingAt, type FigureRecord } from './record.ts';

/** What a version offers, by the file's name. */
export const FILES = {
  'figure.svg': { label: 'SVG', about: 'vector drawing, self-contained', kind: 'drawing', type: 'image/svg+xml' },
  'figure-dark.svg': { label: 'SVG, dark', about: 'for a dark ground', kind: 'drawing', type: 'image/svg+xml' },
  'figure.png': { label: 'PNG', about: 'picture', kind: 'drawing', type: 'image/png' },
  'figure@2x.png': { label: 'PNG, double', about: 'picture at twice the size', kind: 'drawing', type: 'image/png' },
  'figure-dark.png': { label: 'PNG, dark', about: 'for a dark ground', kind: 'drawing', type: 'image/png' },
  'figure-dark@2x.png': {
    label: 'PNG, dark, double',
    about: 'the same at twice the size',
    kind: 'drawing',
    type: 'image/png',
  },
  'data.csv': { label: 'CSV', about: 'the numbers drawn: means and intervals', kind: 'data', type: 'text/csv' },
  'data.json': { label: 'JSON', about: 'the same with caption and runs', kind: 'data', type: 'application/json' },
  'citation.txt': { label: 'Text', about: 'citation', kind: 'citation', type: 'text/plain' },
  'citation.bib': { label: 'BibTeX', about: 'citation', kind: 'citation', type: 'application/x-bibtex' },
  'citation.ris': { label: 'RIS', about: 'citation', kind: 'citation', type: 'application/x-research-info-systems' },
  'citation.csl.json': {
    label: 'CSL-JSON',
    about: 'citation',
    kind: 'citation',
    type: 'application/vnd.citationstyles.csl+json',
  },
} as const satisfies Record<string, { label: string; about: string; kind: string; type: string }>;

export type FileName = keyof typeof FILES;
export const FILE_NAMES = Object.keys(FILES) as FileName[];

/** What a reader's browser calls the file: `emergence-0123456789.png`. */
export function savedName({ figure, version }: FigureRecord, file: FileName): string {
  return `${figure}-${version}${file.replace(/^(figure|data|citation)/, '')}`;
}

/**
 * The content of a file.
 * @param address the full address of the version's page, written under its drawing.
 */
export function contentOf(
  file: FileName,
  record: FigureRecord,
  { address, citation }: { address: string; citation: CitationFormats },
): string | Uint8Array {
  const svg = (theme: 'light' | 'dark') => standaloneSvg(drawingAt(record, address), theme);
  switch (file) {
    case 'figure.svg':
      return svg('light');
    case 'figure-dark.svg':
      return svg('dark');
    case 'figure.png':
      return pngOf(svg('light'), 1);
    case 'figure@2x.png':
      return pngOf(svg('light'), 2);
    case 'figure-dark.png':
      return pngOf(svg('dark'), 1);
    case 'figure-dark@2x.png':
      return pngOf(svg('dark'), 2);
    case 'data.csv':
      return csvOf(record.table);
    case 'data.json':
      return `${JSON.stringify(dataOf(record), null, 1)}\n`;
    case 'citation.txt':
      return withDateOfAccess(citation.text, null);
    case 'citation.bib':
      return withDateOfAccess(citation.bibtex, null);
    case 'citation.ris':
      return withDateOfAccess(citation.ris, null);
    case 'citation.csl.json':
      return withDateOfAccess(citation.csl, null);
  }
}
