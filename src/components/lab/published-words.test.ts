import { describe, expect, it } from 'vitest';
import { LLAMA } from '../../transformer/config.ts';
import type { Published } from './published.ts';
import { endsInWords, runsInWords } from './published-words.ts';

const constant = (mean: number) => ({ mean, low: mean - 0.1, high: mean + 0.1 });
const shape = { vocabularySize: 10, contextLength: 4, layers: 1, heads: 1, width: 4, hiddenWidth: 8 };
const model = { ...LLAMA, ...shape, ropeBase: 10_000, normEpsilon: 1e-5 };
const published = {
  specification: { model, training: { steps: 2500 } },
  series: [
    { step: 0, firstAttention: constant(0), sinkRate: constant(0), validationLoss: constant(7) },
    { step: 2500, firstAttention: constant(0.456), sinkRate: constant(0.75), validationLoss: constant(3.2) },
  ],
  runs: [0, 1, 2].map((seed) => ({ seed, fingerprints: [] })),
} as unknown as Published;

describe('published runs, told', () => {
  it('says how many they are and what they differ in', () => {
    expect(runsInWords(published, 'softmax')).toMatch(
      /^3 published runs, alike but for their seeds \(softmax\): [\d,]+ parameters, 2,500 steps\.$/,
    );
  });

  it('gives the last evaluation with its intervals', () => {
    expect(endsInWords(published)).toBe(
      'At their end, means with 95 % intervals: attention to the first token is 0.46 (0.36 to 0.56), ' +
        'the sink rate 75\u202f% (65\u202f% to 85\u202f%), the loss on held-out text 3.20 nats a token (3.10 to 3.30).',
    );
  });
});
