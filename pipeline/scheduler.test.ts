import { describe, expect, it } from 'vitest';
import { runFixture } from '../src/results/run.fixture.ts';
import { type Job, type Observer, type Outcome, runJobs } from './scheduler.ts';

const worker = new URL('./scheduler.fixture.mjs', import.meta.url);
const folders = { results: 'unused', work: 'unused' };

function jobThat(behaviour: string): Job {
  const { id, specification, versions } = runFixture();
  const label = `run: ${behaviour}`;
  return {
    run: { id, specification, versions, analyses: [], label },
    task: { kind: 'train', commit: '', analyses: [] },
    steps: 20,
    tokensPerStep: 32,
  };
}

function recorder(onStep: () => void = () => {}) {
  const said: string[] = [];
  const observer: Observer = {
    started: ({ run }) => said.push(`start ${run.label}`),
    step(_job, step, loss) {
      said.push(`step ${step} ${loss}`);
      onStep();
    },
    notice: (_job, text) => said.push(text),
    ended: ({ status }) => said.push(status),
  };
  return { said, observer };
}

const statuses = (outcomes: Outcome[]) => outcomes.map(({ status }) => status);

describe('runJobs', () => {
  it('tells what happens, in order', async () => {
    const { said, observer } = recorder();
    const jobs = [jobThat('finishes')];
    const outcomes = await runJobs({
      jobs,
      concurrency: 1,
      folders,
      worker,
      signal: new AbortController().signal,
      observer,
    });
    expect(outcomes).toEqual([{ job: jobs[0], status: 'finished', evaluations: [] }]);
    expect(said).toEqual(['start run: finishes', 'hello', 'step 1 2', 'finished']);
  });

  it('goes on with the others when a worker dies, and says how', async () => {
    const jobs = ['throws', 'exits', 'fails', 'finishes'].map(jobThat);
    const signal = new AbortController().signal;
    const outcomes = await runJobs({ jobs, concurrency: 2, folders, worker, signal, observer: recorder().observer });
    expect(statuses(outcomes)).toEqual(['failed', 'failed', 'failed', 'finished']);
    const messages = outcomes.map((outcome) => (outcome.status === 'failed' ? outcome.message : ''));
    expect(messages[0]).toBe('its worker died: out of luck');
    expect(messages[1]).toBe('its worker died without a word (exit code 7)');
    expect(messages[2]).toBe('training diverged');
  });

  it('stops running jobs and begins no other when interrupted', async () => {
    const controller = new AbortController();
    const { said, observer } = recorder(() => controller.abort());
    const jobs = ['waits', 'finishes'].map(jobThat);
    const outcomes = await runJobs({ jobs, concurrency: 1, folders, worker, signal: controller.signal, observer });
    expect(statuses(outcomes)).toEqual(['stopped', 'stopped']);
    expect(said).toEqual(['start run: waits', 'step 1 2', 'stopped']);
  });

  it('says so when the worker cannot be loaded', async () => {
    const signal = new AbortController().signal;
    const missing = new URL('./no-such-worker.mjs', import.meta.url);
    const options = { concurrency: 1, folders, worker: missing, signal, observer: recorder().observer };
    const [outcome] = await runJobs({ jobs: [jobThat('finishes')], ...options });
    expect(outcome).toMatchObject({
      status: 'failed',
      message: expect.stringMatching(/its worker died: Cannot find module/),
    });
  });

  it('begins nothing when interrupted before', async () => {
    const signal = AbortSignal.abort();
    const { said, observer } = recorder();
    const outcomes = await runJobs({ jobs: [jobThat('throws')], concurrency: 1, folders, worker, signal, observer });
    expect([statuses(outcomes), said]).toEqual([['stopped'], []]);
  });

  it('runs no more at a time than asked for', async () => {
    let running = 0;
    let most = 0;
    const observer: Observer = {
      ...recorder().observer,
      started: () => {
        running++;
        most = Math.max(most, running);
      },
      ended: () => running--,
    };
    const jobs = Array.from({ length: 5 }, () => jobThat('finishes'));
    await runJobs({ jobs, concurrency: 2, folders, worker, signal: new AbortController().signal, observer });
    expect(most).toBe(2);
  });
});
