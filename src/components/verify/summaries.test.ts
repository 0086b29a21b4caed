import { describe, expect, it } from 'vitest';
import { roundNumbers } from '../../results/round.ts';
import type { AnalysisResult, Group } from '../../results/schema.ts';
import { summarise, summariseMeasured } from '../../results/summarise.ts';
import { digestOf } from './runs.ts';
import { analysesOf, compareGroup, otherRuns } from './summaries.ts';
import { kernelsRun } from './verify.fixture.ts';

const runs = [0, 1, 2].map((seed) => kernelsRun(seed));
const measured = runs.map((_, seed) => roundNumbers({ rise: 0.25 + seed / 7, table: [seed, seed / 3] }));
const group: Group = {
  ...{ id: 'base', label: 'Base', runs: runs.map(({ id }) => id), series: summarise(runs) },
  analysis: summariseMeasured(measured),
};
const analyses = measured.map((each) => ({ measured: each }) as unknown as AnalysisResult);

describe('means and intervals computed again', () => {
  it('are those of an honest export, and all of them', () => {
    const series = group.series.flatMap(({ measures }) => Object.keys(measures));
    expect(compareGroup(group, runs, analyses)).toEqual({ same: series.length + 2, other: null });
    const ids = analysesOf({ analysis: { id: 'trial', version: '1', description: '' } }, group);
    expect(new Set(ids).size).toBe(3);
    expect(analysesOf({ analysis: null }, group)).toEqual([]);
  });

  it('show an estimate, an interval, a run or an analysis that was touched up', () => {
    const touched = structuredClone(group);
    touched.series[1]!.measures['validationLoss']!.low -= 0.001;
    expect(compareGroup(touched, runs, analyses).other).toMatchObject({
      ...{ group: 'Base', what: 'validationLoss at step 10' },
      published: expect.stringMatching(/"low"/),
    });
    const added = structuredClone(group);
    added.analysis['more'] = { mean: 1, low: 1, high: 1 };
    expect(compareGroup(added, runs, analyses).other).toMatchObject({ what: 'more', here: 'none' });

    const altered = structuredClone(runs);
    altered[2]!.evaluations[2]!.firstAttention += 0.01;
    expect(compareGroup(group, altered, analyses).other).toMatchObject({ what: 'firstAttention at step 20' });
    expect(otherRuns(altered, Object.fromEntries(runs.map((run) => [run.id, digestOf(run)])), digestOf)).toEqual([
      runs[2]!.id,
    ]);

    const other = [{ measured: { ...measured[0]!, rise: 9 } } as unknown as AnalysisResult, ...analyses.slice(1)];
    expect(compareGroup(group, runs, other).other).toMatchObject({ what: 'rise' });
  });
});
