import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attentionToPosition, chanceAttention, type MapShape, meanOverSequences, sinkProbe, sinkRate } from './sink.ts';
import { firstValueNormRatio } from './value-norms.ts';

type Weight = (query: number, key: number) => number;

/** Maps of one kind for every layer, sequence and head. */
function maps({ layers, sequences, heads, length: T }: MapShape, weight: Weight): Float32Array {
  const attention = new Float32Array(layers * sequences * heads * T * T);
  for (let i = 0; i < attention.length; i++) attention[i] = weight(Math.floor(i / T) % T, i % T);
  return attention;
}

const uniform: Weight = (t, j) => (j <= t ? 1 / (t + 1) : 0);
const identity: Weight = (t, j) => (t === j ? 1 : 0);
const allOnFirst: Weight = (_, j) => (j === 0 ? 1 : 0);
const one: MapShape = { layers: 1, sequences: 1, heads: 1, length: 16 };

/** Random causal maps, rows summing to one. */
const causalMaps = fc
  .record({
    shape: fc.record({
      layers: fc.integer({ min: 1, max: 2 }),
      sequences: fc.integer({ min: 1, max: 3 }),
      heads: fc.integer({ min: 1, max: 3 }),
      length: fc.integer({ min: 1, max: 5 }),
    }),
    draws: fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 450, maxLength: 450 }),
  })
  .map(({ shape, draws }) => {
    const attention = maps(shape, () => 0);
    const T = shape.length;
    for (let row = 0; row < attention.length / T; row++) {
      const scores = draws.slice(row * T, row * T + (row % T) + 1);
      const total = scores.reduce((a, b) => a + b);
      for (const [j, score] of scores.entries()) attention[row * T + j] = score / total;
    }
    return { shape, attention };
  });

describe('attention to the first position', () => {
  it.each([
    { length: 16, chance: 0.211 },
    { length: 64, chance: 0.074 },
  ])('is H_T / T under uniform attention: $chance at T = $length', ({ length, chance }) => {
    const shape = { ...one, length };
    const [mean] = attentionToPosition(maps(shape, uniform), shape);
    expect(mean).toBeCloseTo(chance, 3);
    expect(chanceAttention(length)).toBeCloseTo(mean!, 6);
  });

  it('is 1 / T where every token attends to itself, since row 1 counts, and 1 where all attend to the first', () => {
    expect(attentionToPosition(maps(one, identity), one)).toEqual(Float64Array.of(1 / 16));
    expect(attentionToPosition(maps(one, allOnFirst), one)).toEqual(Float64Array.of(1));
  });

  it('is worked by hand for three tokens', () => {
    // Rows: (1), (0.5, 0.5), (0.25, 0.25, 0.5).
    const attention = Float32Array.of(1, 0, 0, 0.5, 0.5, 0, 0.25, 0.25, 0.5);
    const shape = { ...one, length: 3 };
    expect(attentionToPosition(attention, shape)[0]).toBeCloseTo(1.75 / 3, 12);
    expect(attentionToPosition(attention, shape, 1)[0]).toBeCloseTo(0.25, 12);
    expect(attentionToPosition(attention, shape, 2)[0]).toBeCloseTo(0.5 / 3, 12);
  });

  it('sums to one over all positions, and stays between 1 / T and 1 for the first', () => {
    fc.assert(
      fc.property(causalMaps, ({ shape, attention }) => {
        const T = shape.length;
        const each = Array.from({ length: T }, (_, j) => attentionToPosition(attention, shape, j));
        for (let map = 0; map < each[0]!.length; map++) {
          expect(each.reduce((sum, means) => sum + means[map]!, 0)).toBeCloseTo(1, 5);
          expect(each[0]![map]!).toBeGreaterThanOrEqual(1 / T - 1e-6);
          expect(each[0]![map]!).toBeLessThanOrEqual(1 + 1e-6);
        }
      }),
    );
  });

  it('refuses maps of another size', () => {
    expect(() => attentionToPosition(new Float32Array(5), one)).toThrow(/1 maps of 16 x 16 have 256 weights, not 5/);
  });
});

describe('sink rate', () => {
  it('counts the heads above the threshold, and a head at it does not count', () => {
    expect(sinkRate([0.1, 0.3, 0.31, 0.9], 0.3)).toBe(0.5);
    expect(sinkRate([0.1, 0.3, 0.31, 0.9], 0.8)).toBe(0.25);
  });

  it('never rises with the threshold', () => {
    const fractions = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(fractions, { minLength: 1 }), fractions, fractions, (means, a, b) => {
        expect(sinkRate(means, Math.max(a, b))).toBeLessThanOrEqual(sinkRate(means, Math.min(a, b)));
      }),
    );
  });
});

describe('value norms of the first position', () => {
  it('are compared with the mean of the others', () => {
    const shape = { ...one, heads: 2, length: 3 };
    expect(firstValueNormRatio(Float32Array.of(1, 3, 5, 4, 2, 2), shape)).toEqual(Float64Array.of(0.25, 2));
    expect(firstValueNormRatio(Float32Array.of(7), { ...one, length: 1 })).toEqual(Float64Array.of(1));
    expect(() => firstValueNormRatio(new Float32Array(4), shape)).toThrow(/2 rows of 3 are 6 norms, not 4/);
  });
});

describe('sinkProbe', () => {
  const norms = ({ layers, sequences, heads, length }: MapShape) =>
    new Float32Array(layers * sequences * heads * length).fill(2);

  it('measures uniform attention as chance', () => {
    const shape = { layers: 2, sequences: 3, heads: 2, length: 16 };
    const probe = sinkProbe(shape);
    probe.add({ ...shape, attention: maps(shape, uniform), valueNorms: norms(shape) });
    const { sinkRate: rate, firstAttention, firstAttentionAboveChance, headFirstValueNorm } = probe.result();
    expect(rate).toEqual({ '0.3': 0, '0.8': 0 });
    expect(firstAttention).toBeCloseTo(0.2113, 4);
    expect(firstAttentionAboveChance).toBeCloseTo(0, 6);
    expect(headFirstValueNorm).toEqual([
      [1, 1],
      [1, 1],
    ]);
  });

  it('gives the same for one batch and for its parts', () => {
    fc.assert(
      fc.property(causalMaps, ({ shape, attention }) => {
        const whole = sinkProbe(shape);
        whole.add({ ...shape, attention, valueNorms: norms(shape) });
        const parts = sinkProbe(shape);
        const perSequence = { ...shape, sequences: 1 };
        const size = shape.length * shape.length;
        for (let b = 0; b < shape.sequences; b++) {
          const layers = Array.from({ length: shape.layers }, (_, layer) => {
            const start = (layer * shape.sequences + b) * shape.heads * size;
            return Array.from(attention.subarray(start, start + shape.heads * size));
          });
          parts.add({ ...perSequence, attention: Float32Array.from(layers.flat()), valueNorms: norms(perSequence) });
        }
        const [a, b] = [whole.result(), parts.result()];
        expect(b.firstAttention).toBeCloseTo(a.firstAttention, 9);
        expect(b.sinkRate['0.3']).toBeCloseTo(a.sinkRate['0.3'], 9);
        for (const [layer, row] of a.headFirstAttention.entries()) {
          for (const [head, value] of row.entries()) expect(b.headFirstAttention[layer]![head]).toBeCloseTo(value, 9);
        }
        const flat = a.headFirstAttention.flat();
        expect(flat.reduce((x, y) => x + y) / flat.length).toBeCloseTo(a.firstAttention, 9);
      }),
    );
  });

  it('turns its rows with the heads and does not mind the order of sequences', () => {
    fc.assert(
      fc.property(causalMaps, ({ shape, attention }) => {
        const { layers, sequences, heads, length } = shape;
        const size = length * length;
        const reversed = new Float32Array(attention.length);
        for (let layer = 0; layer < layers; layer++) {
          for (let b = 0; b < sequences; b++) {
            for (let h = 0; h < heads; h++) {
              const from = (layer * sequences + b) * heads + h;
              const to = (layer * sequences + sequences - 1 - b) * heads + heads - 1 - h;
              reversed.set(attention.subarray(from * size, (from + 1) * size), to * size);
            }
          }
        }
        const measure = (attention: Float32Array) => {
          const probe = sinkProbe(shape);
          probe.add({ ...shape, attention, valueNorms: norms(shape) });
          return probe.result();
        };
        const [a, b] = [measure(attention), measure(reversed)];
        expect(b.sinkRate).toEqual(a.sinkRate);
        expect(b.firstAttention).toBeCloseTo(a.firstAttention, 9);
        for (const [layer, row] of a.headFirstAttention.entries()) {
          for (const [h, value] of row.entries()) {
            expect(b.headFirstAttention[layer]![heads - 1 - h]).toBeCloseTo(value, 9);
          }
        }
      }),
    );
  });

  it('refuses batches of different lengths, and has no result without any', () => {
    const probe = sinkProbe(one);
    expect(() => probe.result()).toThrow(/without batches/);
    probe.add({ ...one, attention: maps(one, uniform), valueNorms: norms(one) });
    const other = { ...one, length: 8 };
    expect(() => probe.add({ ...other, attention: maps(other, uniform), valueNorms: norms(other) })).toThrow(
      /mix lengths/,
    );
  });

  it('averages heads over sequences', () => {
    expect(meanOverSequences([0, 1, 0.5, 0], { layers: 1, sequences: 2, heads: 2 })).toEqual([[0.25, 0.5]]);
  });
});
