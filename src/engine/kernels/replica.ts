/** A copy of the model on one thread: it computes losses and gradients of micro-batches, and keeps no optimiser. */
import { checkConfig, type ModelConfig } from '../../transformer/config.ts';
import type { Parameters } from '../../transformer/parameters.ts';
import type { Batch, Pullback } from '../engine.ts';
import type { MicroBatch } from './micro-batches.ts';
import { Kernels } from './module.ts';
import { Network } from './network.ts';
import { type BatchShape, type Plan, plan as planMemory } from './plan.ts';

/** One instance of the module with the model in its memory, made by `Replica.create`. */
export class Replica {
  plan: Plan;
  private readonly network: Network;

  private constructor(
    readonly config: ModelConfig,
    readonly kernels: Kernels,
    private planned: BatchShape,
  ) {
    this.plan = planMemory(config, planned, kernels.run.firstFreeByte());
    kernels.reserve(this.plan.bytes);
    this.network = new Network(kernels, config, this.plan);
  }

  /**
   * A replica whose parameters are zero, with memory for batches of this shape.
   * @throws {ConfigError} {MemoryError}
   */
  static async create(config: ModelConfig, module: WebAssembly.Module, shape: BatchShape): Promise<Replica> {
    return new Replica(checkConfig(config), await Kernels.instantiate(module), shape);
  }

  /** Plans for batches of this shape, and reserves memory if they need more than there is. */
  makeRoom({ sequences, length }: BatchShape): void {
    if (sequences === this.planned.sequences && length === this.planned.length) return;
    const plan = planMemory(this.config, { sequences, length }, this.kernels.run.firstFreeByte());
    this.kernels.reserve(plan.bytes);
    this.network.use(plan);
    this.plan = plan;
    this.planned = { sequences, length };
  }

  /** Runs the model forward on each micro-batch; `action` reads what it wants before the next one overwrites it. */
  forEachPart(batch: Batch, parts: readonly MicroBatch[], action: (part: MicroBatch) => void): void {
    this.makeRoom(batch);
    for (const part of parts) {
      this.network.read(batch, part);
      this.network.forward();
      action(part);
    }
  }

  /** Summed loss of each micro-batch. */
  losses(batch: Batch, parts: readonly MicroBatch[]): number[] {
    const losses: number[] = [];
    this.forEachPart(batch, parts, () => losses.push(this.network.loss(0)));
    return losses;
  }

  /**
   * Summed loss of each of some micro-batches, a power of two of them; gradients of `weight` times all these losses are
   * added up as a tree into `plan.gradients[0]`.
   */
  gradients(batch: Batch, parts: readonly MicroBatch[], weight: number): number[] {
    this.makeRoom(batch);
    const losses: number[] = [];
    this.addUp(parts.length, (index, gradient) => {
      this.network.read(batch, parts[index]!);
      this.network.forward();
      losses.push(this.network.loss(weight));
      this.network.backward(gradient);
    });
    return losses;
  }

  /** Fills `into`, (B, T, D), with the vector-Jacobian product of the micro-batches; see `Engine.pullback`. */
  pullback(batch: Batch, parts: readonly MicroBatch[], what: Pullback, into: Float32Array): void {
    this.makeRoom(batch);
    for (const part of parts) {
      this.network.read(batch, part);
      this.network.pullback(part, what, into);
    }
  }

  /**
   * Adds up gradients as the leaves of a binary tree, (0 + 1) + (2 + 3), into `plan.gradients[0]`.
   * @param count of leaves, a power of two
   * @param write puts the gradient of a leaf at an address; called for one leaf after the other
   */
  addUp(count: number, write: (leaf: number, gradient: number) => void): void {
    const { gradients, layout } = this.plan;
    const branch = (first: number, leaves: number, level: number) => {
      if (leaves === 1) return write(first, gradients[level]!);
      branch(first, leaves / 2, level);
      branch(first + leaves / 2, leaves / 2, level + 1);
      this.kernels.run.add(gradients[level]!, gradients[level + 1]!, layout.size);
    };
    branch(0, count, 0);
  }

  /** An array of the parameters' layout: the parameters, a gradient or a moment. */
  flat(address: number): Float32Array {
    return this.kernels.view(address, this.plan.layout.size);
  }

  fetch(address: number): Parameters {
    return this.plan.layout.fetch(this.flat(address));
  }

  store(address: number, parameters: Parameters): void {
    this.plan.layout.store(parameters, this.flat(address));
  }
}
