/** Means and order over pairs of tokens: what a prompt's Jacobian and its bounds come down to. */
import { spearman } from '../../src/statistics/ranks.ts';
import { log, power } from '../../src/transformer/elementary.ts';
import type { PairNumbers, PromptNorms } from './bound-prompt.ts';

/** Output j, input i <= j, of the prompt with this number. */
export interface Pair {
  prompt: number;
  output: number;
  input: number;
}

/** Numbers of one kind, for a prompt. */
export type Choose = (prompt: PromptNorms) => PairNumbers;

/** Numbers below are taken for this one, so that they have a logarithm; no float32 gradient of use is so small. */
const LEAST = 1e-30;

const LN10 = log(10);

/** log10 of a number of at least 0. */
export function decades(value: number): number {
  return log(Math.max(value, LEAST)) / LN10;
}

/** 10 to a power. */
export function fromDecades(value: number): number {
  return power(10, value);
}

/** All pairs of all prompts. */
export function allPairs(prompts: readonly PromptNorms[]): Pair[] {
  return prompts.flatMap(({ outputs }, prompt) =>
    outputs.flatMap((output) => Array.from({ length: output + 1 }, (_, input) => ({ prompt, output, input }))),
  );
}

/** Pairs of two different tokens of the text, neither of them the first of the sequence, which is a sink or may be one. */
export function isTextPair({ input, output }: Pair): boolean {
  return input >= 1 && input < output;
}

/** Tokens from the one that is changed to the one that is read. */
export function distanceOf({ input, output }: Pair): number {
  return output - input;
}

/** The number of a pair. */
export function numberOf(prompts: readonly PromptNorms[], choose: Choose, { prompt, output, input }: Pair): number {
  const own = prompts[prompt]!;
  return choose(own)[output * own.length + input]!;
}

/** @throws {RangeError} for no values. */
export function meanOf(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('a mean needs at least one value');
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Groups of pairs by a whole number, in rising order. */
export function groupedBy(pairs: readonly Pair[], key: (pair: Pair) => number): Pair[][] {
  const groups = new Map<number, Pair[]>();
  for (const pair of pairs) {
    const group = groups.get(key(pair));
    if (group) group.push(pair);
    else groups.set(key(pair), [pair]);
  }
  return [...groups.entries()].sort(([a], [b]) => a - b).map(([, group]) => group);
}

/** Rank correlation over the pairs of each prompt, averaged over prompts. */
export function correlationWithinPrompts(
  pairs: readonly Pair[],
  x: (pair: Pair) => number,
  y: (pair: Pair) => number,
): number {
  return meanOf(groupedBy(pairs, ({ prompt }) => prompt).map((own) => spearman(own.map(x), own.map(y))));
}

/** Fewer pairs of one distance say little of order. */
const FEWEST = 6;

/**
 * Rank correlation over the pairs of each distance, of all prompts together, averaged with their number of pairs: what
 * the order agrees in beyond that near tokens matter more.
 */
export function correlationWithinDistances(
  pairs: readonly Pair[],
  x: (pair: Pair) => number,
  y: (pair: Pair) => number,
): number {
  const groups = groupedBy(pairs, distanceOf).filter((group) => group.length >= FEWEST);
  const count = groups.reduce((sum, group) => sum + group.length, 0);
  if (count === 0) throw new RangeError(`no distance has ${FEWEST} pairs; take more prompts or outputs`);
  return groups.reduce((sum, own) => sum + own.length * spearman(own.map(x), own.map(y)), 0) / count;
}
