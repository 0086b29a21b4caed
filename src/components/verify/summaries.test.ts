import { describe, expect, it } from 'vitest';
import { roundNumbers } from '../../results/round.ts';
import type { AnalysisResult, ExperimentResult, Group } from '../../results/schema.ts';
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
const result = {
  groups: [group],
  runs,
  analysis: { id: 'trial', version: '1', description: '' },
} as unknown as ExperimentResult;
const ids = analysesOf(result, group);
const analyses = new Map(ids.map((id, seed) => [id, { measured: measured[seed]! } as unknown as AnalysisResult]));

describe('means and intervals computed again', () => {
  it('are those of an honest export, and all of them', () => {
    const series = group.series.flatMap(({ measures }) => Object.keys(measures));
    expect(compareGroup(result, group, analyses)).toEqual({ same: series.length + 2, other: null });
    expect(new Set(ids).size).toBe(3);
  });

  it('show an estimate, an interval, a run or an analysis that was touched up', () => {
    const touched = structuredClone(group);
    touched.series[1]!.measures['validationLoss']!.low -= 0.001;
    expect(compareGroup(result, touched, analyses).other).toMatchObject({
      ...{ group: 'Base', what: 'validationLoss at step 10' },
      published: expect.stringMatching(/"low"/),
    });
    const added = structuredClone(group);
    added.analysis['more'] = { mean: 1, low: 1, high: 1 };
    expect(compareGroup(result, added, analyses).other).toMatchObject({ what: 'more', here: 'none' });

    const altered = structuredClone(result);
    altered.runs[2]!.evaluations[2]!.firstAttention += 0.01;
    expect(compareGroup(altered, group, analyses).other).toMatchObject({ what: 'firstAttention at step 20' });
    expect(otherRuns(altered.runs, Object.fromEntries(runs.map((run) => [run.id, digestOf(run)])), digestOf)).toEqual([
      runs[2]!.id,
    ]);

    const other = new Map(analyses).set(ids[0]!, {
      measured: { ...measured[0]!, rise: 9 },
    } as unknown as AnalysisResult);
    expect(compareGroup(result, group, other).other).toMatchObject({ what: 'rise' });
    expect(() => compareGroup(result, group, new Map())).toThrow(`${ids[0]} is not among the results`);
  });
});
