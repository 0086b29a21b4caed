import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { meanChangeBehind, perturbationProbe, relativeChanges, weightBehind } from './perturbation.ts';

const states = fc.array(
  fc.integer({ min: -64, max: 64 }).map((eighths) => eighths / 8),
  { minLength: 12, maxLength: 12 },
);

describe('the relative change of a state', () => {
  it('is worked by hand: (3, 4) moved by (0, 5) changes by 1, a state that stays by 0', () => {
    const { changes, norms } = relativeChanges(Float32Array.of(3, 4, 1, 0, 0, 0), Float32Array.of(3, 9, 1, 0, 0, 0), 2);
    expect(changes).toEqual(Float64Array.of(1, 0, 0));
    expect(norms).toEqual(Float64Array.of(5, 1, 0));
  });

  it('does not depend on the unit of states, and is 2 for a state turned round', () => {
    fc.assert(
      fc.property(states, states, fc.constantFrom(0.25, 2, 16), (before, after, unit) => {
        const scaled = (values: number[]) => Float32Array.from(values, (value) => unit * value);
        const plain = relativeChanges(Float32Array.from(before), Float32Array.from(after), 3).changes;
        const changes = relativeChanges(scaled(before), scaled(after), 3).changes;
        expect(changes).toEqual(plain);
      }),
    );
    expect(relativeChanges(Float32Array.of(1, 2), Float32Array.of(-1, -2), 2).changes[0]).toBe(2);
  });

  it('refuses states that cannot be paired', () => {
    expect(() => relativeChanges(new Float32Array(4), new Float32Array(6), 2)).toThrow(/rows of 2 channels/);
    expect(() => relativeChanges(new Float32Array(5), new Float32Array(5), 2)).toThrow(/rows of 2 channels/);
  });
});

describe('a perturbation probe', () => {
  // Two depths, two sequences, three tokens of one channel; the token at position 1 is exchanged.
  const shape = { depths: 2, length: 3, width: 1, position: 1 };
  const before = Float32Array.of(1, 2, 4, 1, 2, 4, 1, 1, 1, 1, 1, 1);
  const after = Float32Array.of(1, 4, 4, 1, 1, 4, 1, 3, 1.5, 1, 2, 1.25);

  it('averages by depth and distance, over sequences', () => {
    const probe = perturbationProbe(shape, [0.25, 0.3, 0.6]);
    probe.add(before, after);
    expect(probe.result()).toEqual({
      change: [
        [0.75, 0],
        [1.5, 0.375],
      ],
      norm: [4, 1],
      // The changes of the last states behind are 0.5 and 0.25; a threshold must be exceeded.
      spread: [0.5, 0.5, 0],
    });
  });

  it('weighs every sequence the same, however they are batched', () => {
    const apart = perturbationProbe(shape, [0.3]);
    apart.add(Float32Array.of(1, 2, 4, 1, 1, 1), Float32Array.of(1, 4, 4, 1, 3, 1.5));
    apart.add(Float32Array.of(1, 2, 4, 1, 1, 1), Float32Array.of(1, 1, 4, 1, 2, 1.25));
    const together = perturbationProbe(shape, [0.3]);
    together.add(before, after);
    expect(apart.result()).toEqual(together.result());
  });

  it('refuses half a sequence, and has no result before the first', () => {
    expect(() => perturbationProbe(shape, []).add(new Float32Array(7), new Float32Array(7))).toThrow(/whole sequences/);
    expect(() => perturbationProbe(shape, []).result()).toThrow(/no result/);
  });
});

it('the mean behind the exchanged token leaves that token out', () => {
  expect(meanChangeBehind([9, 1, 2, 3])).toBe(2);
  expect(() => meanChangeBehind([9])).toThrow(/earlier one/);
});

describe('the weight on a key', () => {
  // Two layers, one sequence, one head, T 4. Queries 2 and 3 of layer 0 pay (1/2, 1/4, 1/4) and (1/2, 1/8, 1/8, 1/4).
  const attention = new Float32Array(32);
  attention.set([0.5, 0.25, 0.25, 0, 0.5, 0.125, 0.125, 0.25], 8);
  attention.set([0, 1, 0, 0, 0, 0.5, 0.25, 0.25], 24);
  const shape = { layers: 2, sequences: 1, heads: 1, length: 4 };

  it('is the mean of the queries behind it, by layer', () => {
    expect(weightBehind(attention, shape, 1)).toEqual([0.1875, 0.75]);
  });

  it('grows as the weight on the first position is handed to the others', () => {
    expect(weightBehind(attention, shape, 1, 1)).toEqual([(0.5 + 0.25) / 2, 0.75]);
  });

  it('of the last key is refused', () => {
    expect(() => weightBehind(attention, shape, 3)).toThrow(/earlier one/);
  });
});
