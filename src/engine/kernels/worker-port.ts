/** One view of a worker for Node's worker threads and for the page's Web Workers. */

/** The engine's end of a worker. */
export interface WorkerPort {
  /** `transfer` moves to the worker: it is empty here afterwards. */
  post(message: unknown, transfer: ArrayBuffer[]): void;
  /** Where messages go from now on. */
  onMessage(listener: (message: unknown) => void): void;
  /** Called once, when the worker has died or could not be started, be it before this: with the reason in words. */
  onDeath(listener: (reason: string) => void): void;
  terminate(): void;
}

/** The worker's end: what it is served through. */
export interface ServicePort {
  post(message: unknown, transfer: ArrayBuffer[]): void;
  onMessage(listener: (message: unknown) => void): void;
}

/** A worker may die before its engine listens: the first reason is kept until then. */
class Death {
  private reason: string | undefined;
  private listener: ((reason: string) => void) | undefined;

  readonly tell = (reason: string): void => {
    if (this.reason !== undefined) return;
    this.reason = reason;
    this.listener?.(reason);
  };

  readonly hear = (listener: (reason: string) => void): void => {
    this.listener = listener;
    if (this.reason !== undefined) listener(this.reason);
  };
}

/** What is needed of `worker_threads.Worker`. */
interface NodeWorker {
  postMessage(message: unknown, transfer: readonly ArrayBuffer[]): void;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'exit', listener: (code: number) => void): unknown;
  terminate(): unknown;
}

/** The port of a worker thread of Node. */
export function nodeWorkerPort(worker: NodeWorker): WorkerPort {
  const death = new Death();
  worker.on('error', (error) => death.tell(error.message));
  worker.on('exit', (code) => death.tell(`it ended with code ${code}`));
  return {
    post: (message, transfer) => worker.postMessage(message, transfer),
    onMessage: (listener) => void worker.on('message', listener),
    onDeath: death.hear,
    terminate: () => void worker.terminate(),
  };
}

/** What is needed of a page's `Worker`. */
interface WebWorker {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  addEventListener(event: 'message', listener: (event: { data: unknown }) => void): void;
  addEventListener(event: 'error', listener: (event: { message?: string }) => void): void;
  addEventListener(event: 'messageerror', listener: () => void): void;
  terminate(): void;
}

/** The port of a page's worker. */
export function webWorkerPort(worker: WebWorker): WorkerPort {
  const death = new Death();
  worker.addEventListener('error', ({ message }) => death.tell(message || 'its script could not be loaded'));
  worker.addEventListener('messageerror', () => death.tell('its answer could not be read'));
  return {
    post: (message, transfer) => worker.postMessage(message, transfer),
    onMessage: (listener) => worker.addEventListener('message', ({ data }) => listener(data)),
    onDeath: death.hear,
    terminate: () => worker.terminate(),
  };
}
