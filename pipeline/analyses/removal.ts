/**
 * Taking the sink away from a model that has learned it, in ways that are kept apart: each changes something else besides.
 * A further way, a model trained without `<bos>`, is a grid point of its own.
 */
import type { Batch } from '../../src/engine/engine.ts';
import type { PackedText } from '../../src/training/text/packing.ts';
import type { RandomGenerator } from '../../src/transformer/random.ts';

/**
 * - `deleted`: the first token is dropped, and the text begins at position 0. The paper's way. What the model then sees
 *   first it has never seen there.
 * - `masked`: the first token stands where it was, but nobody but itself may attend to it. Where positions are relative
 *   (RoPE, none) and the mask is causal, the text cannot tell this from `deleted`: both give the same states.
 * - `replaced`: an ordinary token stands at the first position and may be attended to.
 */
export const WAYS = ['deleted', 'masked', 'replaced'] as const;
export type Way = (typeof WAYS)[number];

/** The ways, and the model as it was trained. */
export const CONDITIONS = ['with', ...WAYS] as const;
export type Condition = (typeof CONDITIONS)[number];

/** A batch under a condition. */
export interface ConditionedBatch {
  batch: Batch;
  /** Positions by which the text has moved to the left: what stood at position t stands at t - shift. */
  shift: number;
}

/**
 * The batch under a condition. Its text, all tokens but the first of each sequence, is the same under every condition.
 * @param batch sequences of at least two tokens.
 * @param replacements the token to stand first in each sequence, used by `replaced` alone.
 */
export function underCondition(batch: Batch, condition: Condition, replacements: ArrayLike<number>): ConditionedBatch {
  switch (condition) {
    case 'with':
      return { batch, shift: 0 };
    case 'deleted':
      return { batch: withoutFirst(batch), shift: 1 };
    case 'masked':
      return { batch: withFirstAlone(batch), shift: 0 };
    case 'replaced': {
      const inputs = batch.inputs.slice();
      for (let b = 0; b < batch.sequences; b++) inputs[b * batch.length] = replacements[b]!;
      return { batch: { ...batch, inputs }, shift: 0 };
    }
  }
}

function withoutFirst({ sequences, length, inputs, targets, documents }: Batch): Batch {
  const drop = (values: Int32Array) => values.filter((_, index) => index % length !== 0);
  return {
    sequences,
    length: length - 1,
    inputs: drop(inputs),
    targets: drop(targets),
    ...(documents && { documents: drop(documents) }),
  };
}

/** The first token of each sequence in a document of its own, which no other token shares. */
function withFirstAlone(batch: Batch): Batch {
  const { sequences, length } = batch;
  const documents = batch.documents?.slice() ?? new Int32Array(sequences * length).fill(1);
  const own = documents.reduce((highest, document) => Math.max(highest, document), 0) + 1;
  for (let b = 0; b < sequences; b++) documents[b * length] = own;
  return { ...batch, documents };
}

/** Whether a token is plain text, neither `<bos>` nor `<eos>`. */
export function isOrdinary(token: number, { special }: Pick<PackedText, 'special'>): boolean {
  return token !== special.bos && token !== special.eos;
}

/** A token of the text, as often drawn as it occurs there; never a special one, nor the excepted. */
export function drawOrdinary(text: PackedText, random: RandomGenerator, except?: number): number {
  while (true) {
    const token = text.tokens[random.below(text.tokens.length)]!;
    if (isOrdinary(token, text) && token !== except) return token;
  }
}
