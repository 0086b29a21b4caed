/** What a figure is. Adding one = adding a file to this folder and naming it in `index.ts`. */
import type { PlotOptions } from '@observablehq/plot';
import type { ExperimentResult } from '../../results/schema.ts';

/** The widths at which a figure is drawn, CSS pixels; the page shows the one that fits its place. */
export const LAYOUT_WIDTHS = { narrow: 358, medium: 660, wide: 940 } as const;
export type Layout = keyof typeof LAYOUT_WIDTHS;
export const LAYOUTS = Object.keys(LAYOUT_WIDTHS) as Layout[];

/** One plot of a figure; a figure of several is a set of small multiples, laid out in a grid. */
export interface Panel {
  /** What is drawn, as a short heading. */
  title: string;
  /** What the vertical axis counts, with its unit. */
  unit: string;
  /** Without width and height, which the grid gives. Scales of any kind, bands too; margins where names need room. */
  options: PlotOptions;
  /** Height of the plot where it differs from the grid's, CSS pixels; the highest of a row gives the row's. */
  plotHeight?: number;
  /** Columns that it takes, 1 unless said. */
  span?: number;
}

/** How panels are laid out, CSS pixels. */
export interface Grid {
  columns: number;
  plotHeight: number;
  /** Space between columns. */
  gutter: number;
}

/** A curve whose values can be read off, step by step. */
export interface ReadoutSeries {
  /** Index of its panel. */
  panel: number;
  /** How it is named aloud. */
  label: string;
  colour: string;
  /** Position on the panel's vertical scale, one a step; null where it has none. */
  values: (number | null)[];
  /** The same, as it is written. */
  texts: string[];
}

/** For figures whose panels share a horizontal axis of numbers, linear or logarithmic. */
export interface Readout {
  /** What the horizontal axis counts. */
  axis: string;
  positions: number[];
  series: ReadoutSeries[];
  /** Indices of the panels that have this axis, where not all do. */
  panels?: number[];
}

/** A number, a name (of a model, a source), or null where there is none. */
export type Cell = number | string | null;

/**
 * The numbers of a figure: every row as many cells as there are columns, the first naming the row. Columns `x`, `x-low`,
 * `x-high` are an estimate and its interval, and share a cell where people read them.
 */
export interface Table {
  columns: { id: string; label: string }[];
  rows: Cell[][];
}

export interface Figure {
  /** Kebab-case; names its page. */
  id: string;
  /** The experiment whose results it draws. */
  experiment: string;
  title: string;
  /** The question it answers. */
  question: string;
  /** What to see, in two or three sentences of plain text. Numbers come from the results. */
  caption(data: ExperimentResult): string;
  /** The same for a reader who does not see it. */
  description(data: ExperimentResult): string;
  /** A paragraph each: what the marks are, how to read them, what they cannot show. */
  reading(data: ExperimentResult): string[];
  panels(data: ExperimentResult, options: { layout: Layout }): Panel[];
  /** Where it differs from `GRIDS` of render.ts. */
  grid?(data: ExperimentResult, layout: Layout): Partial<Grid>;
  /** What a reader can read off step by step; without, there is nothing to read along an axis. */
  readout?(data: ExperimentResult): Readout;
  /** What the page's table shows. */
  table(data: ExperimentResult): Table;
}
