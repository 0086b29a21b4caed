import { describe, expect, it, vi } from 'vitest';
import { specificationFixture } from '../../results/run.fixture.ts';
import { plansAs } from './plan.ts';
import type { FromWorker, ToWorker } from './protocol.ts';
import { Session, type WorkerLike } from './session.ts';
import { settingsOf } from './state.ts';

const SETTINGS = settingsOf(specificationFixture);

class FakeWorker implements WorkerLike {
  onmessage: WorkerLike['onmessage'] = null;
  onerror: WorkerLike['onerror'] = null;
  told: ToWorker[] = [];
  terminated = false;
  postMessage(message: ToWorker) {
    this.told.push(message);
  }
  terminate() {
    this.terminated = true;
  }
  say(data: FromWorker) {
    this.onmessage?.({ data } as MessageEvent<FromWorker>);
  }
}

function page(twoReadings?: boolean) {
  const workers: FakeWorker[] = [];
  const session = new Session({
    planOf: plansAs({ specification: specificationFixture, tokensPerSecond: 1e6 }),
    root: '/',
    processors: 8,
    createWorker() {
      const worker = new FakeWorker();
      workers.push(worker);
      return worker;
    },
    onChange() {},
    ...(twoReadings === undefined ? {} : { twoReadings }),
  });
  return { session, workers, told: (index: number) => workers[index]!.told.map(({ type }) => type) };
}

describe('a session', () => {
  it('makes no worker before something is started', () => {
    const { session, workers } = page();
    session.pause('hidden');
    session.resume();
    session.stop();
    session.reset();
    expect(workers).toHaveLength(0);
    expect(session.state.phase).toBe('idle');
  });

  it('asks for two readings where the page wants them, and else for none', () => {
    for (const [wanted, told] of [
      [true, true],
      [undefined, false],
    ] as const) {
      const { session, workers } = page(wanted);
      session.begin(SETTINGS);
      expect(workers[0]!.told[0]).toMatchObject({ type: 'start', twoReadings: told });
    }
  });

  it('begins with a single step where there is no run, and stays paused', () => {
    const { session, told, workers } = page();
    session.step(SETTINGS);
    session.step(SETTINGS);
    expect(told(0)).toEqual(['start', 'step', 'step']);
    expect(workers[0]!.told[0]).toMatchObject({ paused: true, run: 1 });
    expect(session.state.phase).toBe('paused');
  });

  it('uses the worker again once it is free, and ends one that is still busy', () => {
    const { session, workers, told } = page();
    session.begin(SETTINGS);
    session.stop();
    workers[0]!.say({ run: 1, type: 'stopped' });
    session.begin(SETTINGS);
    expect(told(0)).toEqual(['start', 'stop', 'start']);
    session.stop();
    session.begin(SETTINGS);
    expect(workers.map(({ terminated }) => terminated)).toEqual([true, false]);
    expect(workers[1]!.told[0]).toMatchObject({ type: 'start', run: 3 });
  });

  it('does not trust a worker whose run failed with another', () => {
    const { session, workers } = page();
    session.begin(SETTINGS);
    workers[0]!.say({ run: 1, type: 'failed', fault: { kind: 'lost', message: 'gone', remedy: 'again' } });
    expect(session.state).toMatchObject({ phase: 'failed', fault: { kind: 'lost' } });
    session.begin(SETTINGS);
    expect(workers.map(({ terminated }) => terminated)).toEqual([true, false]);
  });

  it('says what to do when a worker cannot be made or does not load', () => {
    const { session } = page();
    session.parts.createWorker = () => {
      throw new Error('SecurityError');
    };
    session.begin(SETTINGS);
    expect(session.state).toMatchObject({ phase: 'failed', fault: { kind: 'worker' } });

    const second = page();
    second.session.begin(SETTINGS);
    second.workers[0]!.onerror?.({ message: 'not found' } as ErrorEvent);
    expect(second.session.state.fault).toMatchObject({
      kind: 'worker',
      message: expect.stringContaining('not found'),
      remedy: expect.stringContaining('Reload'),
    });
  });

  it('takes a worker for dead that answers no more, and none that answers or has been paused', () => {
    vi.useFakeTimers();
    try {
      const { session, workers, told } = page();
      session.begin(SETTINGS);
      workers[0]!.say({ run: 1, type: 'ready', labels: ['a'], triggers: [], threads: 1 });
      for (let minute = 0; minute < 5; minute++) {
        vi.advanceTimersByTime(59_000);
        workers[0]!.say({ run: 1, type: 'alive' });
      }
      expect(told(0)).toContain('ping');
      session.pause('reader');
      vi.advanceTimersByTime(600_000);
      expect(session.state.phase).toBe('paused');
      session.resume();
      vi.advanceTimersByTime(55_000);
      expect(session.state.phase).toBe('running');
      vi.advanceTimersByTime(120_000);
      expect(session.state).toMatchObject({
        phase: 'failed',
        fault: { kind: 'worker', message: expect.stringContaining('not been heard of') },
      });
      expect(workers[0]!.terminated).toBe(true);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it('goes on to an evaluation of a run that it begins for it', () => {
    const { session, told } = page();
    session.advance(SETTINGS);
    expect(told(0)).toEqual(['start', 'advance']);
    expect(session.state.phase).toBe('paused');
  });
});
