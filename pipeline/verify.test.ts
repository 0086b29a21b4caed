/** `verify`, and the checkpoints at which it can begin. */
import fs from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ExperimentResult } from '../src/results/schema.ts';
import { filesOf, useTrials } from './trials.fixture.ts';

const { trial, finishedTrial } = useTrials();

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
