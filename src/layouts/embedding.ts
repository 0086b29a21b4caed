/** How a figure is shown on the pages of others: a frame that holds it and nothing else. */
import { presentRecord } from './published-figure.ts';
import { AUTHOR, absoluteUrl, SITE_NAME } from './site.ts';

/** Room for the caption under a drawing, CSS pixels. */
const CAPTION_HEIGHT = 190;

export interface Embedding {
  width: number;
  height: number;
  html: string;
}

/** The frame as HTML: as wide as its place, up to the drawing's own width; it scrolls within where it is too low. */
export function embeddingOf(id: string): Embedding {
  const { title, drawing } = presentRecord(id);
  const { width, height } = drawingSize(drawing);
  const room = height + CAPTION_HEIGHT;
  const html =
    `<iframe src="${absoluteUrl(`figures/${id}/embed/`)}" title="${escapeAttribute(title)}" loading="lazy" ` +
    `style="width:100%;max-width:${width}px;height:${room}px;border:0"></iframe>`;
  return { width, height: room, html };
}

/** The answer of oEmbed, kind `rich`. */
export function oembedOf(id: string): Record<string, string | number> {
  const { title, drawing } = presentRecord(id);
  const { width, height } = drawingSize(drawing);
  return {
    version: '1.0',
    type: 'rich',
    title,
    author_name: AUTHOR,
    author_url: absoluteUrl(),
    provider_name: SITE_NAME,
    provider_url: absoluteUrl(),
    cache_age: 86_400,
    thumbnail_url: absoluteUrl(`figures/${id}/figure.png`),
    thumbnail_width: width,
    thumbnail_height: height,
    ...embeddingOf(id),
  };
}

function drawingSize(drawing: string): { width: number; height: number } {
  const [, width, height] = /<svg[^>]* width="(\d+)" height="(\d+(?:\.\d+)?)"/.exec(drawing)!;
  return { width: Number(width), height: Math.round(Number(height)) };
}

function escapeAttribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
