/** The command line: what it takes, `list`, `run` and `export`. */
import fs from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readNewSeeds } from '../src/results/load.ts';
import { countLanded, distinctComparisons } from '../src/results/new-seeds.ts';
import { type Run, SCHEMA_VERSION } from '../src/results/schema.ts';
import { trialExperiment } from './cli.fixture.ts';
import { filesOf, useTrials } from './trials.fixture.ts';

const { trial, finishedTrial } = useTrials();

/** A result without the one part that may differ between two runs of the same specification. */
function withoutExecution(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, part) => (key === 'execution' ? undefined : part)));
}

describe('what is not understood', () => {
  it.each<[string[], RegExp]>([
    [['run', '--only', 'trail'], /there is no experiment "trail" \(did you mean "trial"\?\); known are: trial/],
    [['run', '--profile', 'fast'], /there is no profile "fast"; known are: quick, full/],
    [['run', '--shard', '0/4'], /there is no part 0 of 4; parts run from 1 to 4/],
    [['run', '--shard', '5/4'], /there is no part 5 of 4; parts run from 1 to 4/],
    [['run', '--shard', 'x'], /--shard takes part\/parts, such as 1\/4 .* not "x"/],
    [['run', '--seeds', '9..5'], /--seeds takes one seed or a range such as 5\.\.9, the smaller first, not "9\.\.5"/],
    [['run', '--seeds', 'x'], /--seeds takes one seed or a range/],
    [['run', '--seeds', '0..999'], /that is 1000 seeds; take at most 100/],
    [['run', '--jobs', 'many'], /--jobs takes a whole number of at least 1, not "many"/],
    [['run', '--jobs', '0'], /--jobs takes a whole number of at least 1, not "0"/],
    [['run', '--sharb', '1/2'], /unknown option '--sharb'\s+\(Did you mean --shard\?\)/],
    [['rnu'], /unknown command 'rnu'\s+\(Did you mean run\?\)/],
    [['verify'], /verify needs an experiment, --sample or --summaries; known are: trial/],
    [['verify', 'nothing'], /there is no experiment "nothing"; known are: trial/],
    [['verify', 'trial', '--sample', '0'], /--sample takes a whole number of at least 1, not "0"/],
    [['verify', '--sample', '1', '--analyses'], /--analyses needs an experiment/],
    [['verify', 'trial', '--to', 'x'], /--to takes a whole number of at least 0, not "x"/],
    [['verify', 'trial', '--stretch', 'random', '--to', '5'], /'--stretch <how>' cannot be used with option '--to/],
    [['verify', 'trial', '--summaries', '--run', '5'], /'--summaries' cannot be used with option '--run/],
    [['checkpoints', 'trial', '--parts', '1'], /--parts takes a whole number of at least 2, not "1"/],
    [[], /Usage: npm run pipeline --/],
  ])('%j: exit status 2, a remedy, nothing written', async (args, message) => {
    const { pipeline, folder } = trial();
    const { exitStatus, err } = await pipeline(...args);
    expect(exitStatus).toBe(2);
    expect(err).toMatch(message);
    expect(err).not.toMatch(/\n\s+at /);
    expect(filesOf(folder)).toEqual([]);
  });
});

describe('help', () => {
  it('names every command and is no error', async () => {
    const { exitStatus, out } = await trial().pipeline('--help');
    expect(exitStatus).toBe(0);
    for (const command of ['run', 'list', 'status', 'verify', 'checkpoints', 'export'])
      expect(out).toMatch(new RegExp(`^  ${command}\\b`, 'm'));
    expect((await trial().pipeline('run', '--help')).out).toMatch(/--shard/);
  });
});

describe('list', () => {
  it('tells what each experiment asks and takes', async () => {
    const { out, exitStatus } = await trial().pipeline('list');
    expect(exitStatus).toBe(0);
    expect(out).toBe(
      'trial: A trial\n  Does the machinery work?\n' +
        '  quick  4 runs (2 models x 2 seeds)\n  full   6 runs (2 models x 3 seeds)\n\n',
    );
  });
});

describe('run', () => {
  it('makes the missing runs, exports them, and never makes a run twice', async () => {
    const { pipeline, runs, json } = trial();
    const first = await pipeline('run', '--jobs', '2');
    expect(first.exitStatus).toBe(0);
    expect(first.out).toContain('quick profile: 4 runs, 0 finished, 4 to make');
    expect(filesOf(runs)).toHaveLength(4);
    expect(json('trial.json')).toMatchObject({
      experiment: 'trial',
      profile: 'quick',
      verdict: { outcome: 'reproduced' },
    });
    expect(json('index.json')).toMatchObject({ experiments: [{ id: 'trial', file: 'trial.json' }] });

    const times = filesOf(runs).map((name) => fs.statSync(join(runs, name)).mtimeMs);
    const second = await pipeline('run');
    expect(second.out).toContain('4 finished, 0 to make');
    expect(filesOf(runs).map((name) => fs.statSync(join(runs, name)).mtimeMs)).toEqual(times);

    // The full profile takes the runs that it shares with the quick one.
    const full = await pipeline('run', '--profile', 'full');
    expect(full.out).toContain('full profile: 6 runs, 4 finished, 2 to make');
    expect(json('trial.json')).toMatchObject({ profile: 'full' });
  });

  it('gives the same files again, time and machine aside', async () => {
    const [one, two] = [finishedTrial(), trial()];
    await two.pipeline('run', '--jobs', '1');
    const names = filesOf(join(one.folder, 'results')).filter((name) => name.endsWith('.json'));
    expect(names.length).toBeGreaterThan(7);
    expect(filesOf(join(two.folder, 'results')).filter((name) => name.endsWith('.json'))).toEqual(names);
    // These hold the time, or hashes of files that hold it.
    const timed = ['index.json', 'manifest.json', 'ro-crate-metadata.json'];
    for (const name of names.filter((file) => !timed.includes(file))) {
      expect(withoutExecution(one.json(name))).toEqual(withoutExecution(two.json(name)));
    }
  });

  it('split over machines gives what it gives on one, once the run files are copied together', async () => {
    const [one, two] = [trial(), trial()];
    expect((await one.pipeline('run', '--shard', '1/2')).out).toContain('2 runs in part 1 of 2, 0 finished, 2 to make');
    expect((await two.pipeline('run', '--shard', '2/2')).out).toContain(
      'trial: not exported (quick: 2 of 4 runs missing',
    );
    fs.cpSync(two.runs, one.runs, { recursive: true });
    expect((await one.pipeline('export')).out).toContain('trial: exported, quick profile, 4 runs; reproduced');
    expect(withoutExecution(one.json('trial.json'))).toEqual(withoutExecution(finishedTrial().json('trial.json')));
  });

  it('with new seeds compares them with the published ones and leaves what is exported as it is', async () => {
    const { pipeline, folder, runs } = finishedTrial();
    const exported = fs.readFileSync(join(folder, 'results/trial.json'), 'utf8');
    const { exitStatus, out } = await pipeline('run', '--seeds', '7..8', '--jobs', '2');
    expect(exitStatus).toBe(0);
    expect(out).toContain('quick profile: 4 runs, 0 finished, 4 to make');
    expect(out).toMatch(
      /trial\/deep, validation loss, nats: expected \d\.\d{3} to \d\.\d{3}, new \d\.\d{3}, \d\.\d{3}\n/,
    );
    expect(filesOf(runs)).toHaveLength(8);
    expect(fs.readFileSync(join(folder, 'results/trial.json'), 'utf8')).toBe(exported);

    const record = readNewSeeds(fs.readFileSync(join(folder, 'results/new-seeds/trial.json'), 'utf8'), 'trial.json');
    expect(record.seeds).toEqual([7, 8]);
    expect(record.command).toBe('npm run pipeline -- run --only trial --profile quick --seeds 7..8');
    expect(record.comparisons).toHaveLength(6);
    expect(out).toContain(`trial, on the new seeds alone: ${record.verdict.outcome}. ${record.verdict.because}`);
    for (const { id, seed, fingerprint } of record.runs) {
      const run = JSON.parse(fs.readFileSync(join(runs, `${id}.json`), 'utf8')) as Run;
      expect([run.specification.seed, run.evaluations.at(-1)!.fingerprint]).toEqual([seed, fingerprint]);
    }
    const { inside, all } = countLanded(distinctComparisons([record]));
    expect(out).toContain(`${inside} of ${all} new values lie where 95 of 100 are expected`);
    expect((await pipeline('manifest')).exitStatus).toBe(0);
  });

  it('with seeds of its own keeps no record, and says which are not new', async () => {
    const { pipeline, folder } = finishedTrial();
    const { exitStatus, out } = await pipeline('run', '--seeds', '1..2', '--jobs', '2');
    expect(exitStatus).toBe(0);
    expect(out).toContain('trial: not compared; its own seeds are not new: 1\n');
    expect(fs.existsSync(join(folder, 'results/new-seeds'))).toBe(false);
  });

  it('with a new seed and no published ones to hold it against keeps no record', async () => {
    const { pipeline, folder } = trial({ experiments: [trialExperiment('trial')] });
    const { exitStatus, out } = await pipeline('run', '--seeds', '7', '--jobs', '2');
    expect(exitStatus).toBe(0);
    expect(out).toContain('trial/shallow: not compared; 2 published runs missing, a range takes two published seeds');
    expect(fs.existsSync(join(folder, 'results/new-seeds'))).toBe(false);
  });

  it('that is interrupted says how to go on, and goes on to the same bits', async () => {
    const slow = trialExperiment('slow');
    const interrupted = trial({ experiments: [slow], interruptAt: 'begins' });
    const first = await interrupted.pipeline('run', '--jobs', '2');
    expect(first.exitStatus).toBe(130);
    expect(first.out).toMatch(/Interrupted; what was done is kept\. To go on: npm run pipeline -- .*run --jobs 2/);
    expect(filesOf(interrupted.runs)).toEqual([]);
    const states = filesOf(join(interrupted.folder, 'work')).filter((name) => name.endsWith('state'));
    expect(states.length).toBeGreaterThan(0);
    expect((await interrupted.pipeline('status')).out).toMatch(/quick +0 of 4 runs done, \d begun, \d missing/);

    const again = trial({ experiments: [slow] });
    fs.cpSync(interrupted.folder, again.folder, { recursive: true });
    const second = await again.pipeline('run', '--jobs', '2');
    expect(second.exitStatus).toBe(0);
    expect(second.out).toMatch(/goes on from step \d+/);
    expect(filesOf(join(again.folder, 'work')).filter((name) => name.endsWith('state'))).toEqual([]);

    const uninterrupted = trial({ experiments: [slow] });
    await uninterrupted.pipeline('run', '--jobs', '2');
    expect(withoutExecution(again.json('trial.json'))).toEqual(withoutExecution(uninterrupted.json('trial.json')));
  });

  it('that fails names the run and the reason, keeps the others, and exits with 1', async () => {
    const experiments = [{ ...trialExperiment('diverges'), id: 'doomed' }, trialExperiment()];
    const { pipeline, runs, json } = finishedTrial({ experiments });
    const { exitStatus, out } = await pipeline('run');
    expect(exitStatus).toBe(1);
    expect(out).toMatch(
      /4 runs failed:\n {2}doomed\/shallow, seed 0 \([0-9a-f]{16}\): training diverged: the loss at step 1/,
    );
    expect(filesOf(runs)).toHaveLength(4);
    expect(json('trial.json')).toMatchObject({ experiment: 'trial' });
  });

  it('says so when the results cannot be written', async () => {
    const { pipeline, folder } = trial();
    fs.writeFileSync(join(folder, 'results'), 'a file');
    const { exitStatus, err } = await pipeline('run');
    expect(exitStatus).toBe(1);
    expect(err).toMatch(/^error: cannot read the folder .*: a file stands where a folder is needed/);
    expect(fs.readFileSync(join(folder, 'results'), 'utf8')).toBe('a file');
  });

  it('says so for each run whose state cannot be kept', async () => {
    const { pipeline, folder, runs } = trial();
    fs.writeFileSync(join(folder, 'work'), 'a file');
    const { exitStatus, out } = await pipeline('run');
    expect(exitStatus).toBe(1);
    expect(out).toMatch(
      /4 runs failed:\n {2}trial\/shallow, seed 0 \(\w+\): cannot read .*: a file stands where a folder/,
    );
    expect(filesOf(runs)).toEqual([]);
  });

  it.each<[string, (text: string) => string, RegExp]>([
    ['cut short', (text) => text.slice(0, 500), /ends in the middle: it was cut short/],
    ['empty', () => '', /the file is empty/],
    ['not JSON', (text) => `{${text}`, /not JSON/],
    [
      'of another schema version',
      (text) => text.replace(`"schemaVersion": ${SCHEMA_VERSION}`, `"schemaVersion": ${SCHEMA_VERSION + 1}`),
      /made by another version of this program: schema version \d+, this one reads \d+/,
    ],
    ['holding a seed that is no number', (text) => text.replace('"seed": 0', '"seed": "x"'), /specification\.seed/],
  ])('leaves a run file %s alone until told to replace it, and keeps it even then', async (_what, damage, message) => {
    const { pipeline, runs, folder } = finishedTrial();
    const file = join(
      runs,
      filesOf(runs).find((name) => fs.readFileSync(join(runs, name), 'utf8').includes('"seed": 0'))!,
    );
    const whole = fs.readFileSync(file, 'utf8');
    fs.writeFileSync(file, damage(whole));

    const refused = await pipeline('run');
    expect(refused.exitStatus).toBe(1);
    expect(refused.out).toMatch(message);
    expect(refused.out).toContain('npm run pipeline -- run --replace');
    expect(refused.out).toContain('trial: kept as it was exported before');
    expect(fs.readFileSync(file, 'utf8')).toBe(damage(whole));
    const shown = await pipeline('status');
    expect(shown.exitStatus).toBe(0);
    expect(shown.out).toMatch(/quick +3 of 4 runs done, 1 unreadable, 0 missing/);
    expect(shown.out).toMatch(message);

    const replaced = await pipeline('run', '--replace');
    expect(replaced.exitStatus).toBe(0);
    expect(withoutExecution(JSON.parse(fs.readFileSync(file, 'utf8')))).toEqual(withoutExecution(JSON.parse(whole)));
    const [kept] = filesOf(join(folder, 'work/set-aside'));
    expect(fs.readFileSync(join(folder, 'work/set-aside', kept!), 'utf8')).toBe(damage(whole));
  });
});

describe('export', () => {
  it('gives the same bytes from the same runs', async () => {
    const { pipeline, folder } = finishedTrial();
    const results = join(folder, 'results');
    const read = () =>
      filesOf(results)
        .filter((name) => name.endsWith('.json'))
        .map((name) => [name, fs.readFileSync(join(results, name), 'utf8')]);
    const before = read();
    await pipeline('export');
    expect(read()).toEqual(before);
  });

  it('writes the JSON Schemas beside the results, and an index of nothing where nothing is complete', async () => {
    const { pipeline, folder, json } = trial();
    const { exitStatus, out } = await pipeline('export');
    expect(exitStatus).toBe(0);
    expect(out).toBe('trial: not exported (quick: 4 of 4 runs missing, full: 6 of 6 runs missing)\n');
    expect(json('index.json')).toEqual({ schemaVersion: SCHEMA_VERSION, experiments: [] });
    expect(filesOf(join(folder, 'results/schema'))).toEqual([
      'analysis.schema.json',
      'experiment.schema.json',
      'index.schema.json',
      'new-seeds.schema.json',
      'run.schema.json',
    ]);
  });

  it('keeps what was exported when its runs are gone, and says so when it cannot be read', async () => {
    const { pipeline, folder, runs, json } = finishedTrial();
    const index = json('index.json');
    fs.rmSync(runs, { recursive: true });
    const kept = await pipeline('export');
    expect(kept.out).toContain('trial: kept as it was exported before (quick: 4 of 4 runs missing');
    expect(json('index.json')).toEqual(index);

    const file = join(folder, 'results/trial.json');
    fs.writeFileSync(file, '{"schemaVersion":');
    const damaged = await pipeline('export');
    expect(damaged.exitStatus).toBe(1);
    expect(damaged.out).toMatch(/trial\.json: the file ends in the middle/);
    expect(fs.readFileSync(file, 'utf8')).toBe('{"schemaVersion":');
    expect((await pipeline('status')).out).toMatch(/exported: unreadable[\s\S]*trial\.json: the file ends/);
  });
});
