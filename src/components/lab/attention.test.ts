import { describe, expect, it } from 'vitest';
import { firstAttentionOf, headMap, rowInWords, rowOf, shadeOf, strongestHead } from './attention.ts';

/** Two layers of one head over three tokens: the second layer's head is the sink. */
const attention = {
  ...{ step: 0, layers: 2, heads: 1, length: 3 },
  maps: Float32Array.of(1, 0, 0, 0.5, 0.5, 0, 0.25, 0.25, 0.5, 1, 0, 0, 0.75, 0.25, 0, 0.875, 0.02, 0.1051),
};

describe('attention maps', () => {
  it('are read head by head', () => {
    expect(firstAttentionOf(headMap(attention, 0, 0), 3)).toBeCloseTo(1.75 / 3);
    expect(firstAttentionOf(headMap(attention, 1, 0), 3)).toBeCloseTo(2.625 / 3);
    expect(strongestHead(attention)).toEqual({ layer: 1, head: 0 });
  });

  it('are told in words, from the largest weight on, without what is negligible', () => {
    const row = rowOf(headMap(attention, 1, 0), 3, 2);
    expect(rowInWords(row, ['<bos>', '␣the', '␣light'])).toBe('“light” (3) attends 88 % to <bos> (1), 11 % to itself');
    expect(rowInWords(new Float32Array(30).fill(1 / 30), [])).toContain('a little to each');
  });

  it('are painted between nothing and all, whatever rounding did', () => {
    expect([-1e-8, 0, 0.25, 1, 1.0000001].map(shadeOf)).toEqual([0, 0, 0.5, 1, 1]);
  });
});
