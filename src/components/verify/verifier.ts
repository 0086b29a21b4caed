/**
 * The worker's side of a verification, without the worker: trains the run and reports every evaluation. It judges
 * nothing, since the page compares; it rests where it was told to, and between two steps it listens.
 */
import type { Engine } from '../../engine/engine.ts';
import { DivergenceError, train } from '../../training/loop.ts';
import type { Streams } from '../../training/streams.ts';
import { problemOf } from './problems.ts';
import type { FromWorker, ToWorker, UsedFiles } from './protocol.ts';

/** All that a run needs, once loaded. */
export interface LoadedRun extends Streams {
  engine: Engine;
  threads: number;
  files: UsedFiles;
  /** The bytes of the checkpoint at which the stretch begins; null for the first weights. */
  checkpoint: Uint8Array | null;
}

type Start = ToWorker & { type: 'start' };

export interface VerifierParts {
  load(request: Start, onPhase: (what: 'text' | 'model' | 'checkpoint') => void): Promise<LoadedRun>;
  post(message: FromWorker): void;
  /** Milliseconds from some beginning. */
  now(): number;
}

/** Milliseconds between two reports of progress. */
const REPORT_EVERY = 150;

interface Control {
  stopped: boolean;
  until: number;
  wake: () => void;
}

/** Answers the page's messages: one run, from its start or a checkpoint on. */
export function createVerifier(parts: VerifierParts): (message: ToWorker) => void {
  const control: Control = { stopped: false, until: 0, wake: () => {} };
  return (message) => {
    if (message.type === 'stop') {
      control.stopped = true;
      return;
    }
    control.stopped = false;
    control.until = message.until;
    if (message.type === 'start') void work(message, control, parts);
    else control.wake();
  };
}

async function work(request: Start, control: Control, parts: VerifierParts): Promise<void> {
  const { post } = parts;
  let loaded: LoadedRun | undefined;
  try {
    loaded = await parts.load(request, (what) => post({ type: 'loading', what }));
    post({ type: 'ready', files: loaded.files, threads: loaded.threads });
    await follow(loaded, request, control, parts);
  } catch (error) {
    if (error instanceof DivergenceError) post({ type: 'diverged', step: error.step });
    else post({ type: 'failed', problem: problemOf(error) });
  } finally {
    loaded?.engine.dispose();
  }
}

async function follow(loaded: LoadedRun, request: Start, control: Control, { post, now }: VerifierParts) {
  const { specification, from } = request;
  const tokensPerStep = specification.training.sequencesPerStep * specification.model.contextLength;
  let milliseconds = 0;
  let pace = 0;
  let reported = now();
  let evaluated = -1;
  const { checkpoint } = loaded;
  // The evaluation at the checkpoint's step is not among those before, so it is made: it tells whose parameters these are.
  const resume = from && checkpoint && { step: from.step, lossSum: 0, evaluations: from.before, checkpoint };
  const events = train({ specification, ...loaded, ...(resume ? { resume } : {}) });
  for (let begun = now(); ; begun = now()) {
    const { value: event, done } = await events.next();
    if (done) return;
    const spent = now() - begun;
    milliseconds += spent;
    const seconds = milliseconds / 1000;
    if (event.kind === 'evaluation') {
      evaluated = event.evaluation.step;
      post({ type: 'evaluation', evaluation: event.evaluation, seconds });
    } else {
      pace = pace === 0 ? spent : 0.9 * pace + 0.1 * spent;
      if (now() - reported > REPORT_EVERY) {
        reported = now();
        post({ type: 'progress', step: event.step, seconds, tokensPerSecond: (1000 * tokensPerStep) / pace });
      }
    }
    await breathe();
    while (control.stopped || evaluated >= control.until) {
      if (evaluated === specification.training.steps) return;
      await new Promise<void>((resolve) => {
        control.wake = resolve;
      });
    }
  }
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
