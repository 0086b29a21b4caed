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
  /** Without width and height, which the layout gives. */
  options: PlotOptions;
}

/** A curve whose values can be read off, step by step. */
export interface ReadoutSeries {
  /** Index of its panel. */
  panel: number;
  /** How it is named aloud. */
  label: string;
  colour: string;
  /** Position on the panel's vertical scale, one a step. */
  values: number[];
  /** The same, as it is written. */
  texts: string[];
}

export interface Readout {
  /** What the horizontal axis counts. */
  axis: string;
  positions: number[];
  series: ReadoutSeries[];
}

/** The numbers of a figure: every row as many cells as there are columns. */
export interface Table {
  columns: { id: string; label: string }[];
  rows: (number | null)[][];
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
  readout(data: ExperimentResult): Readout;
  /** What the page's table shows. */
  table(data: ExperimentResult): Table;
}
