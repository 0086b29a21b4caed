/**
 * What page and worker say to each other, and what the page makes of it: a pure reducer, so that every order of
 * messages can be tested without a worker. Each message names its run; what comes late from an earlier run is ignored.
 */
import type { Evaluation } from '../../results/schema.ts';
import type { TrainingState } from '../../training/loop.ts';
import type { Agreement } from './agreement.ts';
import type { LiveSpecification } from './plan.ts';
import type { Device, Settings } from './state.ts';

export interface StartRequest {
  type: 'start';
  run: number;
  specification: LiveSpecification;
  device: Device;
  /** The site's root, ending in a slash; the corpus lies under it. */
  root: string;
  /** Waits for `resume` or `step` once loaded. */
  paused: boolean;
  /** Workers that share a step, where the kernels compute; 1: the worker that trains does it alone. */
  threads: number;
  /** Where an earlier run was left; without it the run begins. */
  from?: Kept;
  /** A text of the reader's own, to be read in place of the corpus; its tokens are the corpus's. */
  text?: string;
  /** Whether the state after the last step is kept, too: for who saves it. */
  keepsEnd?: boolean;
  /** At every evaluation the model reads the beginnings of held-out documents with `<bos>` and without. */
  twoReadings?: boolean;
}

/** What a run can be gone on from: its state at an evaluation, and the seconds worked until then. */
export interface Kept {
  state: TrainingState;
  seconds: number;
}

/**
 * What a worker is told of its run. While paused, `step` is one optimiser step and `advance` goes on to the next
 * evaluation; `ping` asks for a sign of life.
 */
export type Command = 'pause' | 'resume' | 'step' | 'advance' | 'stop' | 'ping';

export type ToWorker = StartRequest | { type: Command; run: number };

/** What stands between Start and the first step, in order. */
export type Loading = 'corpus' | 'model' | 'library';

/** What went wrong, and what the reader can do. */
export interface Fault {
  kind: 'worker' | 'device' | 'corpus' | 'data' | 'divergence' | 'lost' | 'memory' | 'unexpected';
  message: string;
  remedy: string;
}

/** The attention of every head on one held-out sequence. */
export interface AttentionMaps {
  step: number;
  layers: number;
  heads: number;
  /** T */
  length: number;
  /** (L, H, T, T): weight of key j for query t at [.., t, j]. */
  maps: Float32Array;
}

/** Numbers by name. */
export type Measures = Readonly<Record<string, number>>;

/** A run at one evaluation: what it was asked beyond it, and the attention of its sequence then. */
export interface Moment {
  step: number;
  measures: Measures;
  attention: AttentionMaps;
}

export type FromWorker = { run: number } & (
  | { type: 'loading'; what: Loading }
  /** TensorFlow.js was compared with the kernels on this device, before the first step. */
  | { type: 'agreement'; agreement: Agreement }
  /**
   * `labels`: the tokens of the sequence whose attention is shown; `triggers`: the labels of a language's triggers;
   * `threads`: those that compute a step.
   */
  | { type: 'ready'; labels: string[]; triggers: string[]; threads: number }
  /** Losses of the steps since the last such message, and the seconds worked so far, pauses left out. */
  | { type: 'steps'; losses: Float32Array; seconds: number; tokensPerSecond: number }
  | { type: 'evaluation'; evaluation: Evaluation }
  /** After every evaluation but the first, which whoever begins anew has, and the last, unless that was asked for. */
  | { type: 'kept'; kept: Kept }
  | ({ type: 'attention' } & AttentionMaps)
  /** What a run is asked beyond its evaluation, at the step of the attention sent before. */
  | { type: 'measured'; step: number; measures: Measures }
  /** The answer to `ping`. */
  | { type: 'alive' }
  /** A `pause` or single `step` is done: nothing is being computed. */
  | { type: 'resting' }
  | { type: 'finished' }
  /** A `stop` is done: the run's memory is free. */
  | { type: 'stopped' }
  | { type: 'failed'; fault: Fault }
);

export type Phase = 'idle' | 'loading' | 'running' | 'paused' | 'stopped' | 'finished' | 'failed';

/** Who paused: the reader, or the page because nobody could see it. */
export type PauseReason = 'reader' | 'hidden' | 'offscreen';

/** One run as the page knows it; `S` is what its page calls settings. */
export interface LiveRun<S = Settings> {
  settings: S;
  totalSteps: number;
  /** Training loss of each step done. */
  losses: readonly number[];
  evaluations: readonly Evaluation[];
  attention: AttentionMaps | null;
  /** One an evaluation, where the run is asked more than that; else none. */
  moments: readonly Moment[];
  labels: readonly string[];
  /** The labels of a language's triggers. */
  triggers: readonly string[];
  /** Null where the kernels themselves compute. */
  agreement: Agreement | null;
  /** The latest state that it can be gone on from. */
  kept: Kept | null;
  threads: number;
  seconds: number;
  tokensPerSecond: number;
}

export interface LabState<S = Settings> {
  /** Number of the latest run; 0 before the first. */
  run: number;
  phase: Phase;
  loading: Loading;
  pausedBy: PauseReason;
  live: LiveRun<S> | null;
  /** The run before, kept for comparison. */
  previous: LiveRun<S> | null;
  fault: Fault | null;
}

export type Action<S = Settings> =
  | { type: 'begin'; settings: S; totalSteps: number; paused: boolean }
  /** Goes on with a run that rests, from what was kept of it; without `from`, with one that failed. */
  | { type: 'continue'; from?: Kept }
  /** Shows a run that was put aside. */
  | { type: 'open'; live: LiveRun<S> }
  | { type: 'pause'; by: PauseReason }
  | { type: 'resume' }
  | { type: 'stop' }
  | { type: 'reset' }
  | { type: 'message'; message: FromWorker };

export const INITIAL: LabState<never> = {
  run: 0,
  phase: 'idle',
  loading: 'corpus',
  pausedBy: 'reader',
  live: null,
  previous: null,
  fault: null,
};

/** Whether a run goes on without the reader. */
export function isWorking({ phase }: Pick<LabState, 'phase'>): boolean {
  return phase === 'loading' || phase === 'running';
}

/** Whether a run exists that has not come to its end. */
export function isActive(state: Pick<LabState, 'phase'>): boolean {
  return isWorking(state) || state.phase === 'paused';
}

/** Whether the worker has all it needs; a run may be paused before that. */
export function isLoaded({ live }: Pick<LabState<unknown>, 'live'>): boolean {
  return live !== null && live.labels.length > 0;
}

/**
 * What a run that failed can be gone on from; null where there is nothing, or where it would only fail again: training
 * that diverged does so every time.
 */
export function keptOf({ phase, fault, live }: LabState<unknown>): Kept | null {
  return phase === 'failed' && fault?.kind !== 'divergence' ? (live?.kept ?? null) : null;
}

export function reduce<S>(state: LabState<S>, action: Action<S>): LabState<S> {
  switch (action.type) {
    case 'begin':
      return begin(state, action);
    case 'continue':
      return goOn(state, action.from ?? keptOf(state));
    case 'open':
      return open(state, action.live);
    case 'pause':
      return isWorking(state) ? { ...state, phase: 'paused', pausedBy: action.by } : state;
    case 'resume':
      return state.phase === 'paused' ? { ...state, phase: isLoaded(state) ? 'running' : 'loading' } : state;
    case 'stop':
      return isActive(state) ? { ...state, phase: 'stopped' } : state;
    case 'reset':
      return { ...INITIAL, run: state.run };
    case 'message':
      return action.message.run === state.run && isActive(state) ? receive(state, action.message) : state;
  }
}

function begin<S>(state: LabState<S>, { settings, totalSteps, paused }: Action<S> & { type: 'begin' }): LabState<S> {
  const hasCurve = (state.live?.evaluations.length ?? 0) > 1;
  return {
    run: state.run + 1,
    phase: paused ? 'paused' : 'loading',
    loading: 'corpus',
    pausedBy: 'reader',
    live: {
      ...{ settings, totalSteps, losses: [], evaluations: [], attention: null, moments: [] },
      ...{ labels: [], triggers: [], agreement: null },
      ...{ kept: null, threads: 1, seconds: 0, tokensPerSecond: 0 },
    },
    previous: hasCurve ? state.live : state.previous,
    fault: null,
  };
}

/** The run as it was at the kept state, what it did after that forgotten, under a new number. */
function goOn<S>(state: LabState<S>, kept: Kept | null): LabState<S> {
  const { live } = state;
  if (kept === null || live === null || isActive(state)) return state;
  return {
    ...state,
    run: state.run + 1,
    phase: 'loading',
    loading: 'corpus',
    pausedBy: 'reader',
    live: {
      ...live,
      losses: live.losses.slice(0, kept.state.step),
      evaluations: kept.state.evaluations,
      moments: live.moments.filter(({ step }) => step <= kept.state.step),
      ...{ attention: null, labels: [], agreement: null, seconds: kept.seconds },
    },
    fault: null,
  };
}

/** A run that rests where it was left, finished or not. */
function open<S>(state: LabState<S>, live: LiveRun<S>): LabState<S> {
  const phase = live.losses.length === live.totalSteps ? 'finished' : 'stopped';
  return { ...INITIAL, run: state.run + 1, phase, live };
}

function receive<S>(state: LabState<S>, message: FromWorker): LabState<S> {
  const live = state.live!;
  const withLive = (change: Partial<LiveRun<S>>): LabState<S> => ({ ...state, live: { ...live, ...change } });
  switch (message.type) {
    case 'loading':
      return { ...state, loading: message.what };
    case 'agreement':
      return withLive({ agreement: message.agreement });
    case 'ready': {
      const { labels, triggers, threads } = message;
      return { ...withLive({ labels, triggers, threads }), phase: state.phase === 'loading' ? 'running' : state.phase };
    }
    case 'steps': {
      const { losses, seconds, tokensPerSecond } = message;
      return withLive({ losses: [...live.losses, ...losses], seconds, tokensPerSecond });
    }
    case 'evaluation':
      return withLive({ evaluations: [...live.evaluations, message.evaluation] });
    case 'kept':
      return withLive({ kept: message.kept });
    case 'attention': {
      const { step, layers, heads, length, maps } = message;
      return withLive({ attention: { step, layers, heads, length, maps } });
    }
    case 'measured': {
      const { step, measures } = message;
      const { attention } = live;
      return attention ? withLive({ moments: [...live.moments, { step, measures, attention }] }) : state;
    }
    case 'finished':
      return { ...state, phase: 'finished' };
    case 'failed':
      return { ...state, phase: 'failed', fault: message.fault };
    case 'alive':
    case 'resting':
    case 'stopped':
      return state;
  }
}
