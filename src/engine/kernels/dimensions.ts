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
  /** What the normalised stream is multiplied by before attention: query, key, value and, in gated attention, gate. */
  attentionParts: number;
  /** Numbers kept for the H sink logits. */
  sinkLogits: number;
  /** Rows of the MLP's hidden channels; 0 without an MLP. */
  hiddenRows: number;
  /** What the normalised stream is multiplied by in the MLP: gate and up, up alone, or nothing. */
  mlpParts: number;
  /** Rows of the learned positions; 0 without. */
  positionRows: number;
  /** V, and its rows. */
  vocabulary: number;
  vocabularyRows: number;
}

/** The lengths of a model in memory: those of the configuration, rounded up to whole vectors and panels. */
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
    attentionParts: config.attention === 'gated' ? 4 : 3,
    sinkLogits: config.attention === 'sink-logit' ? roundUp(config.heads, 4) : 0,
    hiddenRows: config.mlp === 'none' ? 0 : roundUp(config.hiddenWidth, 4),
    mlpParts: { swiglu: 2, relu: 1, none: 0 }[config.mlp],
    positionRows: config.positions === 'learned' ? roundUp(config.contextLength, 4) : 0,
    vocabulary: config.vocabularySize,
    vocabularyRows: roundUp(config.vocabularySize, 4),
  };
}

/** The smallest multiple of `step` that is not below `value`. */
export function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}
