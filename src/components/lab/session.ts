/** The page's side of a live run: owns the worker, tells it what the reader wants, and keeps the state that is drawn. */
import { specificationOf } from './plan.ts';
import {
  type Action,
  type Fault,
  type FromWorker,
  INITIAL,
  isActive,
  type LabState,
  type PauseReason,
  reduce,
  type ToWorker,
} from './protocol.ts';
import type { Published } from './published.ts';
import type { Settings } from './state.ts';

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

export interface SessionParts {
  published: Published;
  /** The site's root, ending in a slash. */
  root: string;
  createWorker: () => WorkerLike;
  onChange: (state: LabState) => void;
}

export class Session {
  #state: LabState = INITIAL;
  #worker: WorkerLike | null = null;
  /** The run that the worker is still busy with, if any. */
  #busyWith: number | null = null;

  constructor(readonly parts: SessionParts) {}

  get state(): LabState {
    return this.#state;
  }

  /** Starts a new run; `paused` loads it and waits for the first single step. */
  begin(settings: Settings, paused = false): void {
    const { published, root } = this.parts;
    const specification = specificationOf(settings, published.specification);
    this.#tellOfCurrent('stop');
    this.#apply({ type: 'begin', settings, totalSteps: specification.training.steps, paused });
    const { run } = this.#state;
    try {
      this.#freeWorker().postMessage({ type: 'start', run, specification, device: settings.device, root, paused });
      this.#busyWith = run;
    } catch {
      this.#fail(NO_WORKER);
    }
  }

  /** One optimiser step; begins a run, if there is none, and leaves it paused. */
  step(settings: Settings): void {
    if (!isActive(this.#state)) this.begin(settings, true);
    this.#tellOfCurrent('step');
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
    this.#worker?.terminate();
    this.#worker = null;
  }

  #apply(action: Action): void {
    const next = reduce(this.#state, action);
    if (next === this.#state) return;
    this.#state = next;
    this.parts.onChange(next);
  }

  #tellOfCurrent(type: 'pause' | 'resume' | 'step' | 'stop'): void {
    if (isActive(this.#state)) this.#worker?.postMessage({ type, run: this.#state.run });
  }

  /** A worker with nothing to do: one that is still in a long step of a stopped run is ended, not waited for. */
  #freeWorker(): WorkerLike {
    if (this.#worker !== null && this.#busyWith !== null) this.dispose();
    this.#worker ??= this.#newWorker();
    return this.#worker;
  }

  #newWorker(): WorkerLike {
    const worker = this.parts.createWorker();
    worker.onmessage = ({ data }) => {
      const over = data.type === 'finished' || data.type === 'failed' || data.type === 'stopped';
      if (over && data.run === this.#busyWith) this.#busyWith = null;
      // What failed may have left the device in any state; the next run gets a fresh worker.
      if (data.type === 'failed') this.dispose();
      this.#apply({ type: 'message', message: data });
    };
    worker.onerror = (event) => {
      const reason = event.message ? ` (${event.message})` : '';
      this.dispose();
      this.#fail({ ...NO_WORKER, message: `${NO_WORKER.message}${reason}` });
    };
    return worker;
  }

  #fail(fault: Fault): void {
    this.#busyWith = null;
    this.#apply({ type: 'message', message: { run: this.#state.run, type: 'failed', fault } });
  }
}
