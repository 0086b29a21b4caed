import { expect, it } from 'vitest';
import { parameterCount } from '../transformer/parameters.ts';
import { batchOf, stepFlops, tokensOf, WORKLOADS } from './workload.ts';

it('every workload has the same tokens a step and a batch of its shape', () => {
  for (const work of WORKLOADS) {
    expect(tokensOf(work)).toBe(4096);
    expect(batchOf(work).inputs).toHaveLength(4096);
    expect(Math.max(...batchOf(work).inputs)).toBeLessThan(work.model.vocabularySize);
  }
});

it('a step is counted as 6 operations a weight and token, and attention', () => {
  const base = WORKLOADS.find(({ name }) => name === 'base')!;
  const { layers, width, vocabularySize } = base.model;
  const notMultiplied = vocabularySize * width + (2 * layers + 1) * width; // embedding and gains
  const attention = layers * 12 * width * 32.5;
  expect(stepFlops(base)).toBe(4096 * (6 * (parameterCount(base.model) - notMultiplied) + attention));
});
