import { describe, expect, it } from 'vitest';
import {
  allPairs,
  correlationWithinDistances,
  correlationWithinPrompts,
  decades,
  distanceOf,
  fromDecades,
  groupedBy,
  isTextPair,
  numberOf,
  type Pair,
} from './bound-pairs.ts';
import type { PromptNorms } from './bound-prompt.ts';

/** A prompt whose numbers of every kind are 100 j + i. */
function promptOf(length: number, outputs: number[]): PromptNorms {
  const numbers = Float64Array.from(
    { length: length * length },
    (_, at) => 100 * Math.floor(at / length) + (at % length),
  );
  const lists = { exact: [numbers], frobenius: [numbers], theorem: [numbers], local: [numbers], uniform: [numbers] };
  return { length, outputs, constant: numbers, ...lists };
}

const prompts = [promptOf(4, [1, 3]), promptOf(4, [1, 3])];

describe('pairs of tokens', () => {
  it('are every output with all it sees, and know their numbers', () => {
    const pairs = allPairs(prompts);
    expect(pairs).toHaveLength(2 * (2 + 4));
    expect(pairs[7]).toEqual({ prompt: 1, output: 1, input: 1 });
    expect(numberOf(prompts, (prompt) => prompt.exact[0]!, { prompt: 1, output: 3, input: 2 })).toBe(302);
  });

  it('of the text leave out the first token, and a token with itself', () => {
    expect(
      allPairs(prompts.slice(1))
        .filter(isTextPair)
        .map(({ input }) => input),
    ).toEqual([1, 2]);
  });

  it('are grouped in rising order', () => {
    const groups = groupedBy(allPairs(prompts), distanceOf);
    expect(groups.map((group) => group.length)).toEqual([4, 4, 2, 2]);
    expect(groups.map(([pair]) => distanceOf(pair!))).toEqual([0, 1, 2, 3]);
  });
});

describe('decades', () => {
  it('are powers of ten', () => {
    expect(decades(1000)).toBeCloseTo(3, 12);
    expect(fromDecades(-2)).toBeCloseTo(0.01, 12);
    expect(decades(0)).toBeCloseTo(-30, 9);
  });
});

describe('rank correlations', () => {
  const pairs: Pair[] = [0, 1].flatMap((prompt) =>
    Array.from({ length: 8 }, (_, output) =>
      [1, 2].map((distance) => ({ prompt, output: output + 3, input: output + 3 - distance })),
    ).flat(),
  );

  it('within prompts know nothing of the level of a prompt', () => {
    const x = ({ input, prompt }: Pair) => input + 1000 * prompt;
    const y = ({ input, prompt }: Pair) => input - 1000 * prompt;
    expect(correlationWithinPrompts(pairs, x, y)).toBeCloseTo(1, 12);
    expect(correlationWithinPrompts(pairs, x, (pair) => -y(pair))).toBeCloseTo(-1, 12);
  });

  it('within distances know nothing of the distance', () => {
    const distanceAlone = (pair: Pair) => -distanceOf(pair);
    expect(correlationWithinDistances(pairs, distanceAlone, distanceAlone)).toBe(0);
    const x = (pair: Pair) => pair.output + 100 * distanceOf(pair);
    const y = (pair: Pair) => pair.output - 100 * distanceOf(pair);
    expect(correlationWithinDistances(pairs, x, y)).toBeCloseTo(1, 12);
    expect(() => correlationWithinDistances(pairs.slice(0, 4), x, y)).toThrow('no distance has 6 pairs');
  });
});
