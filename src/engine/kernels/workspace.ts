/**
 * One micro-batch in memory, and the calls of kernels that every part of the model makes on it. Matrices are panelled
 * and activations are (channels, tokens), so a layer computes W x: see `assembly/index.ts` and `parameter-layout.ts`.
 */
import type { ModelConfig } from '../../transformer/config.ts';
import { PANEL } from './dimensions.ts';
import type { Kernels } from './module.ts';
import type { Plan } from './plan.ts';
import { type Span, spanOf } from './span.ts';

/** Bytes of one row of a panel. */
export const ROW = 4 * PANEL;

/** The shape of the micro-batch in memory. */
export interface Extent {
  sequences: number;
  /** T */
  length: number;
  /** Panels of a sequence. */
  sequencePanels: number;
  /** Panels of all sequences. */
  panels: number;
  masksDocuments: boolean;
}

/** The memory of one micro-batch: where each activation stands, and the products between them. */
export class Workspace {
  extent: Extent = { sequences: 0, length: 0, sequencePanels: 0, panels: 0, masksDocuments: false };

  readonly span: Span;

  constructor(
    readonly kernels: Kernels,
    readonly config: ModelConfig,
    public plan: Plan,
  ) {
    this.span = spanOf(config);
  }

  /** Address of a parameter. */
  weight(offset: number): number {
    return this.plan.parameters + 4 * offset;
  }

  /** y (rows, tokens) = W x for W (rows, D). */
  product(weight: number, rows: number, x: number, y: number): void {
    const { widthRows, widthPanels } = this.plan.dimensions;
    this.kernels.run.multiply(
      ...([this.weight(weight), rows * ROW, x, widthRows * ROW, y, rows * ROW, 0] as const),
      ...([rows, widthPanels, this.extent.panels] as const),
    );
  }

  /** y (D, tokens) = start + W^T x for W (rows, D). */
  transposedProduct(weight: number, rows: number, x: number, y: number, start: number): void {
    const { widthRows } = this.plan.dimensions;
    this.kernels.run.multiplyTransposed(
      ...([this.weight(weight), rows * ROW, x, rows * ROW, y, widthRows * ROW, start] as const),
      ...([widthRows, rows, this.extent.panels] as const),
    );
  }

  /** `plan.transposed` (tokens, D) = x^T for x (D, tokens). */
  transposeTokens(x: number): void {
    const { widthRows } = this.plan.dimensions;
    const tokens = this.extent.panels * PANEL;
    this.kernels.run.transpose(x, widthRows * ROW, this.plan.transposed, tokens * ROW, widthRows, tokens);
  }

  /** dW (rows, D) = sides (rows, tokens) times the (tokens, D) in `plan.transposed`. */
  weightGradient(sides: number, rows: number, dWeight: number): void {
    const { widthPanels } = this.plan.dimensions;
    const { panels } = this.extent;
    this.kernels.run.multiply(
      ...([sides, rows * ROW, this.plan.transposed, panels * PANEL * ROW, dWeight, rows * ROW, 0] as const),
      ...([rows, panels, widthPanels] as const),
    );
  }

  /** normed = the model's norm of x; keeps in `statistics` what the way back needs. */
  norm(x: number, gain: number, normed: number, statistics: number): void {
    const { run } = this.kernels;
    const { width, widthRows } = this.plan.dimensions;
    const kernel = this.config.norm === 'layer' ? run.layerNormForward : run.rmsNormForward;
    kernel(
      ...([x, this.weight(gain), normed, statistics] as const),
      ...([width, widthRows, this.extent.panels, this.config.normEpsilon] as const),
    );
  }

  /** Adds to `plan.dStream` what `plan.dNormed` gives through a norm of x, and writes the gain's gradient. */
  normBackward(x: number, gain: number, statistics: number, gradient: number): void {
    const { run } = this.kernels;
    const { dNormed, dStream, scratch, dimensions } = this.plan;
    const kernel = this.config.norm === 'layer' ? run.layerNormBackward : run.rmsNormBackward;
    kernel(
      ...([dNormed, x, this.weight(gain), statistics, dStream, gradient + 4 * gain, scratch] as const),
      ...([dimensions.width, dimensions.widthRows, this.extent.panels] as const),
    );
  }
}
