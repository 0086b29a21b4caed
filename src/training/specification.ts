/**
 * The full description of one training run: whoever has it, the corpus and the code can train the run again.
 * Its hash names the run, so every field here must be able to change the result, and nothing else may stand here.
 */
import { z } from 'zod';
import { ATTENTION_KINDS, MLP_KINDS, NORM_KINDS, POSITION_KINDS } from '../transformer/config.ts';

const count = z.int().min(1);
const positive = z.number().positive();

/** A `ModelConfig`. */
export const modelSpecification = z.strictObject({
  vocabularySize: count,
  contextLength: count,
  layers: count,
  heads: count,
  width: count,
  hiddenWidth: count,
  ropeBase: positive,
  normEpsilon: positive,
  attention: z.enum(ATTENTION_KINDS),
  window: z.strictObject({ length: count, first: z.int().min(0) }).nullable(),
  positions: z.enum(POSITION_KINDS),
  norm: z.enum(NORM_KINDS),
  mlp: z.enum(MLP_KINDS),
  tiedHead: z.boolean(),
});

/** Which text, and how documents are packed into sequences. */
export const dataSpecification = z.strictObject({
  /** A corpus of `pipeline/corpus`. */
  corpus: z.string().min(1),
  /** Where `<bos>` stands: nowhere, before every document, or at the first position of every sequence and only there. */
  bos: z.enum(['none', 'document', 'fixed']),
  /** What a token may attend to: all earlier tokens of its sequence, or those of its own document. */
  mask: z.enum(['causal', 'document']),
  /** Train on the first so many tokens of the packed text only, read again and again; null: on all of it. */
  uniqueTokens: count.nullable(),
  /**
   * An endless language sampled from the statistics of the corpus instead of its text, or null: its symbols, how many
   * earlier ones decide the next, and how many of the most frequent symbols are triggers, after which the symbol before
   * the trigger is copied (Bigram-Backcopy, Guo et al. 2024, arXiv:2410.13835). With one, `bos` is `none` or `fixed`.
   */
  language: z
    .strictObject({ unit: z.enum(['character', 'token']), order: z.int().min(1).max(2), triggers: z.int().min(0) })
    .nullable(),
});

export const trainingSpecification = z.strictObject({
  steps: count,
  /** B: sequences of a step; a step sees B x contextLength tokens. */
  sequencesPerStep: count,
  /** The rate rises linearly from 0 to its peak over the warm-up, then falls linearly to its end at the last step. */
  peakLearningRate: positive,
  finalLearningRate: z.number().min(0),
  warmupSteps: z.int().min(0),
  weightDecay: z.number().min(0),
  clipNorm: positive,
  beta1: z.number().min(0).lt(1),
  beta2: z.number().min(0).lt(1),
  epsilon: positive,
});

export const evaluationSpecification = z.strictObject({
  /** Evaluated before the first step, after every so many steps, and after the last. */
  every: count,
  /** Held-out sequences, the same at every evaluation and for every seed. */
  sequences: count,
});

export const runSpecification = z.strictObject({
  model: modelSpecification,
  data: dataSpecification,
  training: trainingSpecification,
  evaluation: evaluationSpecification,
  /** What computes the run: an engine and, where its bits depend on it, the device. */
  engine: z.enum(['kernels', 'tensorflow/wasm', 'tensorflow/cpu']),
  seed: z.int().min(0),
});

export type DataSpecification = z.infer<typeof dataSpecification>;
export type TrainingSpecification = z.infer<typeof trainingSpecification>;
export type RunSpecification = z.infer<typeof runSpecification>;
