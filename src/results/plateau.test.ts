import { describe, expect, test } from 'vitest';
import { randomGenerator } from '../transformer/random.ts';
import { isFlat, lateChange, plateauValues } from './plateau.ts';
import { runFixture } from './run.fixture.ts';

const STEPS = [0, 10, 20, 30, 40, 50, 60, 70, 80];
/** Attention 0.25 + step / 100 + seed / 1000, as the fixture has it. */
const rising = [0, 1, 2].map((seed) => runFixture(seed, STEPS));

describe('where curves flatten', () => {
  test('the end of a run is its last quarter, the untrained model left out', () => {
    // Eight evaluations after the first step: the last two are steps 70 and 80.
    const [first, second] = plateauValues(rising, 'firstAttention');
    expect(first).toBeCloseTo(0.25 + 0.75, 12);
    expect(second).toBeCloseTo(0.251 + 0.75, 12);
  });

  test('a curve that rises by a tenth every ten steps still moves by two tenths from part to part', () => {
    const change = lateChange(rising, 'firstAttention', randomGenerator('plateau'));
    for (const end of [change.mean, change.low, change.high]) expect(end).toBeCloseTo(0.2, 12);
  });

  test('a curve that rose early and stays does not move', () => {
    const flat = rising.map((run) => ({
      ...run,
      evaluations: run.evaluations.map((evaluation, i) => ({ ...evaluation, firstAttention: i < 4 ? i / 10 : 0.5 })),
    }));
    expect(lateChange(flat, 'firstAttention', randomGenerator('plateau')).mean).toBe(0);
    expect(plateauValues(flat, 'firstAttention')).toEqual([0.5, 0.5, 0.5]);
  });

  test('a curve is flat only if its whole interval is small', () => {
    expect(isFlat({ low: -0.01, high: 0.01 }, 0.02)).toBe(true);
    expect(isFlat({ low: -0.03, high: 0.01 }, 0.02)).toBe(false);
    expect(isFlat({ low: 0.01, high: 0.02 }, 0.02)).toBe(false);
  });

  test('a single evaluation after the first step has nothing to be compared with', () => {
    expect(() => plateauValues([runFixture(0, [0, 10])], 'firstAttention')).toThrow(/at least two evaluations/);
  });
});
