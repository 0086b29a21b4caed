import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { specificationFixture } from '../src/results/run.fixture.ts';
import type { RunSpecification } from '../src/training/specification.ts';
import { PipelineError, UsageError } from './errors.ts';
import type { Experiment } from './experiments/experiment.ts';
import { experiments } from './experiments/index.ts';
import { findExperiment, inShard, PROFILES, parseCount, parseProfile, parseShard, planRuns } from './plan.ts';

const versionsOf = () => ({ engine: '1', training: '1', measures: '1', corpus: '1', tokenizer: '1' });

function experimentWith(specification: Partial<RunSpecification>, seeds: number[] = [0, 1]): Experiment {
  const { seed: _, ...rest } = { ...specificationFixture, ...specification };
  const grid = { points: [{ id: 'base', label: 'base', specification: rest }], seeds };
  return { ...experiments[0]!, id: 'trial', grids: { quick: grid, full: grid } };
}

describe('names', () => {
  it('that are unknown list the known ones and guess', () => {
    expect(() => findExperiment('emergance', experiments)).toThrow(UsageError);
    expect(() => findExperiment('emergance', experiments)).toThrow(
      /did you mean "emergence"\?\); known are: emergence/,
    );
    expect(() => findExperiment('xyz', experiments)).toThrow(/^there is no experiment "xyz"; known are/);
    expect(() => parseProfile('fast')).toThrow('known are: quick, full');
    expect(() => parseProfile('fulll')).toThrow('did you mean "full"?');
  });

  it('that are known are found', () => {
    expect(findExperiment('emergence', experiments).id).toBe('emergence');
    expect(PROFILES.map(parseProfile)).toEqual(PROFILES);
  });
});

describe('parseShard', () => {
  it.each([
    ['0/4', 'there is no part 0 of 4; parts run from 1 to 4'],
    ['5/4', 'there is no part 5 of 4'],
    ['1/0', 'cannot be cut into 0 parts'],
    ['x', 'such as 1/4 for the first of four, not "x"'],
    ['1', 'not "1"'],
    ['-1/4', 'not "-1/4"'],
    ['1.5/4', 'not "1.5/4"'],
    ['', 'not ""'],
  ])('explains what is wrong with "%s"', (text, message) => {
    expect(() => parseShard(text)).toThrow(UsageError);
    expect(() => parseShard(text)).toThrow(message);
  });

  it('reads part and parts', () => {
    expect(parseShard('4/4')).toEqual({ index: 4, count: 4 });
  });
});

describe('inShard', () => {
  it('gives every run to exactly one part, and about the same number to each', () => {
    fc.assert(
      fc.property(fc.nat(40), fc.integer({ min: 1, max: 9 }), (length, count) => {
        const runs = Array.from({ length }, (_, i) => i);
        const parts = Array.from({ length: count }, (_, i) => inShard(runs, { index: i + 1, count }));
        expect(parts.flat().sort((a, b) => a - b)).toEqual(runs);
        const sizes = parts.map((part) => part.length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('parseCount', () => {
  it.each(['zero', '0', '-2', '1.5', '', '1e3', '99999999999999999999'])('refuses "%s" as a number of jobs', (text) => {
    expect(() => parseCount('--jobs', text, 1)).toThrow(/^--jobs takes a whole number of at least 1/);
  });

  it('reads whole numbers', () => {
    expect(parseCount('--jobs', '12', 1)).toBe(12);
  });
});

describe('planRuns', () => {
  it('gives every run a label, an id of its own and its seed', () => {
    const runs = planRuns([experimentWith({})], 'quick', versionsOf);
    expect(runs.map(({ label }) => label)).toEqual(['trial/base, seed 0', 'trial/base, seed 1']);
    expect(new Set(runs.map(({ id }) => id)).size).toBe(2);
    expect(runs.map(({ specification }) => specification.seed)).toEqual([0, 1]);
  });

  it('holds a run once, however many experiments ask for it', () => {
    const trial = experimentWith({});
    const runs = planRuns([trial, { ...trial, id: 'again' }], 'quick', versionsOf);
    expect(runs.map(({ label }) => label)).toEqual(['trial/base, seed 0', 'trial/base, seed 1']);
  });

  it('gives other ids to other versions of the code', () => {
    const ids = (training: string) =>
      planRuns([experimentWith({})], 'quick', () => ({ ...versionsOf(), training })).map(({ id }) => id);
    expect(ids('1')).not.toEqual(ids('2'));
    expect(ids('1')).toEqual(ids('1'));
  });

  it('names experiment and field of a seed that is no number, and of a model that cannot be', () => {
    const plan = (experiment: Experiment) => () => planRuns([experiment], 'quick', versionsOf);
    const seed = experimentWith({}, ['seven' as unknown as number]);
    expect(plan(seed)).toThrow(PipelineError);
    expect(plan(seed)).toThrow(/trial\/base, seed seven: seed: .*number/);
    expect(plan(experimentWith({}, [Number.NaN]))).toThrow(/trial\/base, seed NaN: seed/);
    const model = { ...specificationFixture.model, width: 10 };
    expect(plan(experimentWith({ model }))).toThrow(/trial\/base, seed 0: model\.width: must be a multiple/);
  });
});

describe('the experiments of this project', () => {
  it('have names of their own and specifications that can be', () => {
    expect(new Set(experiments.map(({ id }) => id)).size).toBe(experiments.length);
    for (const profile of PROFILES) expect(planRuns(experiments, profile, versionsOf).length).toBeGreaterThan(0);
  });
});
