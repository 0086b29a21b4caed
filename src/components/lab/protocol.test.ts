import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Evaluation } from '../../results/schema.ts';
import type { TrainingState } from '../../training/loop.ts';
import { type Action, type FromWorker, INITIAL, isActive, keptOf, type LabState, reduce } from './protocol.ts';
import type { Settings } from './state.ts';

const SETTINGS = { seed: 1 } as Settings;
const BEGIN: Action = { type: 'begin', settings: SETTINGS, totalSteps: 10, paused: false };
const evaluation = (step: number) => ({ step, validationLoss: 3 }) as Evaluation;
const message = (content: FromWorker): Action => ({ type: 'message', message: content });
const kept = (run: number, step: number) => {
  const state = { step, evaluations: [evaluation(0), evaluation(step)] } as unknown as TrainingState;
  return message({ run, type: 'kept', kept: { state, seconds: 0.5 } });
};
const failed = (run: number, kind: 'worker' | 'divergence') =>
  message({ run, type: 'failed', fault: { kind, message: 'gone', remedy: 'again' } });
const stateAfter = (...actions: Action[]): LabState => actions.reduce<LabState>(reduce, INITIAL);

const loaded = (run: number) => message({ run, type: 'ready', labels: ['a'], triggers: [], threads: 1 });
const steps = (run: number, ...losses: number[]) =>
  message({ run, type: 'steps', losses: Float32Array.from(losses), seconds: 1, tokensPerSecond: 100 });

describe('a live run', () => {
  it('loads, runs, and collects what the worker says in order', () => {
    const state = stateAfter(
      BEGIN,
      message({ run: 1, type: 'loading', what: 'corpus' }),
      loaded(1),
      message({ run: 1, type: 'evaluation', evaluation: evaluation(0) }),
      steps(1, 6, 5),
      steps(1, 4),
      message({ run: 1, type: 'finished' }),
    );
    expect(state).toMatchObject({ phase: 'finished', loading: 'corpus', live: { losses: [6, 5, 4], labels: ['a'] } });
    expect(state.live!.evaluations).toEqual([evaluation(0)]);
  });

  it('keeps the moments at which it was asked more, and after a death those up to the state that was kept', () => {
    const maps = Float32Array.of(1);
    const moment = (step: number) => [
      message({ run: 1, type: 'evaluation', evaluation: evaluation(step) }),
      message({ run: 1, type: 'attention', step, layers: 1, heads: 1, length: 1, maps }),
      message({ run: 1, type: 'measured', step, measures: { peak: step } }),
    ];
    const state = stateAfter(BEGIN, loaded(1), ...moment(0), ...moment(5), kept(1, 5), ...moment(9));
    expect(state.live!.moments.map(({ step, measures, attention }) => [step, measures.peak, attention.step])).toEqual([
      [0, 0, 0],
      [5, 5, 5],
      [9, 9, 9],
    ]);
    const again = reduce(reduce(state, failed(1, 'worker')), { type: 'continue' });
    expect(again.live!.moments.map(({ step }) => step)).toEqual([0, 5]);
  });

  it('stays paused when it was begun or paused before it had loaded', () => {
    expect(stateAfter({ ...BEGIN, paused: true }, loaded(1)).phase).toBe('paused');
    expect(stateAfter(BEGIN, { type: 'pause', by: 'hidden' }, loaded(1))).toMatchObject({
      phase: 'paused',
      pausedBy: 'hidden',
    });
  });

  it('ignores what comes late from a run that was stopped, reset or replaced', () => {
    const stopped = stateAfter(BEGIN, loaded(1), steps(1, 6), { type: 'stop' });
    expect(reduce(stopped, steps(1, 5))).toBe(stopped);
    const reset = stateAfter(BEGIN, loaded(1), { type: 'reset' });
    expect(reduce(reset, steps(1, 5))).toBe(reset);
    const second = stateAfter(BEGIN, loaded(1), { type: 'stop' }, BEGIN, loaded(2), steps(2, 7));
    expect(reduce(second, steps(1, 5)).live!.losses).toEqual([7]);
    expect(reduce(second, message({ run: 1, type: 'finished' })).phase).toBe('running');
  });

  it('keeps the curve of the run before for comparison, until reset', () => {
    const first = [0, 5].map((step) => message({ run: 1, type: 'evaluation', evaluation: evaluation(step) }));
    const second = stateAfter(BEGIN, loaded(1), ...first, { type: 'stop' }, BEGIN);
    expect(second.previous!.evaluations).toHaveLength(2);
    expect(reduce(second, { type: 'reset' })).toEqual({ ...INITIAL, run: 2 });
  });

  it('keeps what was learned when it fails, with the reason', () => {
    const fault = { kind: 'lost', message: 'gone', remedy: 'again' } as const;
    const state = stateAfter(BEGIN, loaded(1), steps(1, 6), message({ run: 1, type: 'failed', fault }));
    expect(state).toMatchObject({ phase: 'failed', fault, live: { losses: [6] } });
  });

  it('goes on, once it failed, from what was kept, and forgets what came after that', () => {
    const broken = [BEGIN, loaded(1), steps(1, 6, 5), kept(1, 2), steps(1, 4, 3), failed(1, 'worker')] as const;
    const state = stateAfter(...broken, { type: 'continue' });
    expect(state).toMatchObject({ run: 2, phase: 'loading', fault: null, previous: null });
    expect(state.live).toMatchObject({ losses: [6, 5], seconds: 0.5, labels: [], settings: SETTINGS });
    expect(state.live!.evaluations.map(({ step }) => step)).toEqual([0, 2]);
    expect(reduce(state, steps(1, 9))).toBe(state);
    // It may fail a second time before anything more was kept.
    expect(keptOf([loaded(2), steps(2, 4), failed(2, 'worker')].reduce(reduce, state))!.state.step).toBe(2);
  });

  it('does not go on where nothing was kept, where nothing failed, or where it would diverge again', () => {
    const dead = stateAfter(BEGIN, loaded(1), steps(1, 6), failed(1, 'worker'));
    const running = stateAfter(BEGIN, loaded(1), kept(1, 2));
    const diverged = reduce(running, failed(1, 'divergence'));
    const begun = stateAfter(BEGIN, loaded(1), kept(1, 2), failed(1, 'worker'), BEGIN, failed(2, 'worker'));
    for (const state of [INITIAL, dead, running, diverged, begun]) {
      expect(keptOf(state)).toBeNull();
      expect(reduce(state, { type: 'continue' })).toBe(state);
    }
  });

  it('has a run whenever it is active, and run numbers that never fall, in whatever order things happen', () => {
    const run = fc.integer({ min: 0, max: 3 });
    const anyAction: fc.Arbitrary<Action> = fc.oneof(
      fc.constant(BEGIN),
      fc.constantFrom<Action>({ type: 'pause', by: 'reader' }, { type: 'resume' }, { type: 'stop' }, { type: 'reset' }),
      fc.constant<Action>({ type: 'continue' }),
      run.map((number) => kept(number, 1)),
      run.map((number) => failed(number, 'worker')),
      run.map(loaded),
      run.map((number) => steps(number, 1)),
      run.map((number) => message({ run: number, type: 'evaluation', evaluation: evaluation(1) })),
      run.map((number) => message({ run: number, type: 'finished' })),
    );
    fc.assert(
      fc.property(fc.array(anyAction), (actions) => {
        let state: LabState = INITIAL;
        for (const action of actions) {
          const next = reduce(state, action);
          expect(next.run).toBeGreaterThanOrEqual(state.run);
          if (isActive(next)) expect(next.live).not.toBeNull();
          state = next;
        }
      }),
    );
  });
});
