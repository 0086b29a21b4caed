/** The page's side of a live run: owns the worker, tells it what the reader wants, and keeps the state that is drawn. */
import { type Plan, threadsFor } from './plan.ts';
import {
  type Action,
  type Command,
  type Fault,
  type FromWorker,
  INITIAL,
  isActive,
  isWorking,
  type Kept,
  keptOf,
  type LabState,
  type LiveRun,
  type PauseReason,
  reduce,
  type ToWorker,
} from './protocol.ts';

/** The part of a Worker that is used, so that a test can stand in for it. */
export interface WorkerLike {
  postMessage(message: ToWorker): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<FromWorker>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

const NO_WORKER: Fault = {
  kind: 'worker',
  message: 'The worker that trains could not be started.',
  remedy: 'Reload the page. If that does not help, this browser, or a setting of it, does not let pages use workers.',
};

const DEAD_WORKER: Fault = {
  kind: 'worker',
  message: 'The worker that trains has died.',
  remedy: 'Start again; if it happens again, close other tabs or choose a smaller model.',
};

const SILENT_WORKER: Fault = {
  kind: 'worker',
  message: 'The worker that trains has not been heard of for a long time; it must have died.',
  remedy: DEAD_WORKER.remedy,
};

/**
 * A worker can die without a word, when the browser ends it for want of memory. It is asked for a sign of life every so
 * many milliseconds, and given up after so many seconds without one, besides many times what a step should take, since
 * within a step it cannot answer. What is counted are the times it was asked: a machine that slept asked nothing.
 */
const ASKED_EVERY = 5000;
const SILENCE = 60;
const STEPS_OF_SILENCE = 100;

export interface SessionParts<S> {
  planOf: (settings: S) => Plan;
  /** The site's root, ending in a slash. */
  root: string;
  /** Processors that the browser says there are. */
  processors: number;
  createWorker: () => WorkerLike;
  onChange: (state: LabState<S>) => void;
  /** Whether the state after the last step is kept, too. */
  keepsEnd?: boolean;
  /** Whether its runs are read with `<bos>` and without at every evaluation. */
  twoReadings?: boolean;
}

export class Session<S> {
  #state: LabState<S> = INITIAL;
  #worker: WorkerLike | null = null;
  /** The run that the worker is still busy with, if any. */
  #busyWith: number | null = null;
  #watch: ReturnType<typeof setInterval> | undefined;
  /** Times that the worker was asked and has not answered. */
  #unanswered = 0;

  constructor(readonly parts: SessionParts<S>) {}

  get state(): LabState<S> {
    return this.#state;
  }

  /** Starts a new run; `paused` loads it and waits for the first single step. */
  begin(settings: S, paused = false): void {
    const plan = this.parts.planOf(settings);
    this.#tellOfCurrent('stop');
    this.#apply({ type: 'begin', settings, totalSteps: plan.specification.training.steps, paused });
    this.#start(plan, { paused });
  }

  /**
   * Goes on with a run that rests, from what was kept of it, to the bits of a run that was never left; else nothing.
   * @param from without it, only a run that failed, and would not fail again, is gone on with.
   */
  continue(from: Kept | null = keptOf(this.#state)): void {
    const { live } = this.#state;
    if (from === null || live === null || isActive(this.#state)) return;
    this.#apply({ type: 'continue', from });
    this.#start(this.parts.planOf(live.settings), { paused: false, from });
  }

  /** Shows a run that was put aside; nothing is computed. */
  open(live: LiveRun<S>): void {
    this.#tellOfCurrent('stop');
    this.#apply({ type: 'open', live });
  }

  /** One optimiser step; begins a run, if there is none, and leaves it paused. */
  step(settings: S): void {
    if (!isActive(this.#state)) this.begin(settings, true);
    this.#tellOfCurrent('step');
  }

  /** On to the next evaluation; begins a run, if there is none, and leaves it paused. */
  advance(settings: S): void {
    if (!isActive(this.#state)) this.begin(settings, true);
    this.#tellOfCurrent('advance');
  }

  pause(by: PauseReason): void {
    this.#apply({ type: 'pause', by });
    this.#tellOfCurrent('pause');
  }

  resume(): void {
    this.#apply({ type: 'resume' });
    this.#tellOfCurrent('resume');
  }

  stop(): void {
    this.#tellOfCurrent('stop');
    this.#apply({ type: 'stop' });
  }

  reset(): void {
    this.#tellOfCurrent('stop');
    this.#apply({ type: 'reset' });
  }

  dispose(): void {
    clearInterval(this.#watch);
    this.#worker?.terminate();
    this.#worker = null;
  }

  #apply(action: Action<S>): void {
    const next = reduce(this.#state, action);
    if (next === this.#state) return;
    this.#state = next;
    this.parts.onChange(next);
  }

  #tellOfCurrent(type: Command): void {
    if (isActive(this.#state)) this.#worker?.postMessage({ type, run: this.#state.run });
  }

  #start(plan: Plan, how: { paused: boolean; from?: Kept }): void {
    const { root, processors, keepsEnd = false, twoReadings = false } = this.parts;
    const { run } = this.#state;
    const { specification, device, seconds, text } = plan;
    const threads = device === 'kernels' ? threadsFor(specification, processors) : 1;
    try {
      // What was kept is copied, not handed over: this worker may die, too.
      this.#freeWorker().postMessage({
        ...{ type: 'start', run, specification, device, root, threads, keepsEnd, twoReadings, ...how },
        ...(text === undefined ? {} : { text }),
      });
      this.#busyWith = run;
      this.#watchOver(run, SILENCE + (STEPS_OF_SILENCE * seconds) / specification.training.steps);
    } catch {
      this.#fail(NO_WORKER);
    }
  }

  /** @param silence seconds without a sign of life after which the worker counts as dead */
  #watchOver(run: number, silence: number): void {
    clearInterval(this.#watch);
    this.#unanswered = 0;
    this.#watch = setInterval(() => {
      if (this.#busyWith !== run) clearInterval(this.#watch);
      else if (!isWorking(this.#state)) this.#unanswered = 0;
      else if (this.#unanswered * ASKED_EVERY >= 1000 * silence) {
        this.dispose();
        this.#fail(SILENT_WORKER);
      } else {
        this.#unanswered++;
        this.#tellOfCurrent('ping');
      }
    }, ASKED_EVERY);
  }

  /** A worker with nothing to do: one that is still in a long step of a stopped run is ended, not waited for. */
  #freeWorker(): WorkerLike {
    if (this.#worker !== null && this.#busyWith !== null) this.dispose();
    this.#worker ??= this.#newWorker();
    return this.#worker;
  }

  #newWorker(): WorkerLike {
    const worker = this.parts.createWorker();
    let spoke = false;
    worker.onmessage = ({ data }) => {
      spoke = true;
      this.#unanswered = 0;
      const over = data.type === 'finished' || data.type === 'failed' || data.type === 'stopped';
      if (over && data.run === this.#busyWith) this.#busyWith = null;
      // What failed may have left the device in any state; the next run gets a fresh worker.
      if (data.type === 'failed') this.dispose();
      this.#apply({ type: 'message', message: data });
    };
    worker.onerror = (event) => {
      const fault = spoke ? DEAD_WORKER : NO_WORKER;
      const message = event.message ? fault.message.replace(/\.$/, ` (${event.message}).`) : fault.message;
      this.dispose();
      this.#fail({ ...fault, message });
    };
    return worker;
  }

  #fail(fault: Fault): void {
    this.#busyWith = null;
    this.#apply({ type: 'message', message: { run: this.#state.run, type: 'failed', fault } });
  }
}
