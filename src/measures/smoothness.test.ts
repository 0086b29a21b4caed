import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { log } from '../transformer/elementary.ts';
import { headAttentionToFirst, meanMap, smoothnessOf, smoothnessProbe } from './smoothness.ts';

const weights = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 12 });

describe('smoothness of a row', () => {
  it('is worked by hand for weights 1/2, 1/4, 1/4', () => {
    const { entropy, distance } = smoothnessOf([0.5, 0.25, 0.25], 0, 3, log)!;
    expect(entropy).toBeCloseTo((1.5 * Math.log(2)) / Math.log(3), 12);
    expect(distance).toBeCloseTo(1 / 6, 12);
  });

  it('is entropy 1 and distance 0 for even weights, entropy 0 and distance 1 - 1/n for one key', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 40 }), fc.nat(39), (keys, chosen) => {
        const even = smoothnessOf(new Array(keys).fill(1 / keys), 0, keys, log)!;
        expect(even.entropy).toBeCloseTo(1, 12);
        expect(even.distance).toBeCloseTo(0, 12);
        const one = new Array(keys).fill(0);
        one[chosen % keys] = 0.3;
        expect(smoothnessOf(one, 0, keys, log)).toEqual({ entropy: 0, distance: expect.closeTo(1 - 1 / keys, 12) });
      }),
    );
  });

  it('lies between these, and does not depend on the scale or the order of weights', () => {
    fc.assert(
      fc.property(weights, (row) => {
        fc.pre(row.some((weight) => weight > 1e-6));
        const { entropy, distance } = smoothnessOf(row, 0, row.length, log)!;
        expect(entropy).toBeGreaterThanOrEqual(0);
        expect(entropy).toBeLessThanOrEqual(1 + 1e-9);
        expect(distance).toBeGreaterThanOrEqual(0);
        expect(distance).toBeLessThanOrEqual(1 - 1 / row.length + 1e-9);
        const other = row.map((weight) => 4 * weight).reverse();
        const again = smoothnessOf(other, 0, row.length, log)!;
        expect(again.entropy).toBeCloseTo(entropy, 9);
        expect(again.distance).toBeCloseTo(distance, 9);
      }),
    );
  });

  it('has no value for a row without weight, nor for a single key', () => {
    expect(smoothnessOf([1, 0, 0], 1, 3, log)).toBeNull();
    expect(() => smoothnessOf([1, 1], 1, 2, log)).toThrow(/at least two keys/);
  });
});

/** Maps of 2 layers, 1 head, T 4: every query of layer 0 pays half to the first and spreads the rest evenly; layer 1 even. */
function maps(sequences: number): Float32Array {
  const attention = new Float32Array(2 * sequences * 16);
  for (let i = 0; i < attention.length; i++) {
    const [t, j, layer] = [Math.floor(i / 4) % 4, i % 4, Math.floor(i / (16 * sequences))];
    if (j > t) continue;
    if (layer === 1 || t === 0) attention[i] = 1 / (t + 1);
    else attention[i] = j === 0 ? 0.5 : 0.5 / t;
  }
  return attention;
}

describe('a smoothness probe', () => {
  const part = { layers: 2, heads: 1, length: 4, firstQuery: 2, firstKey: 0 };

  it('sees a sink that is one of the keys, and none where the first key is left out', () => {
    const all = smoothnessProbe(part, log);
    all.add(maps(3));
    const { headEntropy, headDistance, queryEntropy } = all.result();
    const sunk = (keys: number) => (0.5 * Math.log(2) + 0.5 * Math.log(2 * (keys - 1))) / Math.log(keys);
    expect(headEntropy[0]![0]).toBeCloseTo((sunk(3) + sunk(4)) / 2, 6);
    expect(headEntropy[1]![0]).toBeCloseTo(1, 6);
    expect(headDistance[0]![0]).toBeCloseTo((0.5 - 1 / 3 + 0.5 - 1 / 4) / 2, 6);
    expect(queryEntropy[0]).toBeCloseTo((sunk(3) + 1) / 2, 6);

    const text = smoothnessProbe({ ...part, firstKey: 1 }, log);
    text.add(maps(3));
    expect(text.result().headEntropy.flat()).toEqual([expect.closeTo(1, 6), expect.closeTo(1, 6)]);
    expect(text.result().headDistance.flat()).toEqual([expect.closeTo(0, 6), expect.closeTo(0, 6)]);
  });

  it('keeps layers, sequences and heads apart', () => {
    const attention = new Float32Array(2 * 2 * 2 * 9);
    // Layer 1, head 0 alone is peaked, in both sequences.
    for (let map = 0; map < 8; map++) {
      const peaked = map === 4 || map === 6;
      attention.set(peaked ? [0, 1, 0] : [0.25, 0.25, 0.25], map * 9 + 6);
    }
    const probe = smoothnessProbe({ layers: 2, heads: 2, length: 3, firstQuery: 2, firstKey: 0 }, log);
    probe.add(attention);
    expect(probe.result().headEntropy.map((row) => row.map(Math.round))).toEqual([
      [1, 1],
      [0, 1],
    ]);
  });

  it('measures attention to the first by the later queries alone', () => {
    expect(headAttentionToFirst(maps(2), part)).toEqual([[expect.closeTo(0.5, 6)], [expect.closeTo(7 / 24, 6)]]);
    expect(headAttentionToFirst(maps(2), { ...part, firstQuery: 0 })[0]![0]).toBeCloseTo(2.5 / 4, 6);
  });

  it('shows the mean of all maps', () => {
    expect(meanMap(maps(2), part, 3)).toEqual([
      [1, 0, 0],
      [0.5, 0.5, 0],
      [
        expect.closeTo((0.5 + 1 / 3) / 2, 6),
        expect.closeTo((0.25 + 1 / 3) / 2, 6),
        expect.closeTo((0.25 + 1 / 3) / 2, 6),
      ],
    ]);
  });

  it('refuses half a map, and a head without weight', () => {
    const probe = smoothnessProbe(part, log);
    expect(() => probe.add(new Float32Array(17))).toThrow(/whole sequences/);
    probe.add(new Float32Array(32));
    expect(() => probe.result()).toThrow(/no row with weight/);
  });
});
