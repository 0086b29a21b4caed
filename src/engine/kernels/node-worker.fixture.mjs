// A worker thread for tests, which does not inherit the TypeScript loader of the test runner.
import { parentPort, workerData } from 'node:worker_threads';
import { register } from 'tsx/esm/api';

register();
const { serve } = await import('./worker-service.ts');
let requests = 0;
serve({
  post: (message, transfer) => parentPort.postMessage(message, transfer),
  onMessage: (listener) =>
    parentPort.on('message', (message) => {
      if (requests++ === workerData?.diesAtRequest) process.exit(7);
      listener(message);
    }),
});
