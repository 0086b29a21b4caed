/** Lengths of a model as the kernels store it: rows padded to a multiple of 4, columns to a multiple of 8, by zeros. */
import { headWidth, type ModelConfig } from '../../transformer/config.ts';

/** Columns of a panel: two SIMD vectors of float32. */
export const PANEL = 8;

export interface Dimensions {
  layers: number;
  heads: number;
  /** D, and its panels as columns; `widthRows` as rows is 8 `widthPanels`. */
  width: number;
  widthPanels: number;
  widthRows: number;
  /** Channels of a head, and its rows. */
  headWidth: number;
  headRows: number;
  /** Rows of all heads together: of the queries, of the keys, of the values. */
  attentionRows: number;
  /** Rows of the MLP's hidden channels. */
  hiddenRows: number;
  /** V, and its rows. */
  vocabulary: number;
  vocabularyRows: number;
}

export function dimensionsOf(config: ModelConfig): Dimensions {
  const headRows = roundUp(headWidth(config), 4);
  const widthRows = roundUp(config.width, PANEL);
  return {
    layers: config.layers,
    heads: config.heads,
    width: config.width,
    widthPanels: widthRows / PANEL,
    widthRows,
    headWidth: headWidth(config),
    headRows,
    attentionRows: config.heads * headRows,
    hiddenRows: roundUp(config.hiddenWidth, 4),
    vocabulary: config.vocabularySize,
    vocabularyRows: roundUp(config.vocabularySize, 4),
  };
}

/** The smallest multiple of `step` that is not below `value`. */
export function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}
