/** What a head writes along a text, and what the model says when the first token's values are taken from it. */
import { tokenLoss } from '../../decoding/linear.ts';
import { headWrite, outputGram, writtenLength } from '../../measures/no-op.ts';
import type { Tokenizer } from '../../training/text/tokenizer.ts';
import type { OpenModel } from './open-model.ts';
import type { ReadText } from './text.ts';

/** One head along a text. */
export interface HeadAlong {
  /** (T): each token's attention to the first. */
  first: number[];
  /** (T): length of what the head writes at each token, after its output matrix. */
  written: number[];
  /** (T): length of each token's own value vector. */
  valueNorms: number[];
}

/** What the heads of a model do along a text. */
export interface SwitchReading {
  labels: readonly string[];
  layers: number;
  heads: number;
  /** Layer by layer. */
  along: HeadAlong[];
  /** The head that switches most on this text. */
  mostSwitching: number;
}

export function readSwitches(model: OpenModel, { ids, labels }: ReadText): SwitchReading {
  const { layers, heads } = model.config;
  const along = readHeads(model, ids);
  return { labels, layers, heads, along, mostSwitching: mostSwitching(along) };
}

/** All heads along a text, layer by layer. */
function readHeads(model: OpenModel, ids: Int32Array): HeadAlong[] {
  const { layers, heads, width } = model.config;
  const Dh = width / heads;
  const T = ids.length;
  const decoder = model.decoder();
  const { size } = decoder.policy;
  const attention = Array.from(ids, (token) => {
    decoder.feed(token);
    return decoder.attention.slice();
  });
  const values = Array.from(ids, (_, slot) => decoder.value(slot));
  return Array.from({ length: layers * heads }, (_, row) => {
    const output = model.parameters[`layers.${Math.floor(row / heads)}.attention.output`]!;
    const gram = outputGram(output, width, row % heads, Dh);
    const own = values.map((all) => all.subarray(row * Dh, (row + 1) * Dh));
    const lengths = own.map((value) => writtenLength(value, gram));
    const along: HeadAlong = { first: [], written: [], valueNorms: own.map((value) => Math.hypot(...value)) };
    for (let t = 0; t < T; t++) {
      const weights = attention[t]!.subarray(row * size, row * size + t + 1);
      along.first.push(weights[0]!);
      along.written.push(headWrite(weights, own, lengths, gram).whole);
    }
    return along;
  });
}

/** The head whose attention to the first token varies most over the second half of a text: the one that switches. */
export function mostSwitching(heads: readonly HeadAlong[]): number {
  const variances = heads.map(({ first }) => {
    const late = first.slice(Math.floor(first.length / 2));
    const mean = late.reduce((sum, weight) => sum + weight, 0) / late.length;
    return late.reduce((sum, weight) => sum + (weight - mean) ** 2, 0) / late.length;
  });
  return variances.indexOf(Math.max(...variances));
}

/**
 * What is done to the model for all tokens to come, weights of attention as they were but for `masked`:
 * `zeroed`, the values of the first token are zero; `ordinary`, they are those of an ordinary token; `control`, the values
 * of that ordinary token are zero instead; `masked`, the first token is not seen.
 */
export const INTERVENTIONS = ['untouched', 'zeroed', 'ordinary', 'control', 'masked'] as const;
export type Intervention = (typeof INTERVENTIONS)[number];

/** The ordinary token of a text: a quarter into it, so that it stands in the first half. */
export function ordinaryPosition(length: number): number {
  return Math.max(1, Math.floor(length / 4));
}

/** What the model says under an intervention. */
export interface Outcome {
  intervention: Intervention;
  /** (T): the likeliest next tokens after each. */
  next: Candidate[][];
  /** Mean loss in nats over the tokens of the second half of the text; null where it has none. */
  loss: number | null;
}

/** Next tokens that are kept. */
const CANDIDATES = 5;

/** All interventions; one head cannot be masked by itself, so `masked` is of all heads alone. */
export function readOutcomes(model: OpenModel, { ids }: ReadText, head: number | null): Outcome[] {
  return INTERVENTIONS.filter((intervention) => head === null || intervention !== 'masked').map((intervention) =>
    intervene(model, ids, intervention, head),
  );
}

/**
 * @param head `layer x H + head` to change it in one head alone, null for all.
 */
export function intervene(model: OpenModel, ids: Int32Array, intervention: Intervention, head: number | null): Outcome {
  const decoder = model.decoder();
  const ordinary = ordinaryPosition(ids.length);
  const ordinaryValues = intervention === 'ordinary' ? valuesAt(model, ids, ordinary) : null;
  const Dh = model.config.width / model.config.heads;
  const [from, to] = head === null ? [0, Number.POSITIVE_INFINITY] : [head * Dh, (head + 1) * Dh];
  const change = (slot: number, values: Float32Array | null) => {
    decoder.setValue(
      slot,
      decoder.value(slot).map((own, channel) => (channel >= from && channel < to ? (values?.[channel] ?? 0) : own)),
    );
  };
  decoder.reset();
  const logits: Float32Array[] = [];
  for (const [position, token] of ids.entries()) {
    logits.push(decoder.feed(token).slice());
    if (position === 0 && (intervention === 'zeroed' || intervention === 'ordinary')) change(0, ordinaryValues);
    if (position === 0 && intervention === 'masked') decoder.evict(0);
    if (position === ordinary && intervention === 'control') change(ordinary, null);
  }
  const half = Math.floor(ids.length / 2);
  const losses = logits.slice(half, -1).map((row, i) => tokenLoss(row, ids[half + i + 1]!));
  const loss = losses.length > 0 ? losses.reduce((sum, each) => sum + each, 0) / losses.length : null;
  return { intervention, next: logits.map((row) => likeliest(row, model.tokenizer, CANDIDATES)), loss };
}

function valuesAt(model: OpenModel, ids: Int32Array, position: number): Float32Array {
  const decoder = model.decoder();
  for (const token of ids.subarray(0, position + 1)) decoder.feed(token);
  return decoder.value(position);
}

/** A token that may come next. */
export interface Candidate {
  label: string;
  probability: number;
}

/** The likeliest next tokens. */
export function likeliest(logits: Float32Array, tokenizer: Tokenizer, count: number): Candidate[] {
  const order = Array.from(logits.keys()).sort((a, b) => logits[b]! - logits[a]!);
  const highest = logits[order[0]!]!;
  const sum = logits.reduce((total, logit) => total + Math.exp(logit - highest), 0);
  return order.slice(0, count).map((token) => ({
    label: tokenizer.label(token),
    probability: Math.exp(logits[token]! - highest) / sum,
  }));
}
