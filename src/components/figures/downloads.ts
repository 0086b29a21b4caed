/** The files of a figure: its drawing on its own, as SVG and PNG, and its numbers. */
import { join } from 'node:path';
import { Resvg } from '@resvg/resvg-js';
import type { Cell, Table } from './figure.ts';
import { inlineColours, type Theme } from './palette.ts';

/** A drawing without the page: its colours are those of a theme. It is to have a frame, which is its ground. */
export function standaloneSvg(drawing: string, theme: Theme = 'light'): string {
  return `${inlineColours(drawing, theme)}\n`;
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
  const lines: Cell[][] = [columns.map(({ id }) => id), ...rows];
  return lines.map((cells) => `${cells.map(csvCell).join(',')}\r\n`).join('');
}

function csvCell(cell: Cell): string {
  const text = String(cell ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
