/** The model, forward and backward, on one micro-batch: embeddings, blocks, head and loss as calls of kernels. */
import type { ModelConfig } from '../../transformer/config.ts';
import { ropeTables } from '../../transformer/rope.ts';
import { type Batch, IGNORED_TARGET, type Pullback } from '../engine.ts';
import { attentionBackward, attentionForward } from './attention-block.ts';
import { PANEL, roundUp } from './dimensions.ts';
import type { MicroBatch } from './micro-batches.ts';
import { mlpBackward, mlpForward } from './mlp-block.ts';
import type { Kernels } from './module.ts';
import type { Plan } from './plan.ts';
import { readStates, writeStates } from './states.ts';
import { ROW, Workspace } from './workspace.ts';

/** A token that stands for nothing: it fills the last panel of a sequence. */
const NO_TOKEN = -1;

/** The calls of kernels that make up the model; what they compute stands in the memory that the plan lays out. */
export class Network {
  private readonly space: Workspace;

  constructor(
    private readonly kernels: Kernels,
    private readonly config: ModelConfig,
    plan: Plan,
  ) {
    this.space = new Workspace(kernels, config, plan);
    if (config.positions === 'rope') this.writeRopeTables();
  }

  private get plan(): Plan {
    return this.space.plan;
  }

  /** Works in another arena from now on; what lasts has the same place in both. */
  use(plan: Plan): void {
    this.space.plan = plan;
  }

  /** Copies a micro-batch in, every sequence padded to whole panels. */
  read(batch: Batch, { first, sequences }: MicroBatch): void {
    const { length } = batch;
    const sequencePanels = roundUp(length, PANEL) / PANEL;
    const masksDocuments = batch.documents !== undefined;
    this.space.extent = { sequences, length, sequencePanels, panels: sequences * sequencePanels, masksDocuments };
    this.copyIn(batch.inputs, first, this.plan.inputs, NO_TOKEN);
    this.copyIn(batch.targets, first, this.plan.targets, IGNORED_TARGET);
    if (batch.documents) this.copyIn(batch.documents, first, this.plan.documents, 0);
    if (this.config.positions === 'learned') this.writePositions();
  }

  private copyIn(source: Int32Array, first: number, address: number, filler: number): void {
    const { sequences, length, sequencePanels } = this.space.extent;
    const { integers } = this.kernels;
    for (let sequence = 0; sequence < sequences; sequence++) {
      const from = (first + sequence) * length;
      const to = address / 4 + sequence * sequencePanels * PANEL;
      for (let t = 0; t < length; t++) integers[to + t] = source[from + t]!;
      integers.fill(filler, to + length, to + sequencePanels * PANEL);
    }
  }

  private writePositions(): void {
    const { length, sequencePanels, panels } = this.space.extent;
    const { integers } = this.kernels;
    for (let token = 0; token < panels * PANEL; token++) {
      const position = token % (sequencePanels * PANEL);
      integers[this.plan.positions / 4 + token] = position < length ? position : NO_TOKEN;
    }
  }

  /** Runs the model on the micro-batch, up to its logits. */
  forward(): void {
    const { plan, space } = this;
    const { vocabularyRows } = plan.dimensions;
    this.forwardBlocks(plan.layers.length);
    space.norm(plan.last, plan.layout.norm, plan.lastNormed, plan.lastStatistics);
    space.product(plan.layout.head, vocabularyRows, plan.lastNormed, plan.logits);
  }

  /** Embeds the micro-batch and runs the first `count` blocks. */
  private forwardBlocks(count: number): void {
    const { plan, config, space } = this;
    this.embed(plan.layers[0]?.input ?? plan.last);
    plan.layers.slice(0, count).forEach((layer, index) => {
      const offsets = plan.layout.layers[index]!;
      const output = plan.layers[index + 1]?.input ?? plan.last;
      const withoutMlp = config.mlp === 'none';
      attentionForward(space, layer, offsets, withoutMlp ? output : layer.middle);
      if (!withoutMlp) mlpForward(space, layer, offsets, output);
    });
  }

  /**
   * Sum of the cross-entropies of the targets that count, in nats; logits become gradients of `weight` times this sum.
   */
  loss(weight: number): number {
    const { logits, targets, dimensions } = this.plan;
    const { vocabulary, vocabularyRows } = dimensions;
    const { panels } = this.space.extent;
    return this.kernels.run.crossEntropy(logits, targets, vocabulary, vocabularyRows, panels, weight);
  }

  /** Writes the gradient of what `loss` returned, times its weight, to an array of the parameters' layout. */
  backward(gradient: number): void {
    const { plan, space } = this;
    const { widthRows, vocabularyRows } = plan.dimensions;
    const { panels } = space.extent;
    space.transposeTokens(plan.lastNormed);
    space.weightGradient(plan.logits, vocabularyRows, gradient + 4 * plan.layout.head);
    space.transposedProduct(plan.layout.head, vocabularyRows, plan.logits, plan.dNormed, 0);
    this.kernels.view(plan.dStream, widthRows * panels * PANEL).fill(0);
    space.normBackward(plan.last, plan.layout.norm, plan.lastStatistics, gradient);
    this.backwardBlocks(plan.layers.length, gradient);
    this.embedBackward(gradient);
  }

  /** Takes `plan.dStream` from after the first `count` blocks to before them, and writes their parameters' gradients. */
  private backwardBlocks(count: number, gradient: number, constantAttention = false): void {
    const { plan, config, space } = this;
    for (let index = count - 1; index >= 0; index--) {
      const layer = plan.layers[index]!;
      const offsets = plan.layout.layers[index]!;
      if (config.mlp !== 'none') mlpBackward(space, layer, offsets, gradient);
      attentionBackward(space, layer, offsets, gradient, constantAttention);
    }
  }

  /**
   * The vector-Jacobian product of a micro-batch that was read: its part of `into` is filled, see `Engine.pullback`.
   * Where a step writes gradients of parameters, those of this product are left.
   */
  pullback(part: MicroBatch, { layer, cotangent, constantAttention = false }: Pullback, into: Float32Array): void {
    const { plan, kernels } = this;
    const { width, widthRows } = plan.dimensions;
    const { length, sequencePanels } = this.space.extent;
    const positions = sequencePanels * PANEL;
    const states = { address: plan.dStream, rows: widthRows, channels: width, positions, length };
    this.forwardBlocks(layer);
    writeStates(kernels, states, part, cotangent);
    this.backwardBlocks(layer, plan.gradients[0]!, constantAttention);
    readStates(kernels, states, part, into);
  }

  /** x (D, tokens): each token's embedding and, where positions are learned, its position's. */
  private embed(x: number): void {
    const { plan, space } = this;
    const { run } = this.kernels;
    const { widthRows, vocabularyRows, positionRows } = plan.dimensions;
    const tokens = space.extent.panels * PANEL;
    const table = space.weight(plan.layout.embedding);
    run.embeddingForward(table, vocabularyRows * ROW, plan.inputs, x, widthRows, tokens);
    if (this.config.positions === 'learned') {
      const positions = space.weight(plan.layout.positions);
      run.embeddingAdd(positions, positionRows * ROW, plan.positions, x, widthRows, tokens);
    }
  }

  private embedBackward(gradient: number): void {
    const { plan, config } = this;
    const { run } = this.kernels;
    const { widthRows, vocabularyRows, positionRows } = plan.dimensions;
    const tokens = this.space.extent.panels * PANEL;
    const dTable = gradient + 4 * plan.layout.embedding;
    // A tied head has written its part already; the embedding's comes on top, token after token.
    if (!config.tiedHead) this.kernels.view(dTable, vocabularyRows * widthRows).fill(0);
    run.embeddingBackward(dTable, vocabularyRows * ROW, plan.inputs, plan.dStream, widthRows, tokens);
    if (config.positions === 'learned') {
      const dPositions = gradient + 4 * plan.layout.positions;
      this.kernels.view(dPositions, positionRows * widthRows).fill(0);
      run.embeddingBackward(dPositions, positionRows * ROW, plan.positions, plan.dStream, widthRows, tokens);
    }
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
