/** The engine on one thread. */
import type { ModelConfig } from '../../transformer/config.ts';
import type { Parameters } from '../../transformer/parameters.ts';
import { adamwFactors } from '../adamw.ts';
import { decodeCheckpoint, encodeCheckpoint } from '../checkpoint.ts';
import type { Batch, Engine, Inspect, Inspection, Pullback, StepHyper, StepResult } from '../engine.ts';
import { checkBatch, checkHyper, checkParameters, checkPullback, countedTargets } from '../validate.ts';
import { emptyInspection, readInspection } from './inspection.ts';
import { microBatches } from './micro-batches.ts';
import type { Replica } from './replica.ts';
import { spanOf } from './span.ts';

/** Use of an engine that was disposed. */
export class DisposedError extends Error {
  override readonly name = 'DisposedError';
}

/** The engine on the caller's thread: one replica, and AdamW in the same memory. */
export class SingleEngine implements Engine {
  readonly config: ModelConfig;
  private own: Replica | undefined;
  private steps = 0;

  /** Takes the replica over; its parameters are written anew. */
  constructor(replica: Replica, parameters: Parameters) {
    this.config = replica.config;
    this.own = replica;
    replica.store(replica.plan.parameters, parameters);
  }

  /** @throws {DisposedError} */
  get replica(): Replica {
    if (this.own === undefined) throw new DisposedError('this engine was disposed; create another one');
    return this.own;
  }

  step(batch: Batch, hyper: StepHyper): StepResult {
    checkHyper(hyper);
    const loss = this.differentiate(batch);
    return { loss, gradientNorm: this.update(loss, hyper) };
  }

  evaluate(batch: Batch): { loss: number } {
    const { replica } = this;
    checkBatch(this.config, batch);
    const losses = replica.losses(batch, microBatches(batch.sequences, batch.length));
    return { loss: meanLoss(losses, batch) };
  }

  inspect(batch: Batch, what: Inspect): Inspection {
    const { replica } = this;
    checkBatch(this.config, batch, false);
    const span = spanOf(this.config);
    const inspection = emptyInspection(replica.plan, batch.sequences, batch.length, what);
    replica.forEachPart(batch, microBatches(batch.sequences, batch.length), (part) =>
      readInspection(replica.kernels, replica.plan, span, batch, part, inspection),
    );
    return inspection;
  }

  gradients(batch: Batch): Parameters {
    this.differentiate(batch);
    return this.fetchGradients();
  }

  pullback(batch: Batch, what: Pullback): Float32Array {
    const { replica } = this;
    checkBatch(this.config, batch, false);
    checkPullback(this.config, batch, what);
    const product = new Float32Array(what.cotangent.length);
    replica.pullback(batch, microBatches(batch.sequences, batch.length), what, product);
    return product;
  }

  parameters(): Parameters {
    return this.replica.fetch(this.replica.plan.parameters);
  }

  load(parameters: Parameters): void {
    const { replica } = this;
    checkParameters(this.config, parameters);
    const { firstMoments, secondMoments } = replica.plan;
    replica.store(replica.plan.parameters, parameters);
    for (const moments of [firstMoments, secondMoments]) replica.flat(moments).fill(0);
    this.steps = 0;
  }

  checkpoint(): Uint8Array {
    const { replica } = this;
    return encodeCheckpoint(this.config, {
      step: this.steps,
      parameters: replica.fetch(replica.plan.parameters),
      firstMoments: replica.fetch(replica.plan.firstMoments),
      secondMoments: replica.fetch(replica.plan.secondMoments),
    });
  }

  restore(checkpoint: Uint8Array): void {
    const { replica } = this;
    const state = decodeCheckpoint(this.config, checkpoint);
    replica.store(replica.plan.parameters, state.parameters);
    replica.store(replica.plan.firstMoments, state.firstMoments);
    replica.store(replica.plan.secondMoments, state.secondMoments);
    this.steps = state.step;
  }

  dispose(): void {
    this.own = undefined;
  }

  /** Writes the gradient of the mean loss to the replica's first gradient array and returns that loss. */
  private differentiate(batch: Batch): number {
    const { replica } = this;
    checkBatch(this.config, batch);
    const parts = microBatches(batch.sequences, batch.length);
    return meanLoss(replica.gradients(batch, parts, 1 / countedTargets(batch.targets)), batch);
  }

  /** The gradient that stands in the replica's first gradient array, by name. */
  fetchGradients(): Parameters {
    return this.replica.fetch(this.replica.plan.gradients[0]!);
  }

  /**
   * Clips that gradient and applies AdamW; returns its norm before the clip. When the loss or the norm is not finite
   * nothing changes: the parameters before such a step are worth more than NaN.
   */
  update(loss: number, hyper: StepHyper): number {
    const { plan, kernels } = this.replica;
    const { layout } = plan;
    const { run } = kernels;
    const addresses = [plan.parameters, plan.gradients[0]!, plan.firstMoments, plan.secondMoments] as const;
    const gradientNorm = Math.sqrt(run.sumOfSquares(addresses[1], layout.size));
    if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm)) return gradientNorm;
    this.steps++;
    const { correction1, correction2, gradientScale } = adamwFactors(hyper, this.steps, gradientNorm);
    const { beta1, beta2, learningRate, epsilon } = hyper;
    const apply = (from: number, count: number, keep: number) => {
      const [p, g, m, v] = addresses.map((address) => address + 4 * from);
      run.adamw(
        ...([p!, g!, m!, v!, count, gradientScale, beta1, 1 - beta1, beta2, 1 - beta2] as const),
        ...([keep, learningRate / correction1, 1 / Math.sqrt(correction2), epsilon] as const),
      );
    };
    apply(0, layout.decayed, 1 - learningRate * hyper.weightDecay);
    apply(layout.decayed, layout.size - layout.decayed, 1);
    return gradientNorm;
  }
}

/** Mean over a batch's targets that count, from the sums of its micro-batches in their order. */
export function meanLoss(losses: readonly number[], batch: Batch): number {
  return losses.reduce((sum, loss) => sum + loss, 0) / countedTargets(batch.targets);
}
