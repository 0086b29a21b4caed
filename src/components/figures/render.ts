/**
 * A figure as one SVG, without a browser. Observable Plot draws each panel into a document of linkedom; the panels
 * are then set in a grid under their headings.
 */
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import type { ExperimentResult } from '../../results/schema.ts';
import { type Figure, type Grid, LAYOUT_WIDTHS, type Layout, type Panel } from './figure.ts';
import { colour } from './palette.ts';

/** Source Sans where the site's own fonts are loaded, else what the reader's system has. */
const FONT_FAMILY = "'Source Sans 3', system-ui, sans-serif";
const FONT_SIZE = 13;

/** The grid of a figure that asks for no other. */
export const GRIDS: Record<Layout, Grid> = {
  narrow: { columns: 1, plotHeight: 190, gutter: 0 },
  medium: { columns: 2, plotHeight: 200, gutter: 24 },
  wide: { columns: 2, plotHeight: 230, gutter: 44 },
};

/** Room for a panel's title and unit. */
const HEADING = 46;
const ROW_GAP = 18;
/** Space around a drawing that has a frame of its own. */
const FRAME_PADDING = 28;
const MARGINS = { marginTop: 8, marginRight: 52, marginBottom: 40, marginLeft: 40 };

/** A scale of numbers, its range in the drawing's pixels. */
export interface Scale {
  type: 'linear' | 'log';
  domain: [number, number];
  range: [number, number];
}

/** Where a panel's plot stands in the drawing, and what its scales are; enough to find a point without Plot. */
export interface PanelGeometry {
  x: Scale;
  y: Scale;
}

export interface Drawing {
  svg: string;
  width: number;
  height: number;
  /** One a panel; null for a panel with a scale that nothing can be read off, such as bands. */
  panels: (PanelGeometry | null)[];
}

/** What stands above and below the panels when a figure leaves its page. */
export interface Frame {
  title: string;
  source: string;
}

export interface RenderOptions {
  layout: Layout;
  frame?: Frame;
}

/**
 * Draws a figure. Ids in the SVG begin with the figure's id and its layout, so several may stand on one page.
 * @throws {Error} where the results lack what the figure draws.
 */
export function renderFigure(figure: Figure, data: ExperimentResult, { layout, frame }: RenderOptions): Drawing {
  const panels = figure.panels(data, { layout });
  const width = LAYOUT_WIDTHS[layout];
  const top = frame ? 48 : 0;
  const { places, bottom } = placePanels(panels, { ...GRIDS[layout], ...figure.grid?.(data, layout) }, { width, top });
  const height = bottom + (frame ? 34 : 0);
  const padding = frame ? FRAME_PADDING : 0;
  const [outerWidth, outerHeight] = [width + 2 * padding, height + 2 * padding];

  const geometries: (PanelGeometry | null)[] = [];
  const groups = panels.map((panel, index) => {
    const place = places[index]!;
    const plot = drawPanel(panel.options, place.width, place.plotHeight);
    const at = { left: place.left, top: place.top + HEADING };
    const [x, y] = [scaleAt(plot, 'x', at.left), scaleAt(plot, 'y', at.top)];
    geometries.push(x && y ? { x, y } : null);
    return (
      `<g transform="translate(${round(place.left)},${place.top})">` +
      `<text y="14" font-size="15" fill="${colour('ink')}">${escapeXml(panel.title)}</text>` +
      `<text y="32" fill="${colour('muted')}">${escapeXml(panel.unit)}</text></g>` +
      `<g transform="translate(${round(at.left)},${at.top})" text-anchor="middle">${plot.innerHTML}</g>`
    );
  });

  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${-padding} ${-padding} ${outerWidth} ${outerHeight}" ` +
    `width="${outerWidth}" height="${outerHeight}" ` +
    `font-family="${FONT_FAMILY}" font-size="${FONT_SIZE}" fill="${colour('muted')}">` +
    (frame ? frameMarkup(frame, height) : '') +
    `${groups.join('')}</svg>`;
  return { svg: tidy(svg, `${figure.id}-${layout}`), width, height, panels: geometries };
}

interface Place {
  left: number;
  top: number;
  width: number;
  plotHeight: number;
}

/** Sets panels into rows from the left; one that does not fit begins the next row. */
function placePanels(
  panels: readonly Panel[],
  { columns, gutter, ...grid }: Grid,
  from: { width: number; top: number },
) {
  const columnWidth = (from.width - gutter * (columns - 1)) / columns;
  const places: Place[] = [];
  let [column, top, rowHeight] = [0, from.top, 0];
  for (const { span = 1, plotHeight = grid.plotHeight } of panels) {
    const columnsTaken = Math.min(span, columns);
    if (column + columnsTaken > columns) {
      top += HEADING + rowHeight + ROW_GAP;
      [column, rowHeight] = [0, 0];
    }
    const width = columnsTaken * columnWidth + (columnsTaken - 1) * gutter;
    places.push({ left: column * (columnWidth + gutter), top, width, plotHeight });
    column += columnsTaken;
    rowHeight = Math.max(rowHeight, plotHeight);
  }
  return { places, bottom: top + HEADING + rowHeight };
}

function drawPanel(options: Plot.PlotOptions, width: number, height: number) {
  const { document } = parseHTML('<html><body></body></html>');
  const plot = Plot.plot({ ...MARGINS, ...options, width, height, document } as Plot.PlotOptions) as SVGSVGElement &
    Plot.Plot;
  if (plot.tagName.toLowerCase() !== 'svg') {
    throw new Error('a panel may not have a title, caption or legend of Plot: the frame of the figure draws them');
  }
  // Its rules for a lone SVG would resize the panels; the page's own style sheet holds what is needed of them.
  plot.querySelector('style')?.remove();
  return plot;
}

/** The scale in the drawing's pixels; null where it is none of numbers. */
function scaleAt(plot: Plot.Plot, name: 'x' | 'y', offset: number): Scale | null {
  const scale = plot.scale(name);
  if (scale?.type !== 'linear' && scale?.type !== 'log') return null;
  const [d0, d1] = scale.domain as [number, number];
  const [r0, r1] = scale.range as [number, number];
  return { type: scale.type, domain: [d0, d1], range: [round(r0 + offset), round(r1 + offset)] };
}

function frameMarkup({ title, source }: Frame, height: number): string {
  return (
    `<title>${escapeXml(title)}</title><rect x="${-FRAME_PADDING}" y="${-FRAME_PADDING}" width="100%" height="100%" fill="${colour('paper')}" />` +
    `<text y="16" font-size="20" fill="${colour('ink')}">${escapeXml(title)}</text>` +
    `<text y="${height}" font-size="12">${escapeXml(source)}</text>`
  );
}

/** Rounded coordinates (text keeps its digits), ids of our own, and no names of groups that a screen reader would read one by one. */
function tidy(svg: string, prefix: string): string {
  const ids = new Map<string, string>();
  for (const [, id = ''] of svg.matchAll(/\bid="([^"]+)"/g)) ids.set(id, `${prefix}-${ids.size + 1}`);
  return svg
    .replace(/\bid="([^"]+)"/g, (_, id: string) => `id="${ids.get(id)}"`)
    .replace(/url\(#([^)]+)\)/g, (_, id: string) => `url(#${ids.get(id) ?? id})`)
    .replace(/ aria-(?:label|hidden|describedby)="[^"]*"/g, '')
    .replace(/<[^>]*>/g, (tag) => tag.replace(/-?\d+\.\d{2,}/g, (number) => String(round(Number(number)))));
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
