/** What a worker does: it keeps a replica and computes branches of the tree of micro-batches. */
import type { ModelConfig } from '../../transformer/config.ts';
import type { Batch } from '../engine.ts';
import type { MicroBatch } from './micro-batches.ts';
import type { BatchShape } from './plan.ts';
import { Replica } from './replica.ts';
import type { ServicePort } from './worker-port.ts';

/** A branch of the tree: micro-batches next to one another, a power of two of them. */
export interface Branch {
  parts: MicroBatch[];
  /** Filled with the branch's gradients, in the parameters' layout; without it only losses are asked for. */
  gradients?: Float32Array<ArrayBuffer>;
}

export interface StartRequest {
  kind: 'start';
  module: WebAssembly.Module;
  config: ModelConfig;
  shape: BatchShape;
}

/** Buffers travel with it and come back with the answer, so that a step allocates none. */
export interface ComputeRequest {
  kind: 'compute';
  /** In the kernels' layout. */
  parameters: Float32Array<ArrayBuffer>;
  batch: Batch;
  branches: Branch[];
  /** Of each token's loss in the gradients. */
  weight: number;
}

export type WorkerRequest = StartRequest | ComputeRequest;

export type WorkerAnswer =
  | { kind: 'ready' }
  | {
      kind: 'done';
      parameters: Float32Array<ArrayBuffer>;
      branches: Branch[];
      /** Summed loss of each micro-batch, branch after branch. */
      losses: number[];
    }
  | { kind: 'failed'; reason: string };

/** Serves requests that come through a port, one at a time. */
export function serve(port: ServicePort): void {
  let replica: Replica | undefined;
  const answer = (message: WorkerAnswer, transfer: ArrayBuffer[] = []) => port.post(message, transfer);
  const carryOut = async (request: WorkerRequest) => {
    if (request.kind === 'start') {
      replica = await Replica.create(request.config, request.module, request.shape);
      answer({ kind: 'ready' });
      return;
    }
    if (replica === undefined) throw new Error('it was asked to compute before it was started');
    const { parameters, branches } = request;
    const losses = compute(replica, request);
    answer({ kind: 'done', parameters, branches, losses }, buffersOf({ parameters, branches }));
  };
  port.onMessage((message) => {
    carryOut(message as WorkerRequest).catch((error: Error) => answer({ kind: 'failed', reason: error.message }));
  });
}

/** The buffers of a message that move with it. */
export function buffersOf({ parameters, branches }: Pick<ComputeRequest, 'parameters' | 'branches'>): ArrayBuffer[] {
  return [parameters.buffer, ...branches.flatMap(({ gradients }) => (gradients ? [gradients.buffer] : []))];
}

function compute(replica: Replica, { parameters, batch, branches, weight }: ComputeRequest): number[] {
  replica.makeRoom(batch);
  replica.flat(replica.plan.parameters).set(parameters);
  return branches.flatMap(({ parts, gradients }) => {
    if (!gradients) return replica.losses(batch, parts);
    const losses = replica.gradients(batch, parts, weight);
    gradients.set(replica.flat(replica.plan.gradients[0]!));
    return losses;
  });
}
