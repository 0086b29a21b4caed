import { describe, expect, it } from 'vitest';
import type { Run } from '../../results/schema.ts';
import type { FromWorker, ToWorker } from './protocol.ts';
import type { Choice } from './runs.ts';
import { Session, type SessionParts, type WorkerLike } from './session.ts';
import { CHECKPOINT, evaluation, GROUP, kernelsRun, RUN, ready, SITE } from './verify.fixture.ts';

class FakeWorker implements WorkerLike {
  told: ToWorker[] = [];
  ended = false;
  onmessage: WorkerLike['onmessage'] = null;
  onerror: WorkerLike['onerror'] = null;
  postMessage(message: ToWorker) {
    this.told.push(message);
  }
  terminate() {
    this.ended = true;
  }
  say(message: FromWorker) {
    this.onmessage?.({ data: message } as MessageEvent<FromWorker>);
  }
}

const WHOLE = { from: 0, to: 20 };
const choice = { group: GROUP, run: GROUP.runs[0]! } as Choice;

function bench(parts: Partial<SessionParts> = {}) {
  const workers: FakeWorker[] = [];
  const addresses: string[] = [];
  const session = new Session({
    site: SITE,
    root: '/site/',
    createWorker: () => {
      workers.push(new FakeWorker());
      return workers.at(-1)!;
    },
    fetchText: async (address) => {
      addresses.push(address);
      return JSON.stringify(RUN);
    },
    readRun: async (text) => JSON.parse(text) as Run,
    onChange: () => {},
    ...parts,
  });
  return { session, workers, addresses };
}

describe('a session', () => {
  it('fetches the run, starts a worker, and ends it when all is proven', async () => {
    const { session, workers, addresses } = bench();
    await session.begin(choice, WHOLE);
    expect(addresses).toEqual([`/site/results/runs/${RUN.id}.json`]);
    const [worker] = workers as [FakeWorker];
    expect(worker.told).toEqual([
      { type: 'start', specification: RUN.specification, root: '/site/', from: null, until: 20 },
    ]);
    for (const message of [ready(), evaluation(0), evaluation(1)]) worker.say(message);
    expect(worker.ended).toBe(false);
    worker.say(evaluation(2));
    expect(session.state.phase).toBe('reached');
    expect(worker.ended).toBe(true);
  });

  it('keeps the worker at the end of a stretch, and ends it at the first difference', async () => {
    const { session, workers } = bench();
    await session.begin(choice, { from: 0, to: 10 });
    const [worker] = workers as [FakeWorker];
    for (const message of [ready(), evaluation(0), evaluation(1)]) worker.say(message);
    expect([session.state.phase, worker.ended]).toEqual(['reached', false]);
    session.continue(20);
    expect(worker.told.at(-1)).toEqual({ type: 'continue', until: 20 });
    worker.say(evaluation(2, { fingerprint: 'f'.repeat(64) }));
    expect([session.state.phase, worker.ended]).toEqual(['refuted', true]);
  });

  it('from a checkpoint tells the worker where it is and what was published before it', async () => {
    const { session, workers } = bench();
    await session.begin(choice, { from: 10, to: 20 });
    const [worker] = workers as [FakeWorker];
    expect(worker.told).toEqual([
      {
        ...{ type: 'start', specification: RUN.specification, root: '/site/', until: 20 },
        from: { step: 10, address: `/site/checkpoints/${RUN.id}/10.ftck`, before: [RUN.evaluations[0]] },
      },
    ]);
    for (const message of [ready({ checkpoint: CHECKPOINT.sha256 }), evaluation(1), evaluation(2)]) worker.say(message);
    expect([session.state.phase, session.state.proven, worker.ended]).toEqual(['reached', 2, true]);
  });

  it('refuses to begin where no checkpoint is published', async () => {
    const { session, workers } = bench();
    await session.begin(choice, { from: 15, to: 20 });
    expect(workers).toEqual([]);
    expect(session.state.problem!.message).toMatch(/No checkpoint of this run is published at step 15/);
  });

  it('says where the file is not the one the page was made from, and goes on', async () => {
    const { session, workers } = bench();
    const other = { ...choice, run: { ...choice.run, digest: '0'.repeat(16) } };
    await session.begin(other, WHOLE);
    expect(workers).toHaveLength(1);
    expect(session.state.checks[0]).toMatchObject({ about: 'file', published: '0'.repeat(16) });
  });

  it.each<[string, Partial<SessionParts>, RegExp]>([
    ['cannot be fetched', { fetchText: () => Promise.reject(new Error('404 for x')) }, /cannot be used: 404 for x\.$/],
    ['is of another run', { readRun: async () => kernelsRun(1) }, /holds run [0-9a-f]{16}\.$/],
    [
      'was made by other code',
      { site: { ...SITE, versions: { ...SITE.versions, engine: 'kernels/9' } } },
      /other versions of the code/,
    ],
  ])('fails without a worker where the run %s', async (_, parts, message) => {
    const { session, workers } = bench(parts);
    await session.begin(choice, WHOLE);
    expect(session.state.phase).toBe('failed');
    expect(session.state.problem!.message).toMatch(message);
    expect(workers).toEqual([]);
  });

  it('forgets what it was fetching when the reader stops or chooses another', async () => {
    let give = (_: string) => {};
    const { session, workers } = bench({ fetchText: () => new Promise((resolve) => (give = resolve)) });
    const begun = session.begin(choice, WHOLE);
    session.stop();
    give(JSON.stringify(RUN));
    await begun;
    expect(session.state.phase).toBe('idle');
    expect(workers).toEqual([]);
  });

  it('says so when the worker cannot be started, or dies', async () => {
    const { session, workers } = bench();
    await session.begin(choice, WHOLE);
    workers[0]!.onerror!({} as ErrorEvent);
    expect(session.state.problem!.message).toMatch(/could not be started/);
    await session.begin(choice, WHOLE);
    workers[1]!.say(ready());
    workers[1]!.onerror!({} as ErrorEvent);
    expect(session.state).toMatchObject({ phase: 'failed', problem: { message: expect.stringMatching(/has died/) } });
    expect(workers[1]!.ended).toBe(true);
  });
});
