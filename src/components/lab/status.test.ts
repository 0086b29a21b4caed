import { describe, expect, it } from 'vitest';
import { runFixture } from '../../results/run.fixture.ts';
import type { ExperimentResult } from '../../results/schema.ts';
import type { TrainingState } from '../../training/loop.ts';
import { type Fault, INITIAL, type LabState, type LiveRun } from './protocol.ts';
import { publishedGroup } from './published.ts';
import { retrace, retraceInWords } from './retrace.ts';
import { settingsOf } from './state.ts';
import { inWords, statusOf } from './status.ts';

const runs = [runFixture(0), runFixture(1)];
const group = { id: 'base', label: 'Base', runs: runs.map(({ id }) => id), series: [] };
const published = publishedGroup({ experiment: 'e', groups: [group], runs } as unknown as ExperimentResult, 'base');
const settings = settingsOf(published.specification);

function liveRun(change: Partial<LiveRun> = {}): LiveRun {
  return {
    ...{ settings, totalSteps: 1200, losses: new Array(300).fill(3), evaluations: [], attention: null },
    ...{
      agreement: null,
      kept: null,
      moments: [],
      triggers: [],
      labels: ['a'],
      threads: 1,
      seconds: 60,
      tokensPerSecond: 8234,
      ...change,
    },
  };
}

const kept = { state: { step: 1000 } as TrainingState, seconds: 50 };
const failed = (kind: Fault['kind']): Partial<LabState> => ({
  ...{ phase: 'failed', live: liveRun({ kept }), fault: { kind, message: 'Gone.', remedy: 'Start again.' } },
});
const state = (change: Partial<LabState>): LabState => ({ ...INITIAL, live: liveRun(), ...change });

describe('the status line', () => {
  it.each<[Partial<LabState>, string]>([
    [{ phase: 'idle', live: null }, 'Ready. A run takes 2 minutes or so.'],
    [{ phase: 'loading', loading: 'corpus' }, 'Fetching and reading the text …'],
    [{ phase: 'running' }, 'Step 300 of 1,200 · 8,200 tokens a second · 3 minutes left'],
    [
      { phase: 'running', live: liveRun({ threads: 2 }) },
      'Step 300 of 1,200 · 8,200 tokens a second on 2 threads · 3 minutes left',
    ],
    [{ phase: 'running', live: liveRun({ losses: [] }) }, 'Measuring the model before its first step …'],
    [{ phase: 'paused', live: liveRun({ labels: [] }) }, 'Fetching and reading the text …'],
    [{ phase: 'loading', loading: 'library' }, 'Loading TensorFlow.js and comparing it with the kernels …'],
    [{ phase: 'paused' }, 'Paused at step 300 of 1,200.'],
    [
      { phase: 'paused', pausedBy: 'hidden' },
      'Paused at step 300 of 1,200 because this tab was hidden; it goes on when you come back.',
    ],
    [{ phase: 'stopped' }, 'Stopped at step 300 of 1,200. Start begins again from the first step.'],
    [{ phase: 'finished' }, 'Done: 300 steps in 60 seconds.'],
    [{ phase: 'failed', fault: { kind: 'lost', message: 'Gone.', remedy: 'Start again.' } }, 'Gone. Start again.'],
    [failed('worker'), 'Gone. Start again. Or continue from step 1,000, whose state was kept.'],
    [failed('divergence'), 'Gone. Start again.'],
  ])('says of %o: %s', (change, expected) => {
    expect(statusOf(state(change), 120)).toBe(expected);
  });

  it('gives times as one would say them', () => {
    expect([0.2, 1, 89, 100, 5399, 5400, 12_000].map(inWords)).toEqual([
      ...['1 second', '1 second', '89 seconds', '2 minutes', '90 minutes', '1.5 hours', '3.3 hours'],
    ]);
  });
});

describe('retracing a published run', () => {
  const evaluations = runs[1]!.evaluations;
  const seed1 = { ...settings, seed: 1 };

  it('is found when every fingerprint agrees', () => {
    const half = retrace(liveRun({ settings: seed1, evaluations: evaluations.slice(0, 2) }), published);
    expect(half).toEqual({ kind: 'same', seed: 1, evaluations: 2, complete: false });
    const whole = retrace(liveRun({ settings: seed1, evaluations }), published);
    expect(retraceInWords(whole)).toContain('at all 3 evaluations');
  });

  it('is denied from the first fingerprint that differs', () => {
    const other = evaluations.map((evaluation, index) =>
      index === 1 ? { ...evaluation, fingerprint: 'f'.repeat(64) } : evaluation,
    );
    const finding = retrace(liveRun({ settings: seed1, evaluations: other }), published);
    expect(finding).toEqual({ kind: 'apart', seed: 1, step: 10, sameDevice: true });
    expect(retraceInWords(finding)).toContain('from step 10 on: this browser');
    const otherDevice = { ...seed1, device: 'webgl' } as const;
    const elsewhere = retrace(liveRun({ settings: otherDevice, evaluations: other }), published);
    expect(retraceInWords(elsewhere)).toContain('computed by other means');
  });

  it('is not spoken of for another model, an unpublished seed, or before the first evaluation', () => {
    const none = { kind: 'none' };
    expect(retrace(liveRun({ settings: { ...seed1, layers: 3 }, evaluations }), published)).toEqual(none);
    expect(retrace(liveRun({ settings: { ...settings, seed: 99 }, evaluations }), published)).toEqual(none);
    expect(retrace(liveRun({ settings: seed1 }), published)).toEqual(none);
    expect(retrace(null, published)).toEqual(none);
    expect(retraceInWords({ kind: 'none' })).toBe('');
  });
});
