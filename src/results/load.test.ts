import { describe, expect, it } from 'vitest';
import { ResultError, type ResultFault, readExperiment, readIndex, readRun } from './load.ts';
import { runFixture } from './run.fixture.ts';
import { SCHEMA_VERSION } from './schema.ts';

const FILE = 'public/results/runs/0123.json';
const whole = JSON.stringify(runFixture());

function faultOf(text: string): ResultError {
  try {
    readRun(text, FILE);
  } catch (error) {
    if (error instanceof ResultError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

function changed(change: (run: ReturnType<typeof runFixture>) => void): string {
  const run = runFixture();
  change(run);
  return JSON.stringify(run);
}

describe('readRun', () => {
  it('reads what was written', () => {
    expect(readRun(whole, FILE)).toEqual(runFixture());
  });

  it.each<[string, string, ResultFault, RegExp]>([
    ['an empty file', '', 'truncated', /the file is empty/],
    ['a file cut short', whole.slice(0, whole.length / 2), 'truncated', /cut short/],
    ['a file cut short after a brace', whole.slice(0, whole.lastIndexOf('}')), 'not json', /not JSON/],
    ['a page of a server', '<!doctype html><p>{404}', 'not json', /not JSON/],
    ['text', 'hello', 'truncated', /cut short/],
    ['JSON of something else', '[1, {}]', 'not by schema', /expected object/],
  ])('names the file and the remedy for %s', (_what, text, fault, problem) => {
    const error = faultOf(text);
    expect(error.fault).toBe(fault);
    expect(error.message).toMatch(problem);
    expect(error.message).toContain(FILE);
    expect(error.message).toContain('npm run pipeline -- run');
  });

  it('tells a file of another version from a damaged one', () => {
    const error = faultOf(JSON.stringify({ ...runFixture(), schemaVersion: SCHEMA_VERSION + 1, extra: true }));
    expect(error.fault).toBe('other version');
    expect(error.message).toContain(`schema version ${SCHEMA_VERSION + 1}, this one reads ${SCHEMA_VERSION}`);
  });

  it('names the place in the file and what was expected', () => {
    const seed = faultOf(changed((run) => Object.assign(run.specification, { seed: 'seven' })));
    expect(seed.message).toContain('specification.seed');
    expect(seed.message).toMatch(/expected (number|int)/);
    const rate = faultOf(changed((run) => Object.assign(run.evaluations[2]!.sinkRate, { '0.3': 1.5 })));
    expect(rate.message).toContain('evaluations[2].sinkRate["0.3"]');
    const missing = faultOf(changed((run) => Reflect.deleteProperty(run, 'versions')));
    expect(missing.message).toContain('at versions:');
    const added = faultOf(changed((run) => Object.assign(run, { host: 'x' })));
    expect(added.message).toContain('"host"');
  });

  it('notices a specification that is not the one of the id', () => {
    const error = faultOf(changed((run) => Object.assign(run.specification, { seed: 1 })));
    expect(error.fault).toBe('wrong id');
  });
});

describe('readExperiment and readIndex', () => {
  it('name the command that writes the file again', () => {
    expect(() => readExperiment('{', 'emergence.json')).toThrow(/emergence\.json.*npm run pipeline -- export/);
    expect(() => readIndex('{}', 'index.json')).toThrow(/index\.json.*schemaVersion.*npm run pipeline -- export/);
  });
});
