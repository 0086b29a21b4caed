/**
 * The worker's side of a live run, without the worker: what it is told comes in as messages, what it has to say goes
 * out through `post`. Between two pieces of work it listens, so that a pause takes no longer than one step.
 */
import type { Batch, Engine } from '../../engine/engine.ts';
import {
  advance,
  evaluatedAt,
  NO_PROGRESS,
  snapshot,
  type TrainingProgress,
  type TrainingSetup,
  type TrainingState,
  train,
} from '../../training/loop.ts';
import type { Agreement } from './agreement.ts';
import { faultOf } from './faults.ts';
import type { AttentionMaps, Command, FromWorker, Loading, Measures, StartRequest, ToWorker } from './protocol.ts';

/** All that a run needs, once loaded. */
export interface LoadedRun {
  engine: Engine;
  batches: TrainingSetup['batches'];
  heldOut: readonly Batch[];
  /** One held-out sequence whose attention is shown, and its tokens in words. */
  shown: Batch;
  labels: string[];
  /** The labels of a language's triggers; none where the run reads a text. */
  triggers: string[];
  /** What else is asked at every evaluation. */
  measure?: () => Promise<Measures>;
  /** How well the engine agrees with the kernels, where it is another. */
  agreement: Agreement | null;
  /** Threads that compute a step. */
  threads: number;
}

export interface TrainerParts {
  load(request: StartRequest, onPhase: (what: Loading) => void): Promise<LoadedRun>;
  post(message: FromWorker, transfer?: ArrayBuffer[]): void;
  /** Milliseconds from some beginning. */
  now(): number;
}

/** Milliseconds between two reports of losses, and between two attention maps beyond those of the evaluations. */
const REPORT_EVERY = 120;
const MAP_EVERY = 1000;

interface Control {
  run: number;
  paused: boolean;
  /** Single steps asked for while paused. */
  permits: number;
  /** Asked to go on to the next evaluation while paused. */
  advancing: boolean;
  stopped: boolean;
  wake: () => void;
}

const IDLE = { permits: 0, advancing: false, stopped: false, wake: () => {} };

/** Answers the page's messages; one run at a time. */
export function createTrainer(parts: TrainerParts): (message: ToWorker) => void {
  let current: Control | null = null;
  return (message) => {
    if (message.type === 'ping') {
      parts.post({ run: message.run, type: 'alive' });
    } else if (message.type === 'start') {
      if (current) command(current, 'stop');
      current = { run: message.run, paused: message.paused, ...IDLE };
      void work(message, current, parts);
    } else if (current?.run === message.run) {
      command(current, message.type);
    }
  };
}

function command(control: Control, type: Exclude<Command, 'ping'>): void {
  if (type === 'pause') control.paused = true;
  if (type === 'resume') control.paused = false;
  if (type === 'step') control.permits++;
  if (type === 'advance') control.advancing = true;
  if (type === 'stop') control.stopped = true;
  control.wake();
}

async function work(request: StartRequest, control: Control, parts: TrainerParts): Promise<void> {
  const { run } = request;
  const { post } = parts;
  let loaded: LoadedRun | undefined;
  try {
    loaded = await parts.load(request, (what) => post({ run, type: 'loading', what }));
    if (loaded.agreement) post({ run, type: 'agreement', agreement: loaded.agreement });
    const { labels, triggers, threads } = loaded;
    post({ run, type: 'ready', labels, triggers, threads });
    const finished = await follow(loaded, request, control, parts);
    if (finished) post({ run, type: 'finished' });
  } catch (error) {
    post({ run, type: 'failed', fault: faultOf(error) });
  } finally {
    loaded?.engine.dispose();
    if (control.stopped) post({ run, type: 'stopped' });
  }
}

/** Trains until the end, true, or until stopped, false. */
async function follow(loaded: LoadedRun, request: StartRequest, control: Control, parts: TrainerParts) {
  const { run, specification, from } = request;
  const { engine, batches, heldOut, shown, measure } = loaded;
  const { post, now } = parts;
  const tokensPerStep = specification.training.sequencesPerStep * specification.model.contextLength;
  const events = train({ specification, engine, batches, heldOut, ...(from ? { resume: from.state } : {}) });
  let progress: TrainingProgress = from ? progressOf(from.state) : NO_PROGRESS;
  let losses: number[] = [];
  let stepped = false;
  let milliseconds = 1000 * (from?.seconds ?? 0);
  let pace = 0;
  let reported = now();
  // Of a run that is gone on with, the first step shows what it has learned.
  let mapped = from ? Number.NEGATIVE_INFINITY : now();

  const report = () => {
    if (losses.length === 0) return;
    const sent = Float32Array.from(losses);
    losses = [];
    reported = now();
    const tokensPerSecond = (1000 * tokensPerStep) / pace;
    post({ run, type: 'steps', losses: sent, seconds: milliseconds / 1000, tokensPerSecond }, [sent.buffer]);
  };
  const map = async () => {
    const maps = await attentionOf(engine, shown, progress.step);
    mapped = now();
    post({ run, type: 'attention', ...maps }, [maps.maps.buffer as ArrayBuffer]);
  };

  // A step after which an evaluation is due is done when that is, too.
  const owesEvaluation = () =>
    evaluatedAt(progress.step, specification) && progress.evaluations.at(-1)?.step !== progress.step;
  const keep = async () => {
    const { checkpoint, ...rest } = await snapshot(engine, progress);
    // Bytes of their own: they are handed over, and must not take with them what they may be a part of.
    const own = checkpoint.slice();
    const kept = { state: { ...rest, checkpoint: own }, seconds: milliseconds / 1000 };
    post({ run, type: 'kept', kept }, [own.buffer]);
  };

  while (!control.stopped) {
    if (control.paused && control.permits === 0 && !control.advancing) {
      report();
      post({ run, type: 'resting' });
      await new Promise<void>((resolve) => {
        control.wake = resolve;
      });
      continue;
    }
    const began = now();
    const { value: event, done } = await events.next();
    if (done) break;
    const spent = now() - began;
    milliseconds += spent;
    progress = advance(progress, event);
    if (event.kind === 'step') {
      losses.push(event.loss);
      pace = pace === 0 ? spent : 0.9 * pace + 0.1 * spent;
      if (now() - reported > REPORT_EVERY) report();
      stepped = true;
      if (!owesEvaluation() && ((control.paused && !control.advancing) || now() - mapped > MAP_EVERY)) await map();
    } else {
      report();
      post({ run, type: 'evaluation', evaluation: event.evaluation });
      await map();
      if (measure) post({ run, type: 'measured', step: progress.step, measures: await measure() });
      if (progress.step > 0 && (request.keepsEnd || progress.step < specification.training.steps)) await keep();
      control.advancing = false;
    }
    if (control.permits > 0 && stepped && !owesEvaluation()) control.permits--;
    stepped = stepped && owesEvaluation();
    await breathe();
  }
  report();
  return !control.stopped;
}

function progressOf({ checkpoint: _, ...progress }: TrainingState): TrainingProgress {
  return progress;
}

async function attentionOf(engine: Engine, shown: Batch, step: number): Promise<AttentionMaps> {
  const { attention } = await engine.inspect(shown, { attention: true });
  return { step, layers: engine.config.layers, heads: engine.config.heads, length: shown.length, maps: attention! };
}

/** Lets the messages that have arrived be answered; a timer would wait 4 ms each time. */
function breathe(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
