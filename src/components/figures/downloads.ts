/** The files of a figure: the drawing on its own, as SVG and PNG, its numbers, and its citation. */
import { join } from 'node:path';
import { Resvg } from '@resvg/resvg-js';
import type { CitationFormats } from '../../content/citation-formats.ts';
import type { ExperimentResult } from '../../results/schema.ts';
import type { Cell, Figure, Table } from './figure.ts';
import { inlineColours } from './palette.ts';
import { type Frame, renderFigure } from './render.ts';

/** What a figure offers, by the ending of the file's name: `emergence@2x.png`. */
export const DOWNLOADS = {
  '.svg': { label: 'SVG', about: 'vector drawing, self-contained', type: 'image/svg+xml' },
  '.png': { label: 'PNG', about: 'picture', type: 'image/png' },
  '@2x.png': { label: 'PNG, double', about: 'picture at twice the size', type: 'image/png' },
  '.csv': { label: 'CSV', about: 'the numbers drawn: means and intervals', type: 'text/csv' },
  '.json': { label: 'JSON', about: 'the whole experiment with every run', type: 'application/json' },
  '.bib': { label: 'BibTeX', about: 'citation', type: 'application/x-bibtex' },
  '.ris': { label: 'RIS', about: 'citation', type: 'application/x-research-info-systems' },
  '.csl.json': { label: 'CSL-JSON', about: 'citation', type: 'application/vnd.citationstyles.csl+json' },
  '.txt': { label: 'Text', about: 'citation', type: 'text/plain' },
} as const satisfies Record<string, { label: string; about: string; type: string }>;

export type Download = keyof typeof DOWNLOADS;

/** The drawing without the page: colours of the light theme, a ground, the title above and the source below. */
export function standaloneSvg(figure: Figure, data: ExperimentResult, frame: Frame): string {
  return `${inlineColours(renderFigure(figure, data, { layout: 'wide', frame }).svg)}\n`;
}

// Vite would move this file, so the path is from the project's folder, where every command runs.
const fontFolder = join('src', 'styles', 'fonts');
const fontFiles = ['latin', 'greek'].map((script) => join(fontFolder, `source-sans-3-${script}.ttf`));

/** Draws an SVG of ours as PNG, `scale` pixels a CSS pixel, with the project's own font, whatever the machine has. */
export function pngOf(svg: string, scale: 1 | 2): Uint8Array {
  const resvg = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: scale },
    font: { loadSystemFonts: false, fontFiles, defaultFontFamily: 'Source Sans 3' },
  });
  return resvg.render().asPng();
}

/** A table as CSV (RFC 4180): a head of column ids, full precision, an empty cell where there is nothing. */
export function csvOf({ columns, rows }: Table): string {
  const lines = [columns.map(({ id }) => id), ...rows.map((row) => row.map(csvCell))];
  return lines.map((cells) => `${cells.join(',')}\r\n`).join('');
}

function csvCell(cell: Cell): string {
  const text = String(cell ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The content of one of a figure's files. */
export function downloadOf(
  download: Download,
  figure: Figure,
  data: ExperimentResult,
  { frame, citation }: { frame: Frame; citation: CitationFormats },
): string | Uint8Array {
  switch (download) {
    case '.svg':
      return standaloneSvg(figure, data, frame);
    case '.png':
      return pngOf(standaloneSvg(figure, data, frame), 1);
    case '@2x.png':
      return pngOf(standaloneSvg(figure, data, frame), 2);
    case '.csv':
      return csvOf(figure.table(data));
    case '.json':
      return `${JSON.stringify(data, null, 1)}\n`;
    case '.bib':
      return citation.bibtex;
    case '.ris':
      return citation.ris;
    case '.csl.json':
      return citation.csl;
    case '.txt':
      return citation.text;
  }
}
