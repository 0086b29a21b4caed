/**
 * A figure as one SVG, without a browser. Observable Plot draws each panel into a document of linkedom; the panels
 * are then set in a grid under their headings.
 */
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import type { ExperimentResult } from '../../results/schema.ts';
import { type Figure, LAYOUT_WIDTHS, type Layout } from './figure.ts';
import { colour } from './palette.ts';

/** Source Sans where the site's own fonts are loaded, else what the reader's system has. */
export const FONT_FAMILY = "'Source Sans 3', system-ui, sans-serif";
const FONT_SIZE = 13;

/** Columns of the grid and height of a panel's plot, CSS pixels. */
const GRIDS: Record<Layout, { columns: number; plotHeight: number; gutter: number }> = {
  narrow: { columns: 1, plotHeight: 190, gutter: 0 },
  medium: { columns: 2, plotHeight: 200, gutter: 24 },
  wide: { columns: 2, plotHeight: 230, gutter: 44 },
};

const HEADING = 46;
const ROW_GAP = 18;
/** Space around a drawing that has a frame of its own. */
const FRAME_PADDING = 28;
const MARGINS = { marginTop: 8, marginRight: 52, marginBottom: 40, marginLeft: 40 };

/** Where a panel's plot stands in the drawing, and what its scales are; enough to find a point without Plot. */
export interface PanelGeometry {
  x: { domain: [number, number]; range: [number, number] };
  y: { domain: [number, number]; range: [number, number] };
}

export interface Drawing {
  svg: string;
  width: number;
  height: number;
  panels: PanelGeometry[];
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
  const { columns, plotHeight, gutter } = GRIDS[layout];
  const width = LAYOUT_WIDTHS[layout];
  const panelWidth = (width - gutter * (columns - 1)) / columns;
  const top = frame ? 48 : 0;
  const rowHeight = HEADING + plotHeight + ROW_GAP;
  const height = top + Math.ceil(panels.length / columns) * rowHeight - ROW_GAP + (frame ? 34 : 0);
  const padding = frame ? FRAME_PADDING : 0;
  const [outerWidth, outerHeight] = [width + 2 * padding, height + 2 * padding];

  const geometries: PanelGeometry[] = [];
  const groups = panels.map((panel, index) => {
    const left = (index % columns) * (panelWidth + gutter);
    const panelTop = top + Math.floor(index / columns) * rowHeight;
    const plot = drawPanel(panel.options, panelWidth, plotHeight);
    const at = { left, top: panelTop + HEADING };
    geometries.push({ x: scaleAt(plot, 'x', at.left), y: scaleAt(plot, 'y', at.top) });
    return (
      `<g transform="translate(${round(left)},${panelTop})">` +
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

function scaleAt(plot: Plot.Plot, name: 'x' | 'y', offset: number): PanelGeometry['x'] {
  const { domain, range } = plot.scale(name)!;
  const [d0, d1] = domain as [number, number];
  const [r0, r1] = range as [number, number];
  return { domain: [d0, d1], range: [round(r0 + offset), round(r1 + offset)] };
}

function frameMarkup({ title, source }: Frame, height: number): string {
  return (
    `<title>${escapeXml(title)}</title><rect x="${-FRAME_PADDING}" y="${-FRAME_PADDING}" width="100%" height="100%" fill="${colour('paper')}" />` +
    `<text y="16" font-size="20" fill="${colour('ink')}">${escapeXml(title)}</text>` +
    `<text y="${height}" font-size="12">${escapeXml(source)}</text>`
  );
}

/** Rounded numbers, ids of our own, and no names of groups that a screen reader would read one by one. */
function tidy(svg: string, prefix: string): string {
  const ids = new Map<string, string>();
  for (const [, id = ''] of svg.matchAll(/\bid="([^"]+)"/g)) ids.set(id, `${prefix}-${ids.size + 1}`);
  return svg
    .replace(/\bid="([^"]+)"/g, (_, id: string) => `id="${ids.get(id)}"`)
    .replace(/url\(#([^)]+)\)/g, (_, id: string) => `url(#${ids.get(id) ?? id})`)
    .replace(/ aria-(?:label|hidden|describedby)="[^"]*"/g, '')
    .replace(/-?\d+\.\d{2,}/g, (number) => String(round(Number(number))));
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
