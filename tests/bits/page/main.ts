/** The page that every browser opens: computes the bits on its own thread and with Web Workers, and reports to the server. */
import { bitsOf } from '../../../src/engine/kernels/bits.fixture.ts';
import kernelsUrl from '../../../src/engine/kernels/kernels.wasm?url';
import { type WorkerPort, webWorkerPort } from '../../../src/engine/kernels/worker-port.ts';

function startWorkers(count: number): WorkerPort[] {
  const start = () =>
    new Worker(new URL('../../../src/engine/kernels/web-worker.ts', import.meta.url), { type: 'module' });
  return Array.from({ length: count }, () => webWorkerPort(start()));
}

/** A worker that cannot start: the engine must say so, and not wait for ever. */
function missingWorker(): WorkerPort[] {
  return [webWorkerPort(new Worker(new URL('no-such-worker.js', location.href), { type: 'module' }))];
}

async function report(name: string): Promise<object> {
  const workers = name === 'missing' ? missingWorker : () => startWorkers(Number(name));
  try {
    const answer = await fetch(kernelsUrl);
    const module = await WebAssembly.compile(await answer.arrayBuffer());
    return { bits: await bitsOf(module, workers) };
  } catch (error) {
    return { error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}

for (const workers of new URLSearchParams(location.search).getAll('workers')) {
  const body = JSON.stringify({ workers, ...(await report(workers)), userAgent: navigator.userAgent });
  await fetch('report', { method: 'POST', body });
}
