/**
 * The engine over several workers, without shared memory: each computes branches of the tree of micro-batches, whose
 * shape depends on the batch alone, and this thread adds the branches up and applies AdamW. The results have the bits of
 * `SingleEngine`, however many workers there are.
 */
import type { ModelConfig } from '../../transformer/config.ts';
import type { Parameters } from '../../transformer/parameters.ts';
import type { Batch, Engine, Inspect, Inspection, Pullback, StepHyper, StepResult } from '../engine.ts';
import { checkBatch, checkHyper, countedTargets } from '../validate.ts';
import { microBatches } from './micro-batches.ts';
import type { BatchShape } from './plan.ts';
import { DisposedError, meanLoss, type SingleEngine } from './single-engine.ts';
import type { WorkerPort } from './worker-port.ts';
import {
  type Branch,
  buffersOf,
  type ComputeRequest,
  type WorkerAnswer,
  type WorkerRequest,
} from './worker-service.ts';

/** A worker died or failed. The engine still gives its parameters and checkpoint, as of the last finished step. */
export class WorkerError extends Error {
  override readonly name = 'WorkerError';
}

/** One worker, its number for messages, and the buffers that travel to it and back. */
class Colleague {
  private parameters: Float32Array<ArrayBuffer> | undefined;
  private spare: Float32Array<ArrayBuffer>[] = [];
  private settle: { done: (answer: WorkerAnswer) => void; failed: (error: Error) => void } | undefined;
  private death: WorkerError | undefined;

  constructor(
    private readonly port: WorkerPort,
    private readonly name: string,
  ) {
    port.onMessage((message) => {
      const answer = message as WorkerAnswer;
      if (answer.kind === 'failed') this.die(answer.reason);
      else this.settle?.done(answer);
    });
    port.onDeath((reason) => this.die(reason));
  }

  start(config: ModelConfig, module: WebAssembly.Module, shape: BatchShape): Promise<WorkerAnswer> {
    return this.ask({ kind: 'start', config, module, shape }, []);
  }

  /** Losses of the micro-batches and, if asked for, gradients, which the colleague owns again after `release`. */
  async compute(
    parameters: Float32Array,
    withGradients: boolean,
    request: Pick<ComputeRequest, 'batch' | 'branches' | 'weight'>,
  ): Promise<{ losses: number[]; branches: Branch[] }> {
    if (request.branches.length === 0) return { losses: [], branches: [] };
    const copy = this.parameters ?? new Float32Array(parameters.length);
    copy.set(parameters);
    const branches = request.branches.map(({ parts }) => ({
      parts,
      ...(withGradients && { gradients: this.spare.pop() ?? new Float32Array(parameters.length) }),
    }));
    const message = { ...request, kind: 'compute', parameters: copy, branches } as const;
    this.parameters = undefined;
    const answer = await this.ask(message, buffersOf(message));
    if (answer.kind !== 'done') throw this.die(`it answered "${answer.kind}" to a request to compute`);
    this.parameters = answer.parameters;
    return answer;
  }

  /** Takes buffers back for the next step. */
  release(branches: readonly Branch[]): void {
    for (const { gradients } of branches) if (gradients) this.spare.push(gradients);
  }

  terminate(): void {
    this.settle?.failed(new DisposedError('the engine was disposed before it had answered'));
    this.port.terminate();
  }

  private ask(request: WorkerRequest, transfer: ArrayBuffer[]): Promise<WorkerAnswer> {
    return new Promise((done, failed) => {
      if (this.death) {
        failed(this.death);
        return;
      }
      this.settle = { done, failed };
      this.port.post(request, transfer);
    });
  }

  private die(reason: string): WorkerError {
    this.death ??= new WorkerError(
      `${this.name} of the engine died: ${reason}. Create the engine again and restore its last checkpoint`,
    );
    this.settle?.failed(this.death);
    return this.death;
  }
}

/** The engine over several workers, each with a replica of the model; a step has the bits of one thread. */
export class ParallelEngine implements Engine {
  readonly config: ModelConfig;
  private busy = false;

  private constructor(
    private readonly single: SingleEngine,
    private readonly colleagues: readonly Colleague[],
  ) {
    this.config = single.config;
  }

  /**
   * Starts the workers; they are terminated when the engine is disposed.
   * @throws {WorkerError}
   */
  static async create(
    single: SingleEngine,
    module: WebAssembly.Module,
    shape: BatchShape,
    ports: readonly WorkerPort[],
  ): Promise<ParallelEngine> {
    const colleagues = ports.map((port, index) => new Colleague(port, `worker ${index + 1} of ${ports.length}`));
    await Promise.all(colleagues.map((colleague) => colleague.start(single.config, module, shape)));
    return new ParallelEngine(single, colleagues);
  }

  async step(batch: Batch, hyper: StepHyper): Promise<StepResult> {
    checkHyper(hyper);
    const loss = await this.compute(batch, true);
    return { loss, gradientNorm: this.single.update(loss, hyper) };
  }

  async evaluate(batch: Batch): Promise<{ loss: number }> {
    return { loss: await this.compute(batch, false) };
  }

  async gradients(batch: Batch): Promise<Parameters> {
    await this.compute(batch, true);
    return this.single.fetchGradients();
  }

  inspect(batch: Batch, what: Inspect): Inspection {
    this.mustBeIdle();
    return this.single.inspect(batch, what);
  }

  pullback(batch: Batch, what: Pullback): Float32Array {
    this.mustBeIdle();
    return this.single.pullback(batch, what);
  }

  parameters(): Parameters {
    return this.single.parameters();
  }

  load(parameters: Parameters): void {
    this.mustBeIdle();
    this.single.load(parameters);
  }

  checkpoint(): Uint8Array {
    return this.single.checkpoint();
  }

  restore(checkpoint: Uint8Array): void {
    this.mustBeIdle();
    this.single.restore(checkpoint);
  }

  dispose(): void {
    for (const colleague of this.colleagues) colleague.terminate();
    this.single.dispose();
  }

  private mustBeIdle(): void {
    if (this.busy) throw new Error('the engine is still at work: await its last answer before the next request');
  }

  /** Mean loss; its gradient is left in the replica's first gradient array when asked for. */
  private async compute(batch: Batch, withGradients: boolean): Promise<number> {
    const { replica } = this.single;
    checkBatch(this.config, batch);
    this.mustBeIdle();
    this.busy = true;
    try {
      replica.makeRoom(batch);
      const branches = branchesOf(batch, this.colleagues.length);
      const weight = 1 / countedTargets(batch.targets);
      const parameters = replica.flat(replica.plan.parameters);
      const answers = await Promise.all(
        this.colleagues.map((colleague, index) => {
          const own = branches.filter((_, branch) => branch % this.colleagues.length === index);
          return colleague.compute(parameters, withGradients, { batch, branches: own, weight });
        }),
      );
      const losses = inBatchOrder(branches, answers);
      if (withGradients) {
        replica.addUp(branches.length, (branch, gradient) => {
          const { branches: own } = answers[branch % answers.length]!;
          replica.flat(gradient).set(own[Math.floor(branch / answers.length)]!.gradients!);
        });
      }
      answers.forEach((answer, index) => {
        this.colleagues[index]!.release(answer.branches);
      });
      return meanLoss(losses, batch);
    } finally {
      this.busy = false;
    }
  }
}

/** The tree's branches, a power of two of them, at least one for every worker where the batch has so many. */
function branchesOf(batch: Batch, workers: number): Branch[] {
  const parts = microBatches(batch.sequences, batch.length);
  let count = 1;
  while (count < workers && count < parts.length) count *= 2;
  const size = parts.length / count;
  return Array.from({ length: count }, (_, index) => ({ parts: parts.slice(index * size, (index + 1) * size) }));
}

/** The micro-batches' losses in the order of the batch; branch b was computed by worker b modulo their number. */
function inBatchOrder(branches: readonly Branch[], answers: readonly { losses: number[] }[]): number[] {
  const taken = answers.map(() => 0);
  return branches.flatMap(({ parts }, branch) => {
    const worker = branch % answers.length;
    const from = taken[worker]!;
    taken[worker] = from + parts.length;
    return answers[worker]!.losses.slice(from, from + parts.length);
  });
}
