/**
 * Reads values off a figure: a hairline through every panel at one step, with the values of its curves. By mouse, by
 * touch, and by arrow keys, Home and End. It needs no Plot, only where the panels stand and what their scales are.
 */
import type { Readout } from './figure.ts';
import { readoutLine } from './readout-text.ts';
import type { PanelGeometry, Scale } from './render.ts';

/** `drawings`: the panels of each layout, null where there is nothing to read. */
export type ReadoutData = Readout & { drawings: Record<string, (PanelGeometry | null)[]> };

const SVG = 'http://www.w3.org/2000/svg';
const LABEL_GAP = 15;

/**
 * Makes a `.readout` element read the figure that it lies over; `first` is the event that asked for it.
 * @throws {Error} when the file with the values, which the element names, cannot be fetched.
 */
export async function attachReadout(slider: HTMLElement, first: Event): Promise<void> {
  const frame = slider.closest<HTMLElement>('.figure-drawing')!;
  const response = await fetch(slider.dataset['values']!);
  if (!response.ok) throw new Error(`${response.url}: ${response.status}`);
  const data = (await response.json()) as ReadoutData;
  let index = data.positions.length - 1;

  const show = (next: number): void => {
    index = Math.max(0, Math.min(data.positions.length - 1, next));
    slider.setAttribute('aria-valuenow', String(index));
    slider.setAttribute('aria-valuetext', readoutLine(data, index));
    const drawing = shownDrawing(frame);
    const panels = readablePanels(data, drawing);
    const overlay = frame.querySelector('.crosshair') ?? document.createElementNS(SVG, 'g');
    overlay.setAttribute('class', 'crosshair');
    overlay.replaceChildren(...panels.flatMap((panel) => panelMarks(data, panel, index)));
    drawing.querySelector('svg')!.append(overlay);
  };
  const hide = (): void => frame.querySelector('.crosshair')?.remove();

  const point = (event: PointerEvent): void => {
    const drawing = shownDrawing(frame);
    const svg = drawing.querySelector('svg')!;
    const box = svg.getBoundingClientRect();
    const scale = box.width / svg.viewBox.baseVal.width;
    const [x, y] = [(event.clientX - box.left) / scale, (event.clientY - box.top) / scale];
    show(nearestIndex(data, nearestPanel(readablePanels(data, drawing), x, y), x));
  };

  slider.addEventListener('pointermove', point);
  slider.addEventListener('pointerdown', point);
  slider.addEventListener('pointerleave', ({ pointerType }) => {
    if (pointerType === 'mouse' && document.activeElement !== slider) hide();
  });
  slider.addEventListener('focus', () => show(index));
  slider.addEventListener('blur', hide);
  slider.addEventListener('keydown', (event) => {
    const move = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -5, PageUp: 5 }[event.key];
    if (move !== undefined) show(index + move);
    else if (event.key === 'Home') show(0);
    else if (event.key === 'End') show(data.positions.length - 1);
    else if (event.key === 'Escape') hide();
    else return;
    event.preventDefault();
  });
  addEventListener('resize', hide);

  if (first instanceof PointerEvent) point(first);
  else show(index);
}

function shownDrawing(frame: HTMLElement): HTMLElement {
  return [...frame.querySelectorAll<HTMLElement>('.drawing')].find(({ offsetWidth }) => offsetWidth > 0)!;
}

interface ReadablePanel extends PanelGeometry {
  number: number;
}

/** The panels of the drawing that have the readout's axis. */
function readablePanels({ drawings, panels }: ReadoutData, drawing: HTMLElement): ReadablePanel[] {
  return drawings[drawing.dataset['layout']!]!.flatMap((geometry, number) =>
    geometry && (panels?.includes(number) ?? true) ? [{ ...geometry, number }] : [],
  );
}

/** The panel under a point, or the one nearest to it. */
function nearestPanel(panels: ReadablePanel[], x: number, y: number): ReadablePanel {
  const distance = ({ x: { range: across }, y: { range: down } }: PanelGeometry) =>
    outside(x, across[0], across[1]) + outside(y, down[1], down[0]);
  return panels.reduce((best, panel) => (distance(panel) < distance(best) ? panel : best));
}

function outside(value: number, low: number, high: number): number {
  return Math.max(low - value, 0, value - high);
}

function nearestIndex({ positions }: ReadoutData, { x }: PanelGeometry, at: number): number {
  const gap = (position: number) => Math.abs(project(x, position) - at);
  return positions.reduce((best, position, i) => (gap(position) < gap(positions[best]!) ? i : best), 0);
}

function project({ type, domain: [d0, d1], range: [r0, r1] }: Scale, value: number): number {
  const share = type === 'log' ? Math.log(value / d0) / Math.log(d1 / d0) : (value - d0) / (d1 - d0);
  return r0 + share * (r1 - r0);
}

function panelMarks(data: ReadoutData, panel: ReadablePanel, index: number): SVGElement[] {
  const x = project(panel.x, data.positions[index]!);
  const [bottom, top] = panel.y.range;
  // Labels stand to the side where the panel has more room.
  const toLeft = x > (panel.x.range[0] + panel.x.range[1]) / 2;
  const side = { x: x + (toLeft ? -8 : 8), 'text-anchor': toLeft ? 'end' : 'start' };
  const ring = { stroke: 'var(--figure-paper)', 'stroke-width': 4, 'stroke-linejoin': 'round' };

  const shown = data.series
    .flatMap((series) => {
      const value = series.values[index];
      return series.panel === panel.number && value != null ? [{ ...series, y: project(panel.y, value) }] : [];
    })
    .sort((a, b) => b.y - a.y);
  let free = Number.POSITIVE_INFINITY;
  const marks = shown.flatMap(({ y, colour, texts }) => {
    const labelY = Math.min(y - 8, free - LABEL_GAP);
    free = labelY;
    return [
      element('circle', { cx: x, cy: y, r: 4, fill: colour, stroke: 'var(--figure-paper)', 'stroke-width': 1.5 }),
      element('text', { ...side, y: labelY, fill: colour, ...ring }, texts[index]!),
    ];
  });
  return [
    element('line', { x1: x, x2: x, y1: bottom, y2: top, stroke: 'var(--figure-ink)' }),
    ...marks,
    element(
      'text',
      { x, y: bottom + 18, 'text-anchor': 'middle', fill: 'var(--figure-ink)', ...ring, 'stroke-width': 8 },
      String(data.positions[index]),
    ),
  ];
}

function element(name: string, attributes: Record<string, string | number>, text?: string): SVGElement {
  const created = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) created.setAttribute(key, String(value));
  if (text !== undefined) created.textContent = text;
  return created;
}
