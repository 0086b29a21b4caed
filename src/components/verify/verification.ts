/** A verification as the page knows it: a pure reducer, which compares every evaluation as it comes and stops at the first difference. */
import type { Evaluation, Run } from '../../results/schema.ts';
import type { Stretch } from '../../results/stretch.ts';
import { type Difference, differenceOf, type Problem } from './compare.ts';
import type { FromWorker, UsedFiles } from './protocol.ts';

export type Phase =
  | 'idle'
  | 'loading'
  | 'running'
  /** By the reader, between two steps. */
  | 'stopped'
  /** At the end of the stretch, with nothing that differs. */
  | 'reached'
  /** Something differs. */
  | 'refuted'
  /** It could not be carried out. */
  | 'failed';

/** One file that must be the published one, by its hash. */
export interface Check {
  about: 'file' | keyof UsedFiles;
  published: string;
  here: string;
}

export interface Verification {
  phase: Phase;
  loading: 'run' | 'text' | 'model' | 'checkpoint';
  /** As published; null until it is fetched. */
  run: Run | null;
  /** What the text, tokenizer, kernels and checkpoint should be. */
  expected: UsedFiles;
  checks: readonly Check[];
  /** The step at which it begins: 0, or that of a published checkpoint. */
  from: number;
  /** The evaluation at which it begins, by its place in the run. */
  first: number;
  /** The evaluation step to which it goes. */
  until: number;
  /** Steps done. */
  step: number;
  seconds: number;
  /** Null until steps have been timed. */
  tokensPerSecond: number | null;
  threads: number;
  /** Evaluations found to be the same, from where it begins on. */
  proven: number;
  difference: Difference | null;
  problem: Problem | null;
}

export type Action =
  | { type: 'begin'; stretch: Stretch; expected: UsedFiles }
  /** The run has come; `file` compares it with the one that the page was made from. */
  | { type: 'fetched'; run: Run; file: Check }
  | { type: 'message'; message: FromWorker }
  | { type: 'fail'; problem: Problem }
  | { type: 'stop' }
  | { type: 'continue'; until: number }
  | { type: 'reset' };

export const IDLE: Verification = {
  ...{ phase: 'idle', loading: 'run', run: null, expected: { text: '', tokenizer: '', kernels: '' }, checks: [] },
  ...{
    from: 0,
    first: 0,
    until: 0,
    step: 0,
    seconds: 0,
    tokensPerSecond: null,
    threads: 1,
    proven: 0,
    difference: null,
    problem: null,
  },
};

/** Whether it goes on without the reader. */
export function isWorking({ phase }: Verification): boolean {
  return phase === 'loading' || phase === 'running';
}

/** Whether it has come to the last step of the run. */
export function isAtEnd({ phase, run, first, proven }: Verification): boolean {
  return phase === 'reached' && first + proven === run?.evaluations.length;
}

/** Whether all of the run was trained again, from its first weights to its last step. */
export function isComplete(state: Verification): boolean {
  return isAtEnd(state) && state.from === 0;
}

/** Whether it rests where it can be gone on with. */
export function canContinue(state: Verification): boolean {
  return state.phase === 'stopped' || (state.phase === 'reached' && !isAtEnd(state));
}

export function holds({ published, here }: Check): boolean {
  return published === here;
}

/** Whether all that was compared so far is as published, the files included. */
export function isSound({ difference, checks }: Verification): boolean {
  return difference === null && checks.every(holds);
}

/** The published evaluations that were found to be the same. */
export function provenEvaluations({ run, first, proven }: Verification): Evaluation[] {
  return run?.evaluations.slice(first, first + proven) ?? [];
}

/** The step of the last evaluation found to be the same; null before the first. */
export function provenStep(state: Verification): number | null {
  return provenEvaluations(state).at(-1)?.step ?? null;
}

export function reduce(state: Verification, action: Action): Verification {
  switch (action.type) {
    case 'begin':
      return {
        ...{ ...IDLE, phase: 'loading', expected: action.expected },
        ...{ from: action.stretch.from, step: action.stretch.from, until: action.stretch.to },
      };
    case 'fetched': {
      if (state.phase !== 'loading') return state;
      const first = action.run.evaluations.findIndex(({ step }) => step === state.from);
      return { ...state, run: action.run, first, checks: [action.file], loading: 'text' };
    }
    case 'message':
      return listens(state) ? receive(state, action.message) : state;
    case 'fail':
      return state.phase === 'idle' ? state : { ...state, phase: 'failed', problem: action.problem };
    case 'stop':
      // What has not begun leaves nothing to go on with.
      if (state.phase === 'loading') return IDLE;
      return state.phase === 'running' ? { ...state, phase: 'stopped' } : state;
    case 'continue':
      return canContinue(state) ? { ...state, phase: 'running', until: action.until } : state;
    case 'reset':
      return IDLE;
  }
}

/** A step that was being computed when the reader pressed Stop still counts. */
function listens({ phase, run }: Verification): boolean {
  return run !== null && (phase === 'loading' || phase === 'running' || phase === 'stopped');
}

function receive(state: Verification, message: FromWorker): Verification {
  const { run, expected, first, proven, until } = state;
  switch (message.type) {
    case 'loading':
      return { ...state, loading: message.what };
    case 'ready': {
      const files = (['text', 'tokenizer', 'kernels', 'checkpoint'] as const).flatMap((about) => {
        const published = expected[about];
        return published === undefined ? [] : { about, published, here: message.files[about] ?? '' };
      });
      return { ...state, phase: 'running', threads: message.threads, checks: [...state.checks, ...files] };
    }
    case 'progress': {
      const { step, seconds, tokensPerSecond } = message;
      return { ...state, step, seconds, tokensPerSecond };
    }
    case 'evaluation': {
      const { evaluation, seconds } = message;
      const { step } = evaluation;
      const published = run!.evaluations[first + proven];
      if (!published) return state;
      const difference = differenceOf(published, evaluation, state.from > 0 && proven === 0);
      if (difference) return { ...state, phase: 'refuted', step, seconds, difference };
      const phase = step >= until ? 'reached' : state.phase;
      return { ...state, phase, step, seconds, proven: proven + 1 };
    }
    case 'diverged': {
      const next = run!.evaluations[first + proven]!;
      const here = `no number at step ${message.step}: training broke`;
      const difference: Difference = { kind: 'divergence', step: next.step, published: next.fingerprint, here };
      return { ...state, phase: 'refuted', step: message.step, difference };
    }
    case 'failed':
      return { ...state, phase: 'failed', problem: message.problem };
  }
}
