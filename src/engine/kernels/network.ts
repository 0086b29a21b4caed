/**
 * The model, forward and backward, as calls of kernels on one micro-batch. Matrices are panelled and activations are
 * (channels, tokens), so a layer computes W x: see `assembly/index.ts` and `parameter-layout.ts`.
 */
import type { ModelConfig } from '../../transformer/config.ts';
import { ropeTables } from '../../transformer/rope.ts';
import { type Batch, IGNORED_TARGET } from '../engine.ts';
import { PANEL, roundUp } from './dimensions.ts';
import type { MicroBatch } from './micro-batches.ts';
import type { Kernels } from './module.ts';
import type { LayerOffsets } from './parameter-layout.ts';
import type { LayerActivations, Plan } from './plan.ts';

/** Bytes of one row of a panel. */
const ROW = 4 * PANEL;

/** A token that stands for nothing: it fills the last panel of a sequence. */
const NO_TOKEN = -1;

/** The shape of the micro-batch in memory. */
interface Extent {
  sequences: number;
  /** T */
  length: number;
  /** Panels of a sequence. */
  sequencePanels: number;
  /** Panels of all sequences. */
  panels: number;
  masksDocuments: boolean;
}

export class Network {
  private extent: Extent = { sequences: 0, length: 0, sequencePanels: 0, panels: 0, masksDocuments: false };

  constructor(
    private readonly kernels: Kernels,
    private readonly config: ModelConfig,
    private plan: Plan,
  ) {
    this.writeRopeTables();
  }

  /** Works in another arena from now on; what lasts has the same place in both. */
  use(plan: Plan): void {
    this.plan = plan;
  }

  /** Copies a micro-batch in, every sequence padded to whole panels. */
  read(batch: Batch, { first, sequences }: MicroBatch): void {
    const { length } = batch;
    const sequencePanels = roundUp(length, PANEL) / PANEL;
    const masksDocuments = batch.documents !== undefined;
    this.extent = { sequences, length, sequencePanels, panels: sequences * sequencePanels, masksDocuments };
    this.copyIn(batch.inputs, first, this.plan.inputs, NO_TOKEN);
    this.copyIn(batch.targets, first, this.plan.targets, IGNORED_TARGET);
    if (batch.documents) this.copyIn(batch.documents, first, this.plan.documents, 0);
  }

  private copyIn(source: Int32Array, first: number, address: number, filler: number): void {
    const { sequences, length, sequencePanels } = this.extent;
    const { integers } = this.kernels;
    for (let sequence = 0; sequence < sequences; sequence++) {
      const from = (first + sequence) * length;
      const to = address / 4 + sequence * sequencePanels * PANEL;
      for (let t = 0; t < length; t++) integers[to + t] = source[from + t]!;
      integers.fill(filler, to + length, to + sequencePanels * PANEL);
    }
  }

  /** Runs the model on the micro-batch, up to its logits. */
  forward(): void {
    const { plan, config } = this;
    const { run } = this.kernels;
    const { widthRows, width, vocabularyRows, widthPanels } = plan.dimensions;
    const { panels } = this.extent;
    const table = this.weight(plan.layout.embedding);
    const first = plan.layers[0]?.input ?? plan.last;
    run.embeddingForward(table, vocabularyRows * ROW, plan.inputs, first, widthRows, panels * PANEL);
    plan.layers.forEach((layer, index) => {
      const offsets = plan.layout.layers[index]!;
      this.attentionForward(layer, offsets);
      this.mlpForward(layer, offsets, plan.layers[index + 1]?.input ?? plan.last);
    });
    const gain = this.weight(plan.layout.norm);
    run.rmsNormForward(
      plan.last,
      gain,
      plan.lastNormed,
      plan.lastInverse,
      width,
      widthRows,
      panels,
      config.normEpsilon,
    );
    this.product(plan.layout.head, vocabularyRows, plan.lastNormed, plan.logits, widthPanels);
  }

  /**
   * Sum of the cross-entropies of the targets that count, in nats; logits become gradients of `weight` times this sum.
   */
  loss(weight: number): number {
    const { logits, targets, dimensions } = this.plan;
    const { vocabulary, vocabularyRows } = dimensions;
    return this.kernels.run.crossEntropy(logits, targets, vocabulary, vocabularyRows, this.extent.panels, weight);
  }

  /** Writes the gradient of what `loss` returned, times its weight, to an array of the parameters' layout. */
  backward(gradient: number): void {
    const { plan } = this;
    const { run } = this.kernels;
    const { widthRows, vocabularyRows } = plan.dimensions;
    const { panels } = this.extent;
    this.transposeTokens(plan.lastNormed);
    this.weightGradient(plan.logits, vocabularyRows, gradient + 4 * plan.layout.head);
    this.transposedProduct(plan.layout.head, vocabularyRows, plan.logits, plan.dNormed, 0);
    this.kernels.view(plan.dStream, widthRows * panels * PANEL).fill(0);
    this.normBackward(plan.last, plan.lastInverse, plan.layout.norm, gradient);
    for (let index = plan.layers.length - 1; index >= 0; index--) {
      const layer = plan.layers[index]!;
      const offsets = plan.layout.layers[index]!;
      this.mlpBackward(layer, offsets, gradient);
      this.attentionBackward(layer, offsets, gradient);
    }
    const dTable = gradient + 4 * plan.layout.embedding;
    this.kernels.view(dTable, vocabularyRows * widthRows).fill(0);
    run.embeddingBackward(dTable, vocabularyRows * ROW, plan.inputs, plan.dStream, widthRows, panels * PANEL);
  }

  private attentionForward(layer: LayerActivations, offsets: LayerOffsets): void {
    const { plan, config, extent } = this;
    const { run } = this.kernels;
    const { width, widthRows, widthPanels, attentionRows, heads, headRows } = plan.dimensions;
    const gain = this.weight(offsets.attentionNorm);
    run.rmsNormForward(
      ...([layer.input, gain, layer.attentionNormed, layer.attentionInverse] as const),
      ...([width, widthRows, extent.panels, config.normEpsilon] as const),
    );
    this.product(offsets.queryKeyValue, 3 * attentionRows, layer.attentionNormed, layer.queryKeyValue, widthPanels);
    this.rotateQueriesAndKeys(layer.queryKeyValue, 1);
    run.attentionForward(
      ...([layer.queryKeyValue, layer.heads, layer.weights, this.documents()] as const),
      ...([extent.sequences, extent.sequencePanels, heads, headRows, this.scale()] as const),
    );
    this.transposedProduct(offsets.output, attentionRows, layer.heads, layer.middle, layer.input);
  }

  private attentionBackward(layer: LayerActivations, offsets: LayerOffsets, gradient: number): void {
    const { plan, extent } = this;
    const { attentionRows, widthPanels, heads, headRows } = plan.dimensions;
    this.transposeTokens(plan.dStream);
    this.weightGradient(layer.heads, attentionRows, gradient + 4 * offsets.output);
    this.product(offsets.output, attentionRows, plan.dStream, plan.dInner, widthPanels);
    this.kernels.run.attentionBackward(
      ...([layer.queryKeyValue, plan.dInner, layer.weights, plan.dQueryKeyValue, plan.scratch] as const),
      ...([extent.sequences, extent.sequencePanels, heads, headRows, this.scale()] as const),
    );
    this.rotateQueriesAndKeys(plan.dQueryKeyValue, -1);
    this.transposeTokens(layer.attentionNormed);
    this.weightGradient(plan.dQueryKeyValue, 3 * attentionRows, gradient + 4 * offsets.queryKeyValue);
    this.transposedProduct(offsets.queryKeyValue, 3 * attentionRows, plan.dQueryKeyValue, plan.dNormed, 0);
    this.normBackward(layer.input, layer.attentionInverse, offsets.attentionNorm, gradient);
  }

  private mlpForward(layer: LayerActivations, offsets: LayerOffsets, output: number): void {
    const { plan, config, extent } = this;
    const { run } = this.kernels;
    const { width, widthRows, widthPanels, hiddenRows } = plan.dimensions;
    const gain = this.weight(offsets.mlpNorm);
    run.rmsNormForward(
      ...([layer.middle, gain, layer.mlpNormed, layer.mlpInverse] as const),
      ...([width, widthRows, extent.panels, config.normEpsilon] as const),
    );
    this.product(offsets.gateUp, 2 * hiddenRows, layer.mlpNormed, layer.gateUp, widthPanels);
    run.swigluForward(layer.gateUp, layer.hidden, hiddenRows, extent.panels);
    this.transposedProduct(offsets.down, hiddenRows, layer.hidden, output, layer.middle);
  }

  private mlpBackward(layer: LayerActivations, offsets: LayerOffsets, gradient: number): void {
    const { plan, extent } = this;
    const { hiddenRows, widthPanels } = plan.dimensions;
    this.transposeTokens(plan.dStream);
    this.weightGradient(layer.hidden, hiddenRows, gradient + 4 * offsets.down);
    this.product(offsets.down, hiddenRows, plan.dStream, plan.dInner, widthPanels);
    this.kernels.run.swigluBackward(layer.gateUp, plan.dInner, hiddenRows, extent.panels);
    this.transposeTokens(layer.mlpNormed);
    this.weightGradient(layer.gateUp, 2 * hiddenRows, gradient + 4 * offsets.gateUp);
    this.transposedProduct(offsets.gateUp, 2 * hiddenRows, layer.gateUp, plan.dNormed, 0);
    this.normBackward(layer.middle, layer.mlpInverse, offsets.mlpNorm, gradient);
  }

  /** Address of a parameter. */
  private weight(offset: number): number {
    return this.plan.parameters + 4 * offset;
  }

  private documents(): number {
    return this.extent.masksDocuments ? this.plan.documents : 0;
  }

  /** Scores are divided by the root of a head's width. */
  private scale(): number {
    return 1 / Math.sqrt(this.plan.dimensions.headWidth);
  }

  /** y (rows, tokens) = W x for W (rows, D). */
  private product(weight: number, rows: number, x: number, y: number, depthPanels: number): void {
    const { widthRows } = this.plan.dimensions;
    this.kernels.run.multiply(
      ...([this.weight(weight), rows * ROW, x, widthRows * ROW, y, rows * ROW, 0] as const),
      ...([rows, depthPanels, this.extent.panels] as const),
    );
  }

  /** y (D, tokens) = start + W^T x for W (rows, D). */
  private transposedProduct(weight: number, rows: number, x: number, y: number, start: number): void {
    const { widthRows } = this.plan.dimensions;
    this.kernels.run.multiplyTransposed(
      ...([this.weight(weight), rows * ROW, x, rows * ROW, y, widthRows * ROW, start] as const),
      ...([widthRows, rows, this.extent.panels] as const),
    );
  }

  /** `plan.transposed` (tokens, D) = x^T for x (D, tokens). */
  private transposeTokens(x: number): void {
    const { widthRows } = this.plan.dimensions;
    const tokens = this.extent.panels * PANEL;
    this.kernels.run.transpose(x, widthRows * ROW, this.plan.transposed, tokens * ROW, widthRows, tokens);
  }

  /** dW (rows, D) = sides (rows, tokens) times the (tokens, D) in `plan.transposed`. */
  private weightGradient(sides: number, rows: number, dWeight: number): void {
    const { widthPanels } = this.plan.dimensions;
    const { panels } = this.extent;
    this.kernels.run.multiply(
      ...([sides, rows * ROW, this.plan.transposed, panels * PANEL * ROW, dWeight, rows * ROW, 0] as const),
      ...([rows, panels, widthPanels] as const),
    );
  }

  /** Adds to `plan.dStream` what `plan.dNormed` gives through a norm of x, and writes the gain's gradient. */
  private normBackward(x: number, inverse: number, gain: number, gradient: number): void {
    const { dNormed, dStream, scratch, dimensions } = this.plan;
    this.kernels.run.rmsNormBackward(
      ...([dNormed, x, this.weight(gain), inverse, dStream, gradient + 4 * gain, scratch] as const),
      ...([dimensions.width, dimensions.widthRows, this.extent.panels] as const),
    );
  }

  /** Turns queries and keys, whose heads follow one another, by their position's angle (1) or back (-1). */
  private rotateQueriesAndKeys(queryKeyValue: number, direction: 1 | -1): void {
    const { ropeCos, ropeSin, dimensions } = this.plan;
    const { attentionRows, heads, headRows, headWidth } = dimensions;
    const { sequences, sequencePanels } = this.extent;
    this.kernels.run.rotate(
      ...([queryKeyValue, 3 * attentionRows * ROW, ropeCos, ropeSin, sequences, sequencePanels] as const),
      ...([2 * heads, headRows, headWidth / 2, 1, headWidth / 2, direction] as const),
    );
  }

  /** (T, Dh / 2) tables become (Dh / 2, T) panelled. */
  private writeRopeTables(): void {
    const pairs = this.plan.dimensions.headWidth / 2;
    const { cos, sin } = ropeTables(this.config, roundUp(this.config.contextLength, PANEL));
    const { floats } = this.kernels;
    for (let index = 0; index < cos.length; index++) {
      const position = Math.floor(index / pairs);
      const cell = (Math.floor(position / PANEL) * pairs + (index % pairs)) * PANEL + (position % PANEL);
      floats[this.plan.ropeCos / 4 + cell] = cos[index]!;
      floats[this.plan.ropeSin / 4 + cell] = sin[index]!;
    }
  }
}
