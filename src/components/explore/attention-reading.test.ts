import { describe, expect, it } from 'vitest';
import {
  firstNormRatio,
  firstShares,
  headName,
  mapOf,
  paymentInWords,
  readAttention,
  received,
  receivedOverHeads,
  relativeNorms,
  strongestKey,
} from './attention-reading.ts';
import { fixtureModel, tokenizer } from './explore.fixture.ts';
import { readText } from './text.ts';

const model = await fixtureModel();
const text = readText('In the beginning was the word', tokenizer, { bos: true, length: 48 });
const reading = await readAttention(model, text);
const T = text.ids.length;

describe('a reading of attention', () => {
  it('has a causal map a head whose rows sum to one, so that what all tokens receive does, too', () => {
    expect(reading.maps).toHaveLength(2 * 2 * T * T);
    for (let index = 0; index < 4; index++) {
      const map = mapOf(reading, index);
      for (let t = 0; t < T; t++) {
        const row = map.subarray(t * T, (t + 1) * T);
        expect(row.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 5);
        expect(row.slice(t + 1).every((weight) => weight === 0)).toBe(true);
      }
      const shares = received(map, T);
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5);
      expect(shares[0]).toBeCloseTo(firstShares(reading)[index]!, 6);
    }
    const means = firstShares(reading).reduce((sum, share) => sum + share, 0) / 4;
    expect(receivedOverHeads(reading)[0]).toBeCloseTo(means, 6);
  });

  it('compares the value of the first token with the others’', () => {
    const norms = [...reading.valueNorms.subarray(3 * T, 4 * T)];
    const others = norms.slice(1).reduce((sum, norm) => sum + norm, 0) / (T - 1);
    expect(firstNormRatio(reading, 3)).toBeCloseTo(norms[0]! / others, 6);
    expect(Math.max(...relativeNorms(reading, 3))).toBe(1);
  });

  it('reads a text of one token', async () => {
    const alone = await readAttention(model, readText('', tokenizer, { bos: true, length: 48 }));
    expect([...mapOf(alone, 0)]).toEqual([1]);
    expect(firstNormRatio(alone, 0)).toBeNull();
  });
});

it('says who pays whom', () => {
  const map = Float32Array.from([1, 0, 0, 0.75, 0.25, 0, 0.25, 0.5, 0.25]);
  const labels = ['<bos>', '␣a', '␣house'];
  expect(strongestKey(map, 3, 2)).toBe(1);
  expect(paymentInWords(map, labels, 1, 0)).toBe('“a” (2) pays 0.75 of its attention to <bos> (1)');
  expect(paymentInWords(map, labels, 2, 2)).toBe('“house” (3) pays 0.25 of its attention to itself');
  expect(headName(5, 4)).toBe('Layer 2, head 2');
});
