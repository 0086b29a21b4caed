/** Which heads attend to the first token or not by what token they are at, found without looking. */
import type { Batch } from '../../src/engine/engine.ts';
import { type Split, splitBy } from '../../src/measures/no-op.ts';
import { singleTokenClass, TOKEN_CLASSES } from '../../src/measures/no-op-classes.ts';
import type { Measured } from '../../src/results/schema.ts';
import type { Tokenizer } from '../../src/training/text/tokenizer.ts';
import { type RandomGenerator, randomGenerator } from '../../src/transformer/random.ts';
import type { TrainedModel } from './analysis.ts';

/** Attention of one head to the first token, (windows, T / 2): of the queries of the second half of each window. */
export interface HeadAttention {
  layer: number;
  head: number;
  first: readonly number[];
}

/** A token by itself can be a class if at least this share of queries stand at it. */
const LEAST_SHARE = 0.01;
const SHUFFLES = 100;

/** The columns of `switch/current` and `switch/previous`, a row each of `TOKEN_CLASSES`. */
export const SWITCH_COLUMNS = ['explained', 'inside', 'outside', 'share'] as const;

/** What a head may switch on: a class of the token `offset` places before the next one, 0 the current, 1 the previous. */
interface Candidate {
  offset: 0 | 1;
  /** As `tokenClassLabel` reads it. */
  number: number;
  /** 1 for the queries that stand at such a token, in the order of `HeadAttention.first`. */
  members: Uint8Array;
}

/** A head with the candidate that explains most of its attention on the windows of even number. */
interface Found extends HeadAttention {
  candidate: Candidate;
  chosenBy: number;
  /** On the windows of odd number. */
  confirmed: Split;
}

/**
 * `switch/strongest/*`: the head whose attention to the first token a class explains best, with its class and what it
 * does; `null` is the largest share explained when the odd windows exchange their labels, in so many shuffles.
 * `switch/explained`: the same share for the best class of every head, falling. `switch/current`, `switch/previous`:
 * for every class the head that it explains best.
 */
export function switches({ tokenizer }: TrainedModel, text: Batch, heads: readonly HeadAttention[]): Measured {
  const queries = text.length / 2;
  const all = candidates(text, tokenizer);
  const even = ({ first }: HeadAttention) => windowsOf(first, queries, 0);
  const odd = ({ first }: HeadAttention) => windowsOf(first, queries, 1);
  const chosen = all.map(({ members }) => windowsOf(members, queries, 0));
  const kept = all.map(({ members }) => windowsOf(members, queries, 1));

  const explained = heads.map((head) => {
    const values = even(head);
    return chosen.map((members) => splitBy(values, members).explained);
  });
  const found = heads.map((head, h): Found => {
    const best = indexOfLargest(explained[h]!);
    const confirmed = splitBy(odd(head), kept[best]!);
    return { ...head, candidate: all[best]!, chosenBy: explained[h]![best]!, confirmed };
  });
  const strongest = found[indexOfLargest(found.map(({ chosenBy }) => chosenBy))]!;
  const { candidate, confirmed } = strongest;
  const measured: Measured = {
    'switch/strongest/layer': strongest.layer,
    'switch/strongest/head': strongest.head,
    'switch/strongest/offset': candidate.offset,
    'switch/strongest/class': candidate.number,
    'switch/strongest/explained': confirmed.explained,
    'switch/strongest/inside': confirmed.inside,
    'switch/strongest/outside': confirmed.outside,
    'switch/strongest/difference': Math.abs(confirmed.inside - confirmed.outside),
    'switch/strongest/share': confirmed.share,
    'switch/strongest/null': shuffledMaximum(odd(strongest), kept[all.indexOf(candidate)]!, queries),
    'switch/explained': found.map(({ confirmed: { explained } }) => explained).sort((a, b) => b - a),
  };
  for (const [offset, name] of (['current', 'previous'] as const).entries()) {
    measured[`switch/${name}`] = TOKEN_CLASSES.map((_, number) => {
      const c = all.findIndex((candidate) => candidate.offset === offset && candidate.number === number);
      const best = heads[indexOfLargest(explained.map((ofHead) => ofHead[c]!))]!;
      const split = splitBy(odd(best), kept[c]!);
      return SWITCH_COLUMNS.map((column) => split[column]);
    });
  }
  return measured;
}

/** Every class of the current and the previous token, and every frequent token by itself. */
function candidates(text: Batch, tokenizer: Tokenizer): Candidate[] {
  const texts = Array.from({ length: tokenizer.vocabularySize }, (_, id) => tokenizer.decode([id]));
  return ([0, 1] as const).flatMap((offset) => {
    const tokens = queryTokens(text, offset);
    const candidate = (number: number, holds: (token: number) => boolean): Candidate => ({
      offset,
      number,
      members: Uint8Array.from(tokens, (token) => (holds(token) ? 1 : 0)),
    });
    const counts = new Map<number, number>();
    for (const token of tokens) counts.set(token, (counts.get(token) ?? 0) + 1);
    const frequent = [...counts.keys()]
      .filter((token) => counts.get(token)! >= LEAST_SHARE * tokens.length)
      .sort((a, b) => a - b);
    return [
      ...TOKEN_CLASSES.map(({ holds }, number) => candidate(number, (token) => holds(texts[token]!))),
      ...frequent.map((single) => candidate(singleTokenClass(single), (token) => token === single)),
    ];
  });
}

/** The token of each query, or the one `offset` places before it. */
function queryTokens({ inputs, length, sequences }: Batch, offset: number): Int32Array {
  const tokens = new Int32Array((sequences * length) / 2);
  let end = 0;
  for (let window = 0; window < sequences; window++) {
    for (let t = length / 2; t < length; t++) tokens[end++] = inputs[window * length + t - offset]!;
  }
  return tokens;
}

/** What belongs to the windows of even (0) or odd (1) number. */
function windowsOf(values: ArrayLike<number>, queries: number, parity: 0 | 1): Float64Array {
  const kept = new Float64Array(Math.floor((values.length / queries + 1 - parity) / 2) * queries);
  let end = 0;
  for (let i = 0; i < values.length; i++) {
    if (Math.floor(i / queries) % 2 === parity) kept[end++] = values[i]!;
  }
  return kept;
}

/**
 * The largest share explained by labels of other windows. Whole windows exchange labels, so that what neighbours share,
 * and where in a window tokens stand, is as it was.
 */
function shuffledMaximum(values: Float64Array, members: Float64Array, queries: number): number {
  const random = randomGenerator('no-op/shuffles');
  const windows = values.length / queries;
  let largest = 0;
  for (let shuffle = 0; shuffle < SHUFFLES; shuffle++) {
    const order = shuffled(windows, random);
    const labels = members.map((_, i) => members[order[Math.floor(i / queries)]! * queries + (i % queries)]!);
    largest = Math.max(largest, splitBy(values, labels).explained);
  }
  return largest;
}

/** The numbers below `count` in random order (Fisher & Yates). */
function shuffled(count: number, random: RandomGenerator): number[] {
  const order = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

function indexOfLargest(values: readonly number[]): number {
  return values.reduce((best, value, i) => (value > values[best]! ? i : best), 0);
}
