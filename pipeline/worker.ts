/** The worker thread of the pipeline; `worker.mjs` loads it. */
import { parentPort, workerData } from 'node:worker_threads';
import { carryOut } from './job.ts';
import { prepareRun } from './prepare.ts';

if (parentPort === null) throw new Error('pipeline/worker.ts is a worker thread; start `npm run pipeline -- run`');
await carryOut(workerData, parentPort.postMessage.bind(parentPort), prepareRun);
