/** Panels of cells shaded by a number, with the scale of shades at the side; the same in light and dark. */
import type * as Plot from '@observablehq/plot';
import { LABEL_MARGIN } from './curves.ts';
import type { Panel } from './figure.ts';
import { AXIS, VALUE_AXIS } from './marks.ts';
import { colour } from './palette.ts';

/** From a value to a height on the scale of shades, 0 to 1, and the values that are written beside it. */
export interface ShadeScale {
  height(value: number): number;
  ticks: readonly { value: number; text: string }[];
}

export interface HeatMap {
  title: string;
  unit: string;
  x: Plot.ScaleOptions;
  y: Plot.ScaleOptions;
  /** Row by row; null leaves a cell blank. The first cell of the first row stands at `origin`. */
  cells: readonly (readonly (number | null)[])[];
  /** The coordinates of the first cell: cells are one wide and one high. */
  origin: { x: number; y: number };
  shades: ShadeScale;
  plotHeight?: number;
  /** Room for the axes, and for the scale of shades at the right; CSS pixels. */
  margins?: { left: number; right: number; bottom: number };
  /** Drawn over the cells. */
  above?: readonly Plot.Markish[];
}

/** Shades between the lightest and the darkest: enough to look continuous, few enough for a small file. */
const SHADES = 24;
/** From the ground to the colour up to here, and on towards the ink. */
const FULL_COLOUR = 0.72;
const KEY = { gap: 10, width: 9 };

type PixelScale = (value: number) => number;

export function heatMapPanel({
  title,
  unit,
  x,
  y,
  cells,
  origin,
  shades,
  plotHeight,
  margins,
  above = [],
}: HeatMap): Panel {
  const rows = cells.length;
  const columns = Math.max(...cells.map((row) => row.length));
  const draw: Plot.RenderFunction = (_index, scales, _values, dimensions, { document }) => {
    const [atX, atY] = [scales.x, scales.y] as unknown as [PixelScale, PixelScale];
    const byShade = new Map<number, string>();
    for (const [r, row] of cells.entries()) {
      const [y1, y2] = edges(atY, origin.y + r);
      for (const { from, to, shade } of stretches(row, shades)) {
        const [x1] = edges(atX, origin.x + from);
        const [, x2] = edges(atX, origin.x + to - 1);
        byShade.set(shade, `${byShade.get(shade) ?? ''}M${x1} ${y1}H${x2}V${y2}H${x1}Z`);
      }
    }
    const group = document.createElementNS('http://www.w3.org/2000/svg', 'g');
    group.setAttribute('shape-rendering', 'crispEdges');
    for (const [shade, path] of [...byShade].sort(([a], [b]) => a - b)) group.append(...shaded(document, path, shade));
    group.append(key(document, shades, dimensions));
    return group as unknown as SVGElement;
  };
  return {
    title,
    unit,
    ...(plotHeight !== undefined && { plotHeight }),
    options: {
      marginRight: margins?.right ?? LABEL_MARGIN,
      ...(margins && { marginLeft: margins.left, marginBottom: margins.bottom }),
      x: { domain: [origin.x - 0.5, origin.x + columns - 0.5], ticks: 5, ...AXIS, ...x },
      y: { domain: [origin.y - 0.5, origin.y + rows - 0.5], ...VALUE_AXIS, ...y },
      marks: [draw, ...above],
    },
  };
}

function edges(scale: PixelScale, place: number): [number, number] {
  const [a, b] = [scale(place - 0.5), scale(place + 0.5)];
  return [round(Math.min(a, b)), round(Math.max(a, b))];
}

/** Neighbours of one shade as one; cells of the lightest shade are the ground. */
function stretches(row: readonly (number | null)[], shades: ShadeScale) {
  const found: { from: number; to: number; shade: number }[] = [];
  for (const [i, value] of row.entries()) {
    if (value === null) continue;
    const shade = Math.round(Math.min(1, Math.max(0, shades.height(value))) * SHADES);
    const last = found.at(-1);
    if (last?.to === i && last.shade === shade) last.to++;
    else found.push({ from: i, to: i + 1, shade });
  }
  return found;
}

/** A path in a shade: the colour over the ground, and over it the ink, since a custom property knows no ramp. */
function shaded(document: Document, path: string, shade: number): SVGElement[] {
  const height = shade / SHADES;
  const layer = (name: 'first' | 'ink', opacity: number) => {
    const element = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    element.setAttribute('d', path);
    element.setAttribute('fill', colour(name));
    element.setAttribute('fill-opacity', String(round(opacity)));
    return element;
  };
  if (height <= FULL_COLOUR) return [layer('first', 0.04 + 0.96 * (height / FULL_COLOUR))];
  return [layer('first', 1), layer('ink', (0.85 * (height - FULL_COLOUR)) / (1 - FULL_COLOUR))];
}

/** The shades from the lightest to the darkest in the right margin, with their values. */
function key(document: Document, { height, ticks }: ShadeScale, dimensions: Plot.Dimensions): SVGElement {
  const { width, height: plotHeight, marginRight, marginTop, marginBottom } = dimensions;
  const left = width - marginRight + KEY.gap;
  const [top, bottom] = [marginTop, plotHeight - marginBottom];
  const group = document.createElementNS('http://www.w3.org/2000/svg', 'g');
  const at = (share: number) => round(bottom - share * (bottom - top));
  for (let shade = 0; shade <= SHADES; shade++) {
    const [y1, y2] = [at((shade + 1) / (SHADES + 1)), at(shade / (SHADES + 1))];
    group.append(...shaded(document, `M${left} ${y1}H${left + KEY.width}V${y2}H${left}Z`, shade));
  }
  for (const { value, text } of ticks) {
    const label = document.createElementNS('http://www.w3.org/2000/svg', 'text');
    label.setAttribute('x', String(left + KEY.width + 5));
    label.setAttribute('y', String(Math.min(bottom - 4, Math.max(top + 4, at(height(value))))));
    label.setAttribute('dy', '0.32em');
    label.setAttribute('text-anchor', 'start');
    label.textContent = text;
    group.append(label);
  }
  return group as unknown as SVGElement;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
