import { describe, expect, it } from 'vitest';
import { runFixture } from './run.fixture.ts';
import { MEASURES, summarise } from './summarise.ts';

describe('summarise', () => {
  it('gives every measure at every step, over the seeds', () => {
    const series = summarise([runFixture(0), runFixture(1), runFixture(2)]);
    expect(series.map(({ step, tokens }) => [step, tokens])).toEqual([
      [0, 0],
      [10, 320],
      [20, 640],
    ]);
    const last = series[2]!.measures;
    expect(Object.keys(last)).toEqual(Object.keys(MEASURES));
    // Worked by hand from the fixture: validation losses 2, 2.1, 2.2; strongest heads 0.7, 0.701, 0.702.
    expect(last.validationLoss).toEqual({ mean: 2.1, low: 2, high: 2.2 });
    expect(last.strongestHead).toEqual({ mean: 0.701, low: 0.7, high: 0.702 });
    expect(last.strongestHeadValueNorm).toEqual({ mean: 0.5, low: 0.5, high: 0.5 });
  });

  it('leaves out what has no number yet: the training loss before the first step', () => {
    const [start, next] = summarise([runFixture(0), runFixture(1)]);
    expect(start!.measures).not.toHaveProperty('trainingLoss');
    expect(next!.measures).toHaveProperty('trainingLoss');
  });

  it('gives a single run no width', () => {
    const { mean, low, high } = summarise([runFixture(3)])[1]!.measures.validationLoss!;
    expect([low, high]).toEqual([mean, mean]);
  });

  it('refuses runs that were evaluated at other steps, by name', () => {
    const other = runFixture(1, [0, 20]);
    expect(() => summarise([runFixture(0), other])).toThrow(other.id);
  });

  it('depends on the runs alone', () => {
    const runs = [runFixture(0), runFixture(1), runFixture(2)];
    expect(summarise(runs)).toEqual(summarise(runs));
  });
});
