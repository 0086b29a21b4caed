import { describe, expect, test } from 'vitest';
import { commonLoss, valuesAtLoss } from './equal-loss.ts';
import { runFixture } from './run.fixture.ts';

// Of the fixture: seed s has losses 3, 2.5, 2, each s / 10 higher, and attention 0.25, 0.35, 0.45, each s / 1000 higher.
const runs = [runFixture(0), runFixture(2)];

describe('at equal loss', () => {
  test('the common loss is the lowest that the worst run comes to', () => {
    expect(commonLoss(runs)).toBeCloseTo(2.2, 12);
  });

  test('a measure is read between the evaluations around the level', () => {
    const [first, second] = valuesAtLoss(runs, 'firstAttention', 2.25);
    expect(first).toBeCloseTo(0.4, 12);
    // 2.7 to 2.2: nine tenths of the way from 0.352 to 0.452.
    expect(second).toBeCloseTo(0.442, 12);
  });

  test('a run that never comes down to the level has no value, one that begins below it its first', () => {
    expect(valuesAtLoss(runs, 'firstAttention', 2.1)).toEqual([expect.any(Number), null]);
    expect(valuesAtLoss(runs, 'firstAttention', 4)).toEqual([0.25, 0.252]);
  });
});
