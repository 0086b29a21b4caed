/**
 * The engine contract. One engine = one model's parameters and optimiser state on one device.
 * Every engine computes the same model, with the same parameter names and shapes; tests hold them together.
 *
 * A result may be a promise: GPU devices cannot be read synchronously, and workers answer by message. Callers `await`.
 */
import type { ModelConfig } from '../transformer/config.ts';
import type { Parameters } from '../transformer/parameters.ts';

export type Awaitable<T> = T | Promise<T>;

/** A target of this value does not count in the loss (padding, or a token that starts the next document). */
export const IGNORED_TARGET = -1;

/** In `Batch.documents`: a token that every later token of the sequence may attend to, whatever its document. */
export const SHARED_DOCUMENT = 0;

/** B sequences of T tokens each, row-major. */
export interface Batch {
  /** B */
  sequences: number;
  /** T */
  length: number;
  /** (B, T) token ids. */
  inputs: Int32Array;
  /** (B, T) the token to predict at each position, or `IGNORED_TARGET`. */
  targets: Int32Array;
  /**
   * (B, T) the document of each token, for intra-document masking: query t attends to key j <= t only where
   * `documents[j] === documents[t]` or `documents[j] === SHARED_DOCUMENT`. Without it attention is causal only.
   */
  documents?: Int32Array;
}

/** The optimiser's settings of one step: AdamW (Loshchilov & Hutter 2019, arXiv:1711.05101) after a global-norm clip. */
export interface StepHyper {
  learningRate: number;
  /** Decoupled decay of the tensors that `decays` names, embeddings and matrices: p -= learningRate * weightDecay * p. */
  weightDecay: number;
  /** The largest L2 norm of all gradients together; larger gradients are scaled down to it. */
  clipNorm: number;
  beta1: number;
  beta2: number;
  /** Added to the root of the second moment. */
  epsilon: number;
}

export interface StepResult {
  /** Mean cross-entropy in nats over the targets that count, before the update. */
  loss: number;
  /** L2 norm of all gradients together, before the clip. */
  gradientNorm: number;
}

/** What `inspect` returns; ask only for what is needed, maps are large. */
export interface Inspect {
  attention?: boolean;
  states?: boolean;
  valueNorms?: boolean;
  logits?: boolean;
}

export interface Inspection {
  /** (L, B, H, T, T): weight of key j for query t at [.., t, j]; rows sum to one for softmax alone. */
  attention?: Float32Array;
  /** (L + 1, B, T, D): the residual stream before the first block and after each block. */
  states?: Float32Array;
  /** (L, B, H, T): L2 norm of each head's value vector at each position. */
  valueNorms?: Float32Array;
  /** (B, T, V) */
  logits?: Float32Array;
}

/** Which vector-Jacobian product of a batch `pullback` takes. */
export interface Pullback {
  /** Of the states after so many blocks, from 0, before the first, to L: the index in `Inspection.states`. */
  layer: number;
  /** (B, T, D): what those states are multiplied by. */
  cotangent: Float32Array;
  /** Whether the weights of attention are held constant, as the theory does, instead of following the states. */
  constantAttention?: boolean;
}

export interface Engine {
  readonly config: ModelConfig;
  /** Forward, backward, clip, AdamW. */
  step(batch: Batch, hyper: StepHyper): Awaitable<StepResult>;
  /** Mean cross-entropy in nats, no update. */
  evaluate(batch: Batch): Awaitable<{ loss: number }>;
  inspect(batch: Batch, what: Inspect): Awaitable<Inspection>;
  /** Gradients of the mean loss, unclipped. */
  gradients(batch: Batch): Awaitable<Parameters>;
  /**
   * The gradient at the states before the first block, (B, T, D), of the scalar product of a cotangent with the states
   * after block `layer`: rows of the Jacobian, where the cotangent is zero but for a one. Targets are not used.
   */
  pullback?(batch: Batch, what: Pullback): Awaitable<Float32Array>;
  /** A copy of the parameters. */
  parameters(): Awaitable<Parameters>;
  /** Replaces the parameters and clears the optimiser's state. */
  load(parameters: Parameters): Awaitable<void>;
  /** Parameters, moments and step count as bytes; `restore` goes on to the same bits. */
  checkpoint(): Awaitable<Uint8Array>;
  restore(checkpoint: Uint8Array): Awaitable<void>;
  /** Frees the device's memory; the engine cannot be used afterwards. */
  dispose(): void;
}
