import { describe, expect, it } from 'vitest';
import { firstStateNormRatio } from './state-norms.ts';

describe('firstStateNormRatio', () => {
  it('compares the first state with the mean of the others, before the first block and after each', () => {
    // (2 states, 2 sequences, 3 tokens, 2 channels)
    const states = Float32Array.of(
      ...[3, 4, 1, 0, 0, 4],
      ...[0, 5, 6, 8, 0, 10],
      ...[0, 1, 0, 1, 1, 0],
      ...[30, 40, 0, 1, 0, 9],
    );
    const shape = { layers: 1, sequences: 2, length: 3, width: 2 };
    expect(firstStateNormRatio(states, shape)).toEqual([(5 / 2.5 + 5 / 10) / 2, (1 / 1 + 50 / 5) / 2]);
  });

  it('refuses other lengths, and sequences without others', () => {
    expect(() => firstStateNormRatio(new Float32Array(8), { layers: 1, sequences: 1, length: 1, width: 4 })).toThrow();
    expect(() => firstStateNormRatio(new Float32Array(8), { layers: 1, sequences: 1, length: 3, width: 2 })).toThrow(
      /have not 8 numbers/,
    );
  });
});
