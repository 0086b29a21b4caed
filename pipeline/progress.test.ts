import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runFixture } from '../src/results/run.fixture.ts';
import { duration, ProgressDisplay, type Terminal } from './progress.ts';
import type { Job } from './scheduler.ts';

function jobNamed(label: string): Job {
  const { id, specification, versions } = runFixture();
  return {
    run: { id, specification, versions, analyses: [], label },
    task: { kind: 'train', commit: '', analyses: [] },
    steps: 100,
    tokensPerStep: 32,
  };
}

function terminal(isTTY: boolean): Terminal & { text: string } {
  return {
    text: '',
    isTTY,
    columns: 200,
    write(text: string) {
      this.text += text;
    },
  };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const now = () => Date.now() - start;
let start = 0;
beforeEach(() => {
  start = Date.now();
});

describe('ProgressDisplay', () => {
  it('writes plain lines at a humane rate when not on a terminal', () => {
    const out = terminal(false);
    const [first, second] = [jobNamed('a, seed 0'), jobNamed('a, seed 1')];
    const display = new ProgressDisplay([first, second], out, now);
    display.started(first);
    display.step(first, 10, 4);
    vi.advanceTimersByTime(10_000);
    display.step(first, 60, 3.21098);
    expect(out.text).toBe('begins    a, seed 0\n');
    vi.advanceTimersByTime(10_000);
    // 50 steps of 32 tokens in 10 s; 40 steps left of this job and 100 of the other.
    expect(out.text.split('\n').slice(1)).toEqual([
      ' 60 %  a, seed 0: loss 3.211, 160 tokens/s, 8 s left (step 60/100)',
      ' 30 %  0 of 2 runs ended, 160 tokens/s, 28 s left',
      '',
    ]);
    expect(out.text).not.toContain('\u001b');
    display.ended({ job: first, status: 'finished', evaluations: [] });
    display.close();
    expect(out.text).toMatch(/finished {2}a, seed 0\n$/);
  });

  it('redraws its lines on a terminal and leaves none of them behind', () => {
    const out = terminal(true);
    const job = jobNamed('a, seed 0');
    const display = new ProgressDisplay([job], out, now);
    display.started(job);
    vi.advanceTimersByTime(250);
    expect(out.text).toBe('  0 %  a, seed 0: getting ready (step 0/100)\n  0 %  0 of 1 runs ended, - tokens/s\n');
    vi.advanceTimersByTime(250);
    expect(out.text).toContain('\u001b[2A\u001b[0J');
    display.ended({ job, status: 'failed', message: 'the disk is full' });
    display.close();
    expect(out.text).toMatch(/failed {4}a, seed 0: the disk is full\n$/);
    const before = out.text;
    vi.advanceTimersByTime(60_000);
    expect(out.text).toBe(before);
  });

  it('counts what a stopped run has left as left', () => {
    const out = terminal(true);
    const [first, second] = [jobNamed('a, seed 0'), jobNamed('a, seed 1')];
    const display = new ProgressDisplay([first, second], out, now);
    display.started(first);
    display.started(second);
    display.step(first, 50, 3);
    display.ended({ job: first, status: 'stopped' });
    vi.advanceTimersByTime(250);
    expect(out.text).toMatch(/ 25 % {2}1 of 2 runs ended, - tokens\/s\n$/);
    display.close();
  });

  it('takes a terminal that does not know its width for one of 80 columns', () => {
    const out = terminal(true);
    out.columns = 0;
    const display = new ProgressDisplay([jobNamed('a, seed 0')], out, now);
    display.started(jobNamed(`${'a'.repeat(100)}, seed 0`));
    vi.advanceTimersByTime(250);
    expect(out.text.split('\n')[0]).toHaveLength(79);
    display.close();
  });

  it('cuts lines to the width of the terminal, so that erasing takes them all', () => {
    const out = terminal(true);
    out.columns = 30;
    const job = jobNamed('a rather long label, seed 0');
    const display = new ProgressDisplay([job], out, now);
    display.started(job);
    vi.advanceTimersByTime(250);
    for (const line of out.text.split('\n')) expect(line.length).toBeLessThan(30);
    display.close();
  });
});

describe('duration', () => {
  it.each([
    [0.4, '0 s'],
    [59.4, '59 s'],
    [59.6, '1 min 0 s'],
    [125, '2 min 5 s'],
    [11_520, '3 h 12 min'],
  ])('of %d s reads %s', (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });
});
