// A worker thread does not inherit the TypeScript loader of the main thread, so it registers its own.
import { parentPort } from 'node:worker_threads';
import { register } from 'tsx/esm/api';

register();
const { serve } = await import('../src/engine/kernels/worker-service.ts');
serve({
  post: (message, transfer) => parentPort.postMessage(message, transfer),
  onMessage: (listener) => parentPort.on('message', listener),
});
