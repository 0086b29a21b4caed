import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FromWorker } from './protocol.ts';
import {
  canContinue,
  IDLE,
  isAtEnd,
  isComplete,
  isSound,
  provenEvaluations,
  provenStep,
  reduce,
} from './verification.ts';
import { CHECKPOINT, evaluation, FILES, RUN, ready, stateAfter } from './verify.fixture.ts';

const honest = [ready(), evaluation(0), evaluation(1), evaluation(2)];
const OTHER = 'f'.repeat(64);

describe('a verification', () => {
  it('of an honest run is proven evaluation by evaluation, to its end', () => {
    expect(stateAfter(honest.slice(0, 1))).toMatchObject({ phase: 'running', proven: 0, threads: 2 });
    expect(stateAfter(honest.slice(0, 3))).toMatchObject({ phase: 'running', proven: 2, step: 10 });
    const end = stateAfter(honest);
    expect(end).toMatchObject({ phase: 'reached', proven: 3, step: 20, difference: null });
    expect([isComplete(end), isSound(end), provenStep(end), canContinue(end)]).toEqual([true, true, 20, false]);
  });

  it('rests at the end of a stretch and goes on to the next', () => {
    const rests = stateAfter(honest.slice(0, 3), { until: 10 });
    expect(rests.phase).toBe('reached');
    expect([isComplete(rests), canContinue(rests), provenStep(rests)]).toEqual([false, true, 10]);
    const further = reduce(rests, { type: 'continue', until: 20 });
    expect(further).toMatchObject({ phase: 'running', until: 20, proven: 2 });
    expect(isComplete(reduce(further, { type: 'message', message: honest[3]! }))).toBe(true);
  });

  it('is refuted by the first fingerprint that differs, with both, and listens no longer', () => {
    const refuted = stateAfter([ready(), evaluation(0), evaluation(1, { fingerprint: OTHER }), evaluation(2)]);
    expect(refuted).toMatchObject({ phase: 'refuted', proven: 1, step: 10 });
    const published = RUN.evaluations[1]!.fingerprint;
    expect(refuted.difference).toEqual({ kind: 'fingerprint', step: 10, published, here: OTHER });
    expect([isSound(refuted), provenStep(refuted), canContinue(refuted)]).toEqual([false, 0, false]);
  });

  it('is refuted by a measure that differs though the parameters do not', () => {
    const refuted = stateAfter([ready(), evaluation(0, { sinkRate: { '0.3': 0.5, '0.8': 0 } })]);
    const difference = {
      kind: 'measure',
      name: 'sinkRate',
      published: '{"0.3":0,"0.8":0}',
      here: '{"0.3":0.5,"0.8":0}',
    };
    expect(refuted.difference).toMatchObject(difference);
  });

  it('takes no offence at digits that the published file does not carry', () => {
    const { validationLoss } = RUN.evaluations[0]!;
    expect(stateAfter([ready(), evaluation(0, { validationLoss: validationLoss * (1 + 1e-9) })]).proven).toBe(1);
  });

  it('is refuted when training breaks here', () => {
    const broken = stateAfter([ready(), evaluation(0), { type: 'diverged', step: 7 }]);
    expect(broken).toMatchObject({ phase: 'refuted', step: 7, difference: { kind: 'divergence', step: 10 } });
    expect(broken.difference!.here).toContain('step 7');
  });

  it('remembers files that are not the published ones, and is not sound with them', () => {
    const state = stateAfter([ready({ text: OTHER }), evaluation(0), evaluation(1), evaluation(2)]);
    expect(isComplete(state)).toBe(true);
    expect(isSound(state)).toBe(false);
    expect(state.checks.map(({ about, published, here }) => [about, published === here])).toEqual([
      ['file', true],
      ['text', false],
      ['tokenizer', true],
      ['kernels', true],
    ]);
  });

  it('counts the step that was under way when the reader stopped it', () => {
    const stopped = stateAfter([ready(), evaluation(0), { type: 'stop' }]);
    expect(stopped.phase).toBe('stopped');
    expect(reduce(stopped, { type: 'message', message: evaluation(1) })).toMatchObject({ phase: 'stopped', proven: 2 });
    const differs = evaluation(1, { fingerprint: OTHER });
    expect(reduce(stopped, { type: 'message', message: differs }).phase).toBe('refuted');
    expect(reduce(stopped, { type: 'continue', until: 20 })).toMatchObject({ phase: 'running', proven: 1 });
  });

  it('that has not begun to train is given up by Stop', () => {
    expect(stateAfter([{ type: 'stop' }])).toEqual(IDLE);
    expect(stateAfter([{ type: 'stop' }, ready(), evaluation(0)])).toEqual(IDLE);
  });

  it('tells what went wrong, and begins anew with nothing of the old', () => {
    const problem = { message: 'Gone.', remedy: 'Try again.' };
    const failed = stateAfter([ready(), evaluation(0), { type: 'failed', problem }]);
    expect(failed).toMatchObject({ phase: 'failed', problem, proven: 1 });
    const anew = reduce(failed, { type: 'begin', stretch: { from: 0, to: 10 }, expected: FILES });
    expect(anew).toEqual({ ...IDLE, phase: 'loading', until: 10, expected: FILES });
  });

  it('from a checkpoint proves what comes after it, and no more', () => {
    const from = { from: 10 };
    const restored = ready({ checkpoint: CHECKPOINT.sha256 });
    expect(stateAfter([restored], from)).toMatchObject({ phase: 'running', first: 1, proven: 0, step: 10 });
    const end = stateAfter([restored, evaluation(1), evaluation(2)], from);
    expect(end).toMatchObject({ phase: 'reached', proven: 2, difference: null });
    expect(provenEvaluations(end).map(({ step }) => step)).toEqual([10, 20]);
    expect([isAtEnd(end), isComplete(end), isSound(end), canContinue(end)]).toEqual([true, false, true, false]);
  });

  it('from a checkpoint compares no training loss at its step, but at the next', () => {
    const from = { from: 10 };
    const none = evaluation(1, { trainingLoss: 0 });
    expect(stateAfter([ready(), none], from)).toMatchObject({ proven: 1, difference: null });
    expect(stateAfter([ready(), none, evaluation(2, { trainingLoss: 0 })], from).difference).toMatchObject({
      name: 'trainingLoss',
    });
  });

  it('from a checkpoint with altered weights is refuted at its step, with both hashes of the file, too', () => {
    const altered = evaluation(1, { fingerprint: OTHER });
    const state = stateAfter([ready({ checkpoint: OTHER }), altered], { from: 10 });
    expect(state).toMatchObject({ phase: 'refuted', proven: 0, difference: { kind: 'fingerprint', step: 10 } });
    expect(state.checks.at(-1)).toEqual({ about: 'checkpoint', published: CHECKPOINT.sha256, here: OTHER });
    // Altered moments show at the next evaluation only; the file's hash shows at once.
    expect(isSound(stateAfter([ready({ checkpoint: OTHER }), evaluation(1)], { from: 10 }))).toBe(false);
  });

  it('never counts as proven what differs or comes after it, whatever the worker says and when', () => {
    const message = fc.oneof(
      fc.record({ type: fc.constant('evaluation' as const), index: fc.nat(2), forged: fc.boolean() }),
      fc.constantFrom<'ready' | 'stop' | 'continue' | 'progress' | 'diverged'>(
        ...(['ready', 'stop', 'continue', 'progress', 'diverged'] as const),
      ),
    );
    fc.assert(
      fc.property(fc.array(message, { maxLength: 12 }), (messages) => {
        const said = messages.map((one) => {
          if (typeof one !== 'string') return evaluation(one.index, one.forged ? { fingerprint: OTHER } : {});
          if (one === 'ready') return ready();
          if (one === 'stop') return { type: 'stop' } as const;
          if (one === 'continue') return { type: 'continue', until: 20 } as const;
          if (one === 'diverged') return { type: 'diverged', step: 3 } as const;
          return { type: 'progress', step: 3, seconds: 1, tokensPerSecond: 9 } satisfies FromWorker;
        });
        const state = stateAfter(said);
        const honestOnes = messages.filter((one) => typeof one !== 'string' && !one.forged).length;
        expect(state.proven).toBeLessThanOrEqual(honestOnes);
        expect(state.difference !== null).toBe(state.phase === 'refuted');
        if (isComplete(state)) expect(state.proven).toBe(3);
      }),
    );
  });
});
