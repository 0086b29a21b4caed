/** The script of a Web Worker of the kernels engine: `new Worker(new URL('./web-worker.ts', import.meta.url), { type: 'module' })`. */
import { serve } from './worker-service.ts';

serve({
  post: (message, transfer) => self.postMessage(message, { transfer }),
  onMessage: (listener) => self.addEventListener('message', ({ data }) => listener(data)),
});
