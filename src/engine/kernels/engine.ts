/** The engine contract over the WebAssembly kernels. */
import { checkConfig, type ModelConfig } from '../../transformer/config.ts';
import type { Parameters } from '../../transformer/parameters.ts';
import { adamwFactors } from '../adamw.ts';
import { decodeCheckpoint, encodeCheckpoint } from '../checkpoint.ts';
import type { Batch, Engine, Inspect, Inspection, StepHyper, StepResult } from '../engine.ts';
import { checkBatch, checkHyper, checkParameters, countedTargets } from '../validate.ts';
import { addUpGradients } from './gradient-tree.ts';
import { emptyInspection, readInspection } from './inspection.ts';
import { type MicroBatch, microBatches } from './micro-batches.ts';
import { Kernels } from './module.ts';
import { Network } from './network.ts';
import { type BatchShape, type Plan, plan as planMemory } from './plan.ts';

/** Steps or evaluations of an engine that was disposed. */
export class DisposedError extends Error {
  override readonly name = 'DisposedError';
}

export interface KernelsOptions {
  /** The compiled `kernels.wasm`. */
  module: WebAssembly.Module;
  /** The largest batch to come: its memory is reserved at once. Another batch reserves what it needs when it comes. */
  batch?: BatchShape;
}

/**
 * An engine on one thread.
 * @throws {ConfigError} {EngineInputError} for a model or parameters that cannot be
 * @throws {MemoryError} when the memory for them is not to be had
 */
export async function createKernelsEngine(
  config: ModelConfig,
  parameters: Parameters,
  { module, batch = { sequences: 1, length: config.contextLength } }: KernelsOptions,
): Promise<Engine> {
  checkConfig(config);
  checkParameters(config, parameters);
  const kernels = await Kernels.instantiate(module);
  return new KernelsEngine(config, parameters, kernels, batch);
}

class KernelsEngine implements Engine {
  private readonly network: Network;
  private plan: Plan;
  private planned: BatchShape;
  private step_ = 0;
  private kernels: Kernels | undefined;

  constructor(
    readonly config: ModelConfig,
    parameters: Parameters,
    kernels: Kernels,
    batch: BatchShape,
  ) {
    this.kernels = kernels;
    this.planned = batch;
    this.plan = planMemory(config, batch, kernels.run.firstFreeByte());
    kernels.reserve(this.plan.bytes);
    this.network = new Network(kernels, config, this.plan);
    this.write(this.plan.parameters, parameters);
  }

  step(batch: Batch, hyper: StepHyper): StepResult {
    const kernels = this.alive();
    checkHyper(hyper);
    const loss = this.differentiate(batch);
    const { run } = kernels;
    const { parameters, firstMoments, secondMoments, gradients, layout } = this.plan;
    const gradient = gradients[0]!;
    const gradientNorm = Math.sqrt(run.sumOfSquares(gradient, layout.size));
    this.step_++;
    const { correction1, correction2, gradientScale } = adamwFactors(hyper, this.step_, gradientNorm);
    const update = (from: number, count: number, keep: number) => {
      const [p, g, m, v] = [parameters, gradient, firstMoments, secondMoments].map((address) => address + 4 * from);
      run.adamw(
        ...([
          p!,
          g!,
          m!,
          v!,
          count,
          gradientScale,
          hyper.beta1,
          1 - hyper.beta1,
          hyper.beta2,
          1 - hyper.beta2,
        ] as const),
        ...([keep, hyper.learningRate / correction1, 1 / Math.sqrt(correction2), hyper.epsilon] as const),
      );
    };
    update(0, layout.decayed, 1 - hyper.learningRate * hyper.weightDecay);
    update(layout.decayed, layout.size - layout.decayed, 1);
    return { loss, gradientNorm };
  }

  evaluate(batch: Batch): { loss: number } {
    this.alive();
    checkBatch(this.config, batch);
    let sum = 0;
    this.forEachPart(batch, () => {
      sum += this.network.loss(0);
    });
    return { loss: sum / countedTargets(batch.targets) };
  }

  inspect(batch: Batch, what: Inspect): Inspection {
    const kernels = this.alive();
    checkBatch(this.config, batch, false);
    const inspection = emptyInspection(this.plan, batch.sequences, batch.length, what);
    this.forEachPart(batch, (part) => readInspection(kernels, this.plan, batch, part, inspection));
    return inspection;
  }

  gradients(batch: Batch): Parameters {
    this.differentiate(batch);
    return this.read(this.plan.gradients[0]!);
  }

  parameters(): Parameters {
    return this.read(this.plan.parameters);
  }

  load(parameters: Parameters): void {
    const kernels = this.alive();
    checkParameters(this.config, parameters);
    const { firstMoments, secondMoments, layout } = this.plan;
    this.write(this.plan.parameters, parameters);
    for (const moments of [firstMoments, secondMoments]) kernels.view(moments, layout.size).fill(0);
    this.step_ = 0;
  }

  checkpoint(): Uint8Array {
    const { firstMoments, secondMoments } = this.plan;
    return encodeCheckpoint(this.config, {
      step: this.step_,
      parameters: this.parameters(),
      firstMoments: this.read(firstMoments),
      secondMoments: this.read(secondMoments),
    });
  }

  restore(checkpoint: Uint8Array): void {
    this.alive();
    const state = decodeCheckpoint(this.config, checkpoint);
    this.write(this.plan.parameters, state.parameters);
    this.write(this.plan.firstMoments, state.firstMoments);
    this.write(this.plan.secondMoments, state.secondMoments);
    this.step_ = state.step;
  }

  dispose(): void {
    this.kernels = undefined;
  }

  /** Writes the gradient of the mean loss to `plan.gradients[0]` and returns that loss. */
  private differentiate(batch: Batch): number {
    const kernels = this.alive();
    checkBatch(this.config, batch);
    this.makeRoom(batch);
    const parts = microBatches(batch.sequences, batch.length);
    const counted = countedTargets(batch.targets);
    const losses = addUpGradients(kernels, this.network, this.plan, batch, parts, 1 / counted);
    return losses.reduce((sum, loss) => sum + loss, 0) / counted;
  }

  private forEachPart(batch: Batch, action: (part: MicroBatch) => void): void {
    this.makeRoom(batch);
    for (const part of microBatches(batch.sequences, batch.length)) {
      this.network.read(batch, part);
      this.network.forward();
      action(part);
    }
  }

  private makeRoom({ sequences, length }: BatchShape): void {
    const kernels = this.alive();
    if (sequences === this.planned.sequences && length === this.planned.length) return;
    const plan = planMemory(this.config, { sequences, length }, kernels.run.firstFreeByte());
    kernels.reserve(plan.bytes);
    this.network.use(plan);
    this.plan = plan;
    this.planned = { sequences, length };
  }

  private read(address: number): Parameters {
    return this.plan.layout.fetch(this.alive().view(address, this.plan.layout.size));
  }

  private write(address: number, parameters: Parameters): void {
    this.plan.layout.store(parameters, this.alive().view(address, this.plan.layout.size));
  }

  private alive(): Kernels {
    if (this.kernels === undefined) throw new DisposedError('this engine was disposed; create another one');
    return this.kernels;
  }
}
