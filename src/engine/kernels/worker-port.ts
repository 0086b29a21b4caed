/** One view of a worker for Node's worker threads and for the page's Web Workers. */

/** The engine's end of a worker. */
export interface WorkerPort {
  /** `transfer` moves to the worker: it is empty here afterwards. */
  post(message: unknown, transfer: ArrayBuffer[]): void;
  /** Where messages go from now on. */
  onMessage(listener: (message: unknown) => void): void;
  /** Called when the worker has died or could not be started, with the reason in words. */
  onDeath(listener: (reason: string) => void): void;
  terminate(): void;
}

/** The worker's end: what it is served through. */
export interface ServicePort {
  post(message: unknown, transfer: ArrayBuffer[]): void;
  onMessage(listener: (message: unknown) => void): void;
}

/** What is needed of `worker_threads.Worker`. */
interface NodeWorker {
  postMessage(message: unknown, transfer: readonly ArrayBuffer[]): void;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'exit', listener: (code: number) => void): unknown;
  terminate(): unknown;
}

export function nodeWorkerPort(worker: NodeWorker): WorkerPort {
  return {
    post: (message, transfer) => worker.postMessage(message, transfer),
    onMessage: (listener) => void worker.on('message', listener),
    onDeath(listener) {
      worker.on('error', (error) => listener(error.message));
      worker.on('exit', (code) => listener(`it ended with code ${code}`));
    },
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

export function webWorkerPort(worker: WebWorker): WorkerPort {
  return {
    post: (message, transfer) => worker.postMessage(message, transfer),
    onMessage: (listener) => worker.addEventListener('message', ({ data }) => listener(data)),
    onDeath(listener) {
      worker.addEventListener('error', ({ message }) => listener(message || 'its script could not be loaded'));
      worker.addEventListener('messageerror', () => listener('its answer could not be read'));
    },
    terminate: () => worker.terminate(),
  };
}
