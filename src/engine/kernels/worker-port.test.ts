import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { nodeWorkerPort, webWorkerPort } from './worker-port.ts';

/** A page's worker, without the page. */
class FakeWorker extends EventTarget {
  postMessage(): void {}
  terminate(): void {}
  fail(message?: string): void {
    this.dispatchEvent(Object.assign(new Event('error'), message === undefined ? {} : { message }));
  }
}

function webPort(): { worker: FakeWorker; port: ReturnType<typeof webWorkerPort> } {
  const worker = new FakeWorker();
  return { worker, port: webWorkerPort(worker as unknown as Parameters<typeof webWorkerPort>[0]) };
}

describe('a death is told', () => {
  it('when it comes', () => {
    const { worker, port } = webPort();
    const reasons: string[] = [];
    port.onDeath((reason) => void reasons.push(reason));
    worker.fail('out of memory');
    expect(reasons).toEqual(['out of memory']);
  });

  it('when it came before anybody listened', () => {
    const { worker, port } = webPort();
    worker.fail();
    const reasons: string[] = [];
    port.onDeath((reason) => void reasons.push(reason));
    expect(reasons).toEqual(['its script could not be loaded']);
  });

  it('once, by its first reason', () => {
    const { worker, port } = webPort();
    const reasons: string[] = [];
    port.onDeath((reason) => void reasons.push(reason));
    worker.fail('the first');
    worker.dispatchEvent(new Event('messageerror'));
    expect(reasons).toEqual(['the first']);
  });

  it('of a worker thread, too, and does not end the program before that', async () => {
    const worker = new Worker(new URL('no-such-worker.mjs', import.meta.url));
    const port = nodeWorkerPort(worker);
    await new Promise((resolve) => worker.on('exit', resolve));
    const reason = await new Promise<string>((resolve) => port.onDeath(resolve));
    expect(reason).toMatch(/Cannot find module/);
  });
});
