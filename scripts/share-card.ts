/** The picture that stands for a page where it is shared: its title, what it is about, and its figure if it has one. */
import { colour, inlineColours } from '../src/components/figures/palette.ts';

/** What the sites that show such pictures ask for, pixels. */
export const CARD = { width: 1200, height: 630 } as const;

const MARGIN = 64;
const TITLE = { size: 50, line: 58 };
const TEXT = { size: 27, line: 37 };
/** Mean width of a letter of Source Sans over its size; a line that is a little short does no harm. */
const LETTER = 0.445;
/** A figure that would be smaller than this to fit is set as wide as the card: its text is read, and its end runs out. */
const SMALLEST_SCALE = 0.95;

export interface Card {
  title: string;
  description: string;
  siteName: string;
  /** A drawing of the project's own, with its size in CSS pixels. */
  drawing?: { svg: string; width: number; height: number } | undefined;
}

/** The card as SVG in the light colours. */
export function shareCard({ title, description, siteName, drawing }: Card): string {
  const inner = CARD.width - 2 * MARGIN;
  const titleSize = drawing ? TITLE : { size: 68, line: 78 };
  const top = drawing ? 66 : 150;
  const titleLines = wrap(title, inner, titleSize.size, drawing ? 2 : 3);
  const textLines = wrap(description, inner, TEXT.size, drawing ? 1 : 4);
  const titleAt = top + titleSize.size;
  const textAt = titleAt + (titleLines.length - 1) * titleSize.line + TEXT.line + 14;
  const end = textAt + (textLines.length - 1) * TEXT.line;
  const lines = (texts: string[], y: number, { size, line }: typeof TITLE, fill: string) =>
    texts
      .map(
        (text, i) =>
          `<text x="${MARGIN}" y="${y + i * line}" font-size="${size}" fill="${fill}">${escapeXml(text)}</text>`,
      )
      .join('');
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${CARD.width}" height="${CARD.height}" viewBox="0 0 ${CARD.width} ${CARD.height}" font-family="Source Sans 3">` +
    `<rect width="100%" height="100%" fill="${colour('paper')}"/>` +
    (drawing ? placed(drawing, end + 30) : mark()) +
    `<rect width="100%" height="10" fill="${colour('first')}"/>` +
    lines([siteName], 54, { size: 25, line: 0 }, colour('first')) +
    lines(titleLines, titleAt, titleSize, colour('ink')) +
    lines(textLines, textAt, TEXT, colour('muted')) +
    `</svg>`;
  return inlineColours(svg, 'light');
}

/** The drawing below the text: as large as fits, or as is readable. */
function placed({ svg, width, height }: NonNullable<Card['drawing']>, top: number): string {
  const room = { width: CARD.width - 2 * MARGIN, height: CARD.height - top - 24 };
  const wide = room.width / width;
  const high = room.height / height;
  const scale = high < SMALLEST_SCALE ? wide : Math.min(wide, high);
  const left = (CARD.width - width * scale) / 2;
  return `<svg x="${left}" y="${top}" width="${width * scale}" height="${height * scale}" viewBox="0 0 ${width} ${height}">${innerMarkup(svg)}</svg>`;
}

function innerMarkup(svg: string): string {
  const [, attributes = '', content = ''] = /^<svg([^>]*)>([\s\S]*)<\/svg>\s*$/.exec(svg) ?? [];
  const kept = [...attributes.matchAll(/ (?:font-family|font-size|fill)="[^"]*"/g)].map(([attribute]) => attribute);
  return `<g${kept.join('')}>${content}</g>`;
}

/** The site's mark, the first column of an attention map, at the foot of a card without a figure. */
function mark(): string {
  const cell = 34;
  const rows = Array.from({ length: 4 }, (_, row) =>
    Array.from({ length: row + 1 }, (_, column) => {
      const first = column === 0;
      const [x, y] = [CARD.width - MARGIN - (4 - column) * (cell + 6), CARD.height - MARGIN - (4 - row) * (cell + 6)];
      return `<rect x="${x}" y="${y}" width="${cell}" height="${cell}" fill="${colour(first ? 'first' : 'rule')}"/>`;
    }).join(''),
  );
  return rows.join('');
}

/** Lines of about this width; what has no room ends in an ellipsis. */
export function wrap(text: string, width: number, size: number, most: number): string[] {
  const letters = Math.floor(width / (size * LETTER));
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (longer.length <= letters || line === '') {
      line = longer;
      continue;
    }
    lines.push(line);
    line = word;
  }
  lines.push(line);
  if (lines.length <= most) return lines;
  const last = lines[most - 1]!;
  const cut = last.length < letters - 1 ? last : last.slice(0, last.lastIndexOf(' '));
  return [...lines.slice(0, most - 1), `${cut.replace(/[.,;:]$/, '')} …`];
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
