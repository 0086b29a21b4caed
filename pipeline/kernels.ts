/** The kernels engine under Node: its compiled module and its worker threads. */
import { readFile } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { nodeWorkerPort, type WorkerPort } from '../src/engine/kernels/worker-port.ts';

/** Compiles the committed `kernels.wasm`. */
export async function compileKernels(): Promise<WebAssembly.Module> {
  return WebAssembly.compile(await readFile(new URL('../src/engine/kernels/kernels.wasm', import.meta.url)));
}

/** Starts worker threads for `createKernelsEngine`, which owns them from then on. */
export function startKernelsWorkers(count: number): WorkerPort[] {
  const script = new URL('kernels-worker.mjs', import.meta.url);
  return Array.from({ length: count }, () => nodeWorkerPort(new Worker(script)));
}
