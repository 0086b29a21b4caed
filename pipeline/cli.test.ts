import fs from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ExperimentResult, SCHEMA_VERSION } from '../src/results/schema.ts';
import { type TrialOptions, type TrialPipeline, trialExperiment, trialPipeline } from './cli.fixture.ts';

const made: TrialPipeline[] = [];
function trial(options?: TrialOptions): TrialPipeline {
  const pipeline = trialPipeline(options);
  made.push(pipeline);
  return pipeline;
}

/** The quick profile, run once for all tests that begin with finished runs; each gets a copy. */
let whole: TrialPipeline;
function finishedTrial(options?: TrialOptions): TrialPipeline {
  const pipeline = trial(options);
  fs.cpSync(whole.folder, pipeline.folder, { recursive: true });
  return pipeline;
}
beforeAll(async () => {
  whole = trialPipeline();
  await whole.pipeline('run', '--jobs', '2');
}, 120_000);
afterAll(() => whole.remove());
afterEach(() => {
  for (const pipeline of made.splice(0)) pipeline.remove();
});

const filesOf = (folder: string): string[] =>
  fs.existsSync(folder) ? fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort() : [];

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
    const [one, two] = [whole, trial()];
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
    expect(withoutExecution(one.json('trial.json'))).toEqual(withoutExecution(whole.json('trial.json')));
  });

  it('with new seeds compares them with the published ones and leaves what is exported as it is', async () => {
    const { pipeline, folder, runs } = finishedTrial();
    const exported = fs.readFileSync(join(folder, 'results/trial.json'), 'utf8');
    const { exitStatus, out } = await pipeline('run', '--seeds', '7..8', '--jobs', '2');
    expect(exitStatus).toBe(0);
    expect(out).toContain('quick profile: 4 runs, 0 finished, 4 to make');
    expect(out).toMatch(/trial\/deep, validationLoss: expected \d\.\d{3} to \d\.\d{3}, new \d\.\d{3}, \d\.\d{3}\n/);
    expect(out).toMatch(/\d+ of 12 new values lie where 95 of 100 are expected/);
    expect(filesOf(runs)).toHaveLength(8);
    expect(fs.readFileSync(join(folder, 'results/trial.json'), 'utf8')).toBe(exported);
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

describe('verify', () => {
  it('trains again and finds the same bits', async () => {
    const { pipeline, runs } = finishedTrial();
    const before = filesOf(runs);
    const { exitStatus, out } = await pipeline('verify', 'trial');
    expect(exitStatus).toBe(0);
    expect(out.match(/the same bits at 3 evaluations, to step 20/g)).toHaveLength(4);
    expect(filesOf(runs)).toEqual(before);
  });

  it('can stop early and take one run', async () => {
    const { pipeline, json } = finishedTrial();
    const [{ id }] = json('trial.json').runs as unknown as [{ id: string }];
    const { exitStatus, out } = await pipeline('verify', 'trial', '--run', id, '--to', '12');
    expect(exitStatus).toBe(0);
    expect(out.match(/the same bits at 2 evaluations, to step 10/g)).toHaveLength(1);
    expect((await pipeline('verify', 'trial', '--to', '0')).out).toContain('the same bits at 1 evaluation, to step 0');
    const unknown = await pipeline('verify', 'trial', '--run', '0123');
    expect(unknown.exitStatus).toBe(2);
    expect(unknown.err).toContain(`trial has no run "0123"; its runs are: ${id}`);
  });

  it('names the first evaluation that differs', async () => {
    const { pipeline, folder } = finishedTrial();
    const file = join(folder, 'results/trial.json');
    const result = JSON.parse(fs.readFileSync(file, 'utf8'));
    result.runs[0].evaluations[1].fingerprint = 'f'.repeat(64);
    result.runs[1].evaluations[2].validationLoss += 1;
    fs.writeFileSync(file, JSON.stringify(result));
    const { exitStatus, out } = await pipeline('verify', 'trial');
    expect(exitStatus).toBe(1);
    expect(out).toMatch(/DIFFERENT, first at step 10: fingerprint \w{12}… instead of f{12}…; the same up to step 0/);
    expect(out).toMatch(/DIFFERENT, first at step 20: the parameters are the same, but not what was measured/);
    expect(out.match(/the same bits/g)).toHaveLength(2);
  });

  it('draws runs at random, of one experiment or of all that are published', async () => {
    const { pipeline, json } = finishedTrial();
    const published = (json('trial.json').runs as unknown as { id: string }[]).map(({ id }) => id);
    const { exitStatus, out } = await pipeline('verify', '--sample', '3');
    expect(exitStatus).toBe(0);
    const drawn = [...out.matchAll(/run (\w+) \(seed \d\): the same bits at 3 evaluations/g)].map(([, id]) => id);
    expect(new Set(drawn).size).toBe(3);
    for (const id of drawn) expect(published).toContain(id);
    expect((await pipeline('verify', 'trial', '--sample', '1', '--to', '0')).out.match(/the same bits/g)).toHaveLength(
      1,
    );
    const many = await pipeline('verify', 'trial', '--sample', '9');
    expect(many.exitStatus).toBe(2);
    expect(many.err).toContain('--sample 9 is more than the 4 runs that are published');
    expect((await trial().pipeline('verify', '--sample', '1')).err).toContain('nothing is published to verify');
  });

  it('draws a stretch of each run at random', async () => {
    const { pipeline } = finishedTrial();
    const { exitStatus, out } = await pipeline('verify', 'trial', '--stretch', 'random');
    expect(exitStatus).toBe(0);
    expect(out.match(/the same bits at (2 evaluations, to step 10|3 evaluations, to step 20)/g)).toHaveLength(4);
  });

  it('computes the exports anew from runs, and names the first number that was touched up', async () => {
    const { pipeline, folder } = finishedTrial();
    const honest = await pipeline('verify', '--summaries');
    expect(honest.out).toBe('1 export: what runs and analyses give, byte by byte\n');
    expect(honest.exitStatus).toBe(0);

    const file = join(folder, 'results/trial.json');
    const text = fs.readFileSync(file, 'utf8');
    const altered = async (change: (result: ExperimentResult) => void) => {
      const result = JSON.parse(text);
      change(result);
      fs.writeFileSync(file, `${JSON.stringify(result, null, 1)}\n`);
      return pipeline('verify', 'trial', '--summaries');
    };
    const estimate = await altered(({ groups }) => {
      groups[1]!.series[2]!.measures['validationLoss']!.mean += 0.01;
    });
    expect(estimate.exitStatus).toBe(1);
    expect(estimate.out).toMatch(
      /trial: DIFFERENT, at groups\.1\.series\.2\.measures\.validationLoss\.mean: published \S+, computed again \S+/,
    );
    const verdict = await altered((result) => {
      result.verdict.outcome = 'not reproduced';
    });
    expect(verdict.out).toContain('at verdict.outcome: published "not reproduced", computed again "reproduced"');
    fs.writeFileSync(file, text.replace('\n', '\n '));
    expect((await pipeline('verify', '--summaries')).out).toContain('its spaces or the order of its keys');

    fs.writeFileSync(file, text);
    fs.rmSync(join(folder, 'results/runs', fs.readdirSync(join(folder, 'results/runs'))[0]!));
    expect((await pipeline('verify', '--summaries')).out).toContain('are not all there');
  });

  it('needs an exported result, made by the same versions of the code', async () => {
    const none = await trial().pipeline('verify', 'trial');
    expect(none.exitStatus).toBe(1);
    expect(none.err).toMatch(
      /trial has no exported result to verify; make it with `npm run pipeline -- run --only trial`/,
    );
    const newer = finishedTrial({ versions: { training: '2' } });
    const other = await newer.pipeline('verify', 'trial');
    expect(other.exitStatus).toBe(1);
    expect(other.err).toMatch(
      /made by other versions of the code: training 1 \(here 2\)\. Check out commit \S+ to verify/,
    );
    expect((await newer.pipeline('status')).out).toContain('4 runs of other versions or experiments; kept, not used.');
  });
});

describe('checkpoints', () => {
  const listOf = (folder: string): { run: string; step: number; bytes: number; sha256: string }[] =>
    JSON.parse(fs.readFileSync(join(folder, 'checkpoints/index.json'), 'utf8')).checkpoints;

  it('are published of the first run of every group, listed, and stretches begin at them', async () => {
    const { pipeline, folder, json } = finishedTrial();
    const made = await pipeline('checkpoints', 'trial');
    expect(made.exitStatus).toBe(0);
    expect(made.out).toContain('public/checkpoints: 2 checkpoints, 0.0 MB');
    const list = listOf(folder);
    const { groups } = json('trial.json') as unknown as ExperimentResult;
    expect(list.map(({ run }) => run).sort()).toEqual(groups.map(({ runs }) => runs[0]!).sort());
    expect(list.map(({ step }) => step)).toEqual([10, 10]);
    const manifest = JSON.stringify(json('manifest.json'));
    const [{ run, step, sha256 }] = list as [(typeof list)[number]];
    expect(manifest).toContain(`"path":"checkpoints/${run}/${step}.ftck"`);
    expect(manifest).toContain(sha256);
    expect((await pipeline('checkpoints', 'trial')).out).not.toContain('begins');

    const resumed = await pipeline('verify', 'trial', '--run', run, '--from', '10');
    expect(resumed.exitStatus).toBe(0);
    expect(resumed.out).toContain('the same bits at 2 evaluations, from the checkpoint of step 10 to step 20');
    const short = await pipeline('verify', 'trial', '--run', run, '--from', '10', '--to', '10');
    expect(short.out).toContain('the same bits at 1 evaluation, from the checkpoint of step 10 to step 10');
    const elsewhere = await pipeline('verify', 'trial', '--run', run, '--from', '15');
    expect(elsewhere.exitStatus).toBe(2);
    expect(elsewhere.err).toContain('has no checkpoint at step 15; a stretch of it can begin at: 0, 10.');
    expect((await pipeline('verify', 'trial', '--run', run, '--from', '10', '--to', '5')).err).toContain(
      '--to 5 is before --from 10',
    );
  });

  it('that were altered turn it red: by their hash, and by their parameters where the list was altered, too', async () => {
    const { pipeline, folder } = finishedTrial();
    await pipeline('checkpoints', 'trial');
    const { run, step } = listOf(folder)[0]!;
    const file = join(folder, `checkpoints/${run}/${step}.ftck`);
    const state = JSON.parse(fs.readFileSync(file, 'utf8'));
    state.parameters[0][1][0] += 0.5;
    fs.writeFileSync(file, JSON.stringify(state));
    const verified = () => pipeline('verify', 'trial', '--run', run, '--from', '10');
    const byHash = await verified();
    expect(byHash.exitStatus).toBe(1);
    expect(byHash.out).toMatch(/is not the file that is listed: SHA-256 [0-9a-f]{64}, listed [0-9a-f]{64}/);
    await pipeline('checkpoints');
    const byBits = await verified();
    expect(byBits.exitStatus).toBe(1);
    expect(byBits.out).toMatch(/DIFFERENT, first at step 10: fingerprint/);
  });

  it('are not made of a run whose fingerprints are others, and go with their run', async () => {
    const { pipeline, folder, runs } = finishedTrial();
    const file = join(folder, 'results/trial.json');
    const text = fs.readFileSync(file, 'utf8');
    const result: ExperimentResult = JSON.parse(text);
    const first = result.groups[0]!.runs[0]!;
    result.runs.find(({ id }) => id === first)!.evaluations[1]!.fingerprint = 'f'.repeat(64);
    fs.writeFileSync(file, JSON.stringify(result));
    const refused = await pipeline('checkpoints', 'trial');
    expect(refused.exitStatus).toBe(1);
    expect(refused.out).toContain('at step 10 it has other parameters than those published');
    const kept = listOf(folder);
    expect(kept.map(({ run }) => run)).toEqual([result.groups[1]!.runs[0]]);

    fs.writeFileSync(file, text);
    fs.rmSync(join(runs, `${kept[0]!.run}.json`));
    const listed = await pipeline('checkpoints');
    expect(listed.out).toContain(`checkpoints/${kept[0]!.run}: removed, since its run is published no more`);
    expect(listOf(folder)).toEqual([]);
  });
});
