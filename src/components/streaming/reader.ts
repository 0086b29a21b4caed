/** The page's side of the worker that reads: one request at a time, a worker that dies is told and replaced. */
import type { Fault } from '../lab/protocol.ts';
import type { FromCacheWorker, ReadRequest } from './protocol.ts';

/** The part of a Worker that is used, so that a test can stand in for it. */
export interface CacheWorker {
  postMessage(message: ReadRequest): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<FromCacheWorker>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

/** Seconds without a word after which a worker counts as dead: it says something within seconds, once it is loaded. */
const SILENCE = 60;

const DEAD: Fault = {
  kind: 'worker',
  message: 'The worker that reads could not be started, or has died.',
  remedy: 'Try again; if that does not help, reload the page.',
};

export class CacheReader {
  #worker: CacheWorker | null = null;
  #id = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly createWorker: () => CacheWorker,
    /** Called with what is said about the latest request alone. */
    readonly onAnswer: (answer: FromCacheWorker) => void,
  ) {}

  /** Asks for a reading; an earlier one that is not done is given up. */
  read(request: Omit<ReadRequest, 'id'>): void {
    const id = ++this.#id;
    try {
      this.#worker ??= this.#newWorker();
      this.#worker.postMessage({ id, ...request });
      this.#wait();
    } catch {
      this.#fail();
    }
  }

  /** Gives up the request there is; what is still said about it is not heard. */
  forget(): void {
    this.#id++;
    clearTimeout(this.#timer);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#worker?.terminate();
    this.#worker = null;
  }

  #newWorker(): CacheWorker {
    const worker = this.createWorker();
    worker.onmessage = ({ data }) => {
      if (data.id !== this.#id) return;
      if (data.type === 'progress') this.#wait();
      else clearTimeout(this.#timer);
      this.onAnswer(data);
    };
    worker.onerror = () => this.#fail();
    return worker;
  }

  #wait(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#fail(), 1000 * SILENCE);
  }

  #fail(): void {
    this.dispose();
    this.onAnswer({ id: this.#id, type: 'failed', fault: DEAD });
  }
}
