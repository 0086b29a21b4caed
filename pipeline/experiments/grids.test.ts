import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readExperiment } from '../../src/results/load.ts';
import { parameterCount } from '../../src/transformer/parameters.ts';
import { analysisById } from '../analyses/index.ts';
import { PROFILES, planGroups } from '../plan.ts';
import { versionsOf } from '../versions.ts';
import { depth } from './depth.ts';
import { experiments } from './index.ts';

describe.each(experiments.map((experiment) => [experiment.id, experiment] as const))('%s', (_id, experiment) => {
  it.each(PROFILES)('has a %s grid of models that can be, each under a name of its own', (profile) => {
    const groups = planGroups(experiment, profile, versionsOf);
    const ids = groups.map(({ point }) => point.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
  });

  it('rests on five seeds in the full grid', () => {
    expect(experiment.grids.full.seeds.length).toBeGreaterThanOrEqual(5);
  });

  it('names an analysis that workers find', () => {
    if (experiment.analysis) expect(analysisById(experiment.analysis.id)).toBe(experiment.analysis);
  });

  it('compares new seeds by numbers that its analysis has, of every model', () => {
    const { analysis, comparedMeasures } = experiment;
    expect((comparedMeasures ?? []).length > 0).toBe(analysis !== undefined);
    if (!comparedMeasures) return;
    const file = `public/results/${experiment.id}.json`;
    const { groups } = readExperiment(readFileSync(file, 'utf8'), file);
    for (const { id, analysis: measured } of groups)
      for (const { of } of comparedMeasures) expect(typeof measured[of]?.mean, `${id}: ${of}`).toBe('number');
  });
});

describe('depth', () => {
  it('has models of the same number of parameters, within 5 %', () => {
    const matched = depth.grids.full.points.filter(({ id }) => id.startsWith('matched-'));
    const counts = matched.map(({ specification }) => parameterCount(specification.model));
    expect(matched.length).toBe(5);
    expect(Math.max(...counts) / Math.min(...counts)).toBeLessThan(1.08);
    const six = parameterCount(matched.find(({ id }) => id === 'matched-6')!.specification.model);
    for (const count of counts) expect(Math.abs(count / six - 1)).toBeLessThan(0.05);
  });
});
