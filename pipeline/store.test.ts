import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runFixture } from '../src/results/run.fixture.ts';
import { SCHEMA_VERSION } from '../src/results/schema.ts';
import { syntheticResults } from '../tests/figures/synthetic-results.ts';
import { Store, type UnfinishedRun } from './store.ts';

let folder: string;
let store: Store;
beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'first-token-store-'));
  store = new Store({ results: join(folder, 'results'), work: join(folder, 'work') });
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

const run = runFixture();
const fileOf = (id: string) => join(folder, 'results/runs', `${id}.json`);
const unfinished: UnfinishedRun = {
  seconds: 12.5,
  state: {
    step: 10,
    lossSum: 0.1 + 0.2,
    evaluations: run.evaluations.slice(0, 2),
    checkpoint: new Uint8Array([10, 0, 255, 123, 10]),
  },
};

describe('finished runs', () => {
  it('are read as they were written, rounded', () => {
    const exact = structuredClone(run);
    exact.evaluations[1]!.validationLoss = 2.123456789;
    store.writeRun(exact);
    const { runs, unreadable } = store.surveyRuns();
    expect(unreadable.size).toBe(0);
    expect(runs.get(run.id)!.evaluations[1]!.validationLoss).toBe(2.12346);
    expect({ ...runs.get(run.id)!, evaluations: [] }).toEqual({ ...run, evaluations: [] });
  });

  it('of an empty folder are none', () => {
    expect(store.surveyRuns().runs.size).toBe(0);
  });

  it('that are not by the schema are not written', () => {
    const wrong = { ...run, evaluations: [] };
    expect(() => store.writeRun(wrong)).toThrow();
    expect(fs.existsSync(fileOf(run.id))).toBe(false);
  });

  it('drop their unfinished state', () => {
    store.writeUnfinished(run.id, unfinished);
    store.writeRun(run);
    expect(store.hasUnfinished(run.id)).toBe(false);
  });

  it.each([
    ['truncated', (text: string) => text.slice(0, 100)],
    [
      'other version',
      (text: string) => text.replace(`"schemaVersion": ${SCHEMA_VERSION}`, `"schemaVersion": ${SCHEMA_VERSION + 1}`),
    ],
    ['not by schema', (text: string) => text.replace('"seed": 0', '"seed": "zero"')],
    ['wrong id', (text: string) => text.replace('"seed": 0', '"seed": 9')],
  ])('that are unreadable (%s) are named and left as they are', (fault, damage) => {
    store.writeRun(runFixture(1));
    store.writeRun(run);
    const damaged = damage(fs.readFileSync(fileOf(run.id), 'utf8'));
    fs.writeFileSync(fileOf(run.id), damaged);
    const { runs, unreadable } = store.surveyRuns();
    expect([...runs.keys()]).toEqual([runFixture(1).id]);
    expect(unreadable.get(run.id)!.fault).toBe(fault);
    expect(unreadable.get(run.id)!.message).toContain(`${run.id}.json`);
    expect(fs.readFileSync(fileOf(run.id), 'utf8')).toBe(damaged);
  });

  it('under the name of another run are not taken for it', () => {
    store.writeRun(run);
    fs.renameSync(fileOf(run.id), fileOf('0123456789abcdef'));
    expect(store.surveyRuns().unreadable.get('0123456789abcdef')!.message).toContain(`Rename it to ${run.id}.json`);
  });

  it('ignore what an interrupted write left behind', () => {
    store.writeRun(run);
    fs.writeFileSync(join(folder, 'results/runs', `.${run.id}.json.1234.tmp`), '{"schemaVer');
    const { runs, unreadable } = store.surveyRuns();
    expect([runs.size, unreadable.size]).toEqual([1, 0]);
  });

  it('lose what killed processes left behind, and nothing of living ones', () => {
    store.writeRun(run);
    const runs = join(folder, 'results/runs');
    fs.writeFileSync(join(runs, '.a.json.999999999.tmp'), '');
    fs.writeFileSync(join(runs, `.b.json.${process.pid}.tmp`), '');
    store.removeLeftovers();
    expect(fs.readdirSync(runs).sort()).toEqual([`.b.json.${process.pid}.tmp`, `${run.id}.json`]);
  });

  it('that are set aside are kept, however often', () => {
    for (const content of ['first', 'second']) {
      fs.mkdirSync(join(folder, 'results/runs'), { recursive: true });
      fs.writeFileSync(fileOf(run.id), content);
      expect(fs.readFileSync(store.setAside(run.id), 'utf8')).toBe(content);
      expect(fs.existsSync(fileOf(run.id))).toBe(false);
    }
    expect(fs.readdirSync(join(folder, 'work/set-aside')).length).toBe(2);
  });

  it('cannot be listed where a file stands for their folder, which is said', () => {
    fs.writeFileSync(join(folder, 'results'), '');
    expect(() => store.surveyRuns()).toThrow(/a file stands where a folder is needed/);
  });
});

describe('unfinished runs', () => {
  const complain = (message: string) => {
    throw new Error(`should be sound: ${message}`);
  };

  it('come back to the last bit', () => {
    store.writeUnfinished(run.id, unfinished);
    expect(store.readUnfinished(run.id, complain)).toEqual(unfinished);
  });

  it('are null when there are none', () => {
    expect(store.readUnfinished(run.id, complain)).toBeNull();
  });

  it.each([
    ['cut short', (bytes: Buffer) => bytes.subarray(0, bytes.length - 1)],
    ['without a header', () => Buffer.from('nonsense')],
    ['changed in one bit', (bytes: Buffer) => Buffer.concat([bytes.subarray(0, -1), Buffer.from([11])])],
  ])('that are damaged (%s) are told and passed over', (_what, damage) => {
    store.writeUnfinished(run.id, unfinished);
    const file = join(folder, 'work', run.id, 'state');
    fs.writeFileSync(file, damage(fs.readFileSync(file)));
    const told: string[] = [];
    expect(store.readUnfinished(run.id, (message) => told.push(message))).toBeNull();
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/state is damaged .* starts from the beginning/);
  });
});

describe('an experiment', () => {
  const file = () => join(folder, 'results', 'emergence.json');

  it('whose estimates are too much for a page is not written, and the one before it stays', () => {
    const result = syntheticResults();
    store.writeExperiment(result);
    const before = fs.readFileSync(file(), 'utf8');
    const random = Array.from({ length: 30_000 }, (_, i) => Math.sin(i * i));
    result.groups[0]!.analysis['table'] = { mean: random, low: random, high: random };
    expect(() => store.writeExperiment(result)).toThrow(/emergence\.json would have \d+ kB compressed.* may load 200;/);
    expect(fs.readFileSync(file(), 'utf8')).toBe(before);
  });

  it('may have more runs than a page could load at once, since a page fetches each by itself', () => {
    const result = syntheticResults();
    const [first] = result.runs;
    const noisy = (id: number) => {
      const run = structuredClone(first!);
      run.id = id.toString(16).padStart(16, '0');
      for (const each of run.evaluations)
        each.headFirstAttention = [Array.from({ length: 500 }, (_, i) => Math.abs(Math.sin(i * i + id)))];
      return run;
    };
    result.runs = Array.from({ length: 60 }, (_, id) => noisy(id));
    store.writeExperiment(result);
    expect(gzipSync(fs.readFileSync(file())).length).toBeGreaterThan(200_000);
  });
});
