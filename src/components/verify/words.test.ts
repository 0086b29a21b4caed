import { describe, expect, it } from 'vitest';
import type { ExperimentResult } from '../../results/schema.ts';
import { receiptOf } from './receipt.ts';
import { digestOf, findRun, runsOf } from './runs.ts';
import { defaultEnd, endsOf, expectedSeconds, nextStretch, randomStretch } from './stretches.ts';
import { IDLE } from './verification.ts';
import { CHECKPOINT, evaluation, FILES, kernelsRun, RUN, ready, SITE, stateAfter } from './verify.fixture.ts';
import { checkInWords, statusOf, verdictOf } from './words.ts';

const OTHER = 'f'.repeat(64);
const progress = { type: 'progress', step: 5, seconds: 2, tokensPerSecond: 4567 } as const;

describe('the words', () => {
  it('of what goes on', () => {
    expect(statusOf(IDLE, 7)).toMatch(/^It will take 7 seconds or so/);
    expect(statusOf(stateAfter([]), 7)).toMatch(/text/);
    expect(statusOf(stateAfter([ready(), evaluation(0)]), 7)).toBe('Training the first steps …');
    const running = stateAfter([ready(), evaluation(0), progress]);
    expect(statusOf(running, 3)).toBe('Step 5 of 20 · 4,600 tokens a second on 2 threads · 3 seconds left');
    expect(statusOf(stateAfter([ready(), progress, { type: 'stop' }]), 3)).toBe('Stopped at step 5 of 20.');
  });

  it('of what was found', () => {
    expect(verdictOf(stateAfter([ready()]))).toBe('');
    expect(verdictOf(stateAfter([ready(), evaluation(0), evaluation(1)]))).toMatch(
      /^Verified 2 of 3 evaluations, to step 10: /,
    );
    expect(verdictOf(stateAfter([ready(), evaluation(0), evaluation(1), evaluation(2)]))).toMatch(
      /^Verified 3 of 3 evaluations: every parameter has the bits that were published\.$/,
    );
    expect(verdictOf(stateAfter([ready({ kernels: OTHER }), evaluation(0)]))).toMatch(
      /But it was not made with the published files/,
    );
    expect(verdictOf(stateAfter([ready(), evaluation(0), evaluation(1, { fingerprint: OTHER })]))).toMatch(
      /^Differs at step 10: .* Verified 1 of 3 evaluations before it\.$/,
    );
    expect(verdictOf(stateAfter([ready(), evaluation(0, { fingerprint: OTHER })]))).toMatch(
      /Nothing was the same before it/,
    );
    expect(verdictOf(stateAfter([ready(), evaluation(0), { type: 'diverged', step: 7 }]))).toMatch(
      /here training broke/,
    );
  });

  it('of a file that is another', () => {
    expect(checkInWords({ about: 'text', published: 'a', here: 'a' })).toMatch(/is the one/);
    expect(checkInWords({ about: 'text', published: 'a', here: 'b' })).toMatch(/is not the one/);
  });
});

describe('a receipt', () => {
  const circumstances = { site: SITE, address: 'https://x/', userAgent: 'Browser/1', date: new Date(0) };
  const receipt = (...messages: Parameters<typeof stateAfter>[0]) => receiptOf(stateAfter(messages), circumstances);

  it('is given of what was compared, and of nothing else', () => {
    expect(receipt(ready())).toBeNull();
    expect(receipt(ready(), evaluation(0), evaluation(1))).toMatchObject({
      ...{ outcome: 'verified in part', run: RUN.id, verifiedToStep: 10, evaluationsVerified: 2, evaluations: 3 },
      ...{ file: `https://x/results/runs/${RUN.id}.json`, date: '1970-01-01T00:00:00.000Z', difference: null },
      ...{ site: { version: '1.2.3', commit: SITE.commit }, browser: { userAgent: 'Browser/1', threads: 2 } },
      fingerprints: RUN.evaluations.slice(0, 2).map(({ step, fingerprint }) => ({ step, fingerprint })),
    });
  });

  it('of a stretch from a checkpoint says where that began and that it is no whole run', () => {
    const messages = [ready({ checkpoint: CHECKPOINT.sha256 }), evaluation(1), evaluation(2)];
    const given = receiptOf(stateAfter(messages, { from: 10 }), circumstances)!;
    expect(given).toMatchObject({
      ...{ outcome: 'verified in part', verifiedFromStep: 10, verifiedToStep: 20, evaluationsVerified: 2 },
      checkpoint: { step: 10, file: `https://x/checkpoints/${RUN.id}/10.ftck`, sha256: CHECKPOINT.sha256 },
    });
    expect(given.summary).toMatch(/^Verified 2 of 3 evaluations, from the checkpoint of step 10 to step 20: /);
    expect(given.fingerprints.map(({ step }) => step)).toEqual([10, 20]);
    expect(receipt(ready(), evaluation(0))).toMatchObject({ checkpoint: null, verifiedFromStep: 0 });
  });

  it('tells the four outcomes apart', () => {
    const all = [evaluation(0), evaluation(1), evaluation(2)];
    expect(receipt(ready(), ...all)!.outcome).toBe('verified');
    expect(receipt(ready({ tokenizer: OTHER }), ...all)!.outcome).toBe('files differ');
    const different = receipt(ready(), evaluation(0, { fingerprint: OTHER }))!;
    expect(different).toMatchObject({ outcome: 'different', verifiedToStep: null, fingerprints: [] });
    expect(different.difference!.here).toBe(OTHER);
  });
});

describe('stretches', () => {
  const timed = { steps: 1000, every: 100, tokensPerStep: 100, tokensPerSecond: 1000 };

  it('go over evaluations, evenly thinned, the last among them', () => {
    expect(endsOf(timed, 0)).toEqual([100, 200, 300, 400, 500, 600, 700, 800, 900, 1000]);
    const many = endsOf({ ...timed, every: 9 }, 0);
    expect(many.length).toBeLessThanOrEqual(12);
    expect(many.at(-1)).toBe(1000);
    expect(many.slice(0, -1).every((step) => step % 9 === 0)).toBe(true);
  });

  it('are the whole run where that takes under a minute, else what a minute allows, at least the first', () => {
    expect(expectedSeconds(timed, 1000, 1)).toBe(100);
    expect(defaultEnd(timed, 0, 1)).toBe(600);
    expect(defaultEnd(timed, 500, 1)).toBe(1000);
    expect(defaultEnd(timed, 0, 2)).toBe(1000);
    expect(defaultEnd(timed, 0, 0.01)).toBe(100);
    expect(defaultEnd(timed, 900, 0.01)).toBe(1000);
  });

  it('go on to the one chosen, or the next', () => {
    expect(nextStretch(timed, 300, 800)).toBe(800);
    expect(nextStretch(timed, 300, 300)).toBe(400);
    expect(nextStretch(timed, 1000, 100)).toBe(1000);
  });

  it('drawn at random come to every evaluation, from the last checkpoint before it', () => {
    const seen = new Set<string>();
    for (let i = 0; i < 400; i++) {
      const { from, to } = randomStretch(timed, { checkpoints: [{ step: 500, bytes: 1, sha256: '' }] });
      seen.add(`${from}-${to}`);
    }
    const ends = endsOf(timed, 0);
    expect([...seen].sort()).toEqual(ends.map((to) => `${to > 500 ? 500 : 0}-${to}`).sort());
  });
});

describe('the runs of an experiment', () => {
  const runs = [RUN, kernelsRun(1)];
  const group = { id: 'base', label: 'Base', runs: runs.map(({ id }) => id) };
  const result = (groups: object[]) =>
    ({
      experiment: 'e',
      title: 'E',
      groups,
      runs,
      corpora: [{ id: 'web', sha256: FILES.text }],
    }) as unknown as ExperimentResult;

  it('are listed by group and found by their id, in the experiment asked for first', () => {
    const list = runsOf(
      result([group]),
      () => FILES.tokenizer,
      (run) => (run === RUN.id ? [{ run, ...CHECKPOINT }] : []),
    );
    expect(list.groups[0]).toMatchObject({ label: 'Base', steps: 20, every: 10, tokensPerStep: 32, text: FILES.text });
    expect(list.groups[0]!.runs.map(({ id, seed }) => [id, seed])).toEqual(runs.map(({ id }, seed) => [id, seed]));
    expect(list.groups[0]!.runs.map(({ checkpoints }) => checkpoints)).toEqual([[CHECKPOINT], []]);
    const other = { ...list, experiment: 'f' };
    expect(findRun([other, list], runs[1]!.id, 'e')).toMatchObject({
      experiment: { experiment: 'e' },
      run: { seed: 1 },
    });
    expect(findRun([other, list], runs[1]!.id, null)!.experiment).toBe(other);
    expect(findRun([list], 'no such run', 'e')).toBeNull();
  });

  it('of groups with the same label are told apart', () => {
    const list = runsOf(
      result([group, { ...group, id: 'again' }]),
      () => '',
      () => [],
    );
    expect(list.groups.map(({ label }) => label)).toEqual(['Base (base)', 'Base (again)']);
  });

  it('have a digest that changes with any number of the file, and with nothing else', () => {
    const reordered = Object.fromEntries(Object.entries(RUN).reverse()) as typeof RUN;
    expect(digestOf(reordered)).toBe(digestOf(RUN));
    const execution = { ...RUN.execution, seconds: RUN.execution.seconds + 1 };
    expect(digestOf({ ...RUN, execution })).not.toBe(digestOf(RUN));
  });
});
