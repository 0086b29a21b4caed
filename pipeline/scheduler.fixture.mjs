// A worker for tests of the scheduler: does what its run's label says.
import { parentPort, workerData } from 'node:worker_threads';

const { job, stop } = workerData;
const tell = (message) => parentPort.postMessage(message);
const [, behaviour] = job.run.label.split(': ');

if (behaviour === 'throws') throw new Error('out of luck');
if (behaviour === 'exits') process.exit(7);
if (behaviour === 'fails') tell({ kind: 'failed', message: 'training diverged' });
if (behaviour === 'finishes') {
  tell({ kind: 'notice', text: 'hello' });
  tell({ kind: 'step', step: 1, loss: 2 });
  tell({ kind: 'ended', finished: true, evaluations: [] });
}
if (behaviour === 'waits') {
  tell({ kind: 'step', step: 1, loss: 2 });
  // Busy, as in the middle of a step: no message could reach it, only shared memory does.
  while (Atomics.load(stop, 0) === 0);
  tell({ kind: 'ended', finished: false, evaluations: [] });
}
