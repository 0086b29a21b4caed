/** placeholder while engine lands */
import { createTrainer } from './trainer.ts';

const handle = createTrainer({
  load: () => Promise.reject(new Error('not yet')),
  post: (m, t) => self.postMessage(m, { transfer: t ?? [] }),
  now: () => performance.now(),
});
self.onmessage = ({ data }) => handle(data);
