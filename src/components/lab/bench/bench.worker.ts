/** The worker that races: loads both engines, compares their first losses, and times them in turns. */
import { productContestant, productFlops, stepContestant } from '../../../benchmark/contestants.ts';
import { enter, firstLosses } from '../../../benchmark/entry.ts';
import { interleave } from '../../../benchmark/measure.ts';
import type { Peer } from '../../../benchmark/peer.ts';
import { rowsOf } from '../../../benchmark/rows.ts';
import { batchOf, HYPER, stepFlops, tokensOf } from '../../../benchmark/workload.ts';
import kernelsUrl from '../../../engine/kernels/kernels.wasm?url';
import { type WorkerPort, webWorkerPort } from '../../../engine/kernels/worker-port.ts';
import { WASM_PATHS } from '../tensorflow-files.ts';
import { CHOICES, type ContestantId, type FromRace, type StartRace } from './race.ts';

const tell = (message: FromRace) => self.postMessage(message);
const name = (id: ContestantId) => id;

const tensorflow: Peer = {
  name: name('tensorflow'),
  comparedSteps: 3,
  async start(work, parameters) {
    const { createTensorflowEngine } = await import('../../../engine/tensorflow/engine.ts');
    const engine = await createTensorflowEngine(work.model, parameters, { device: 'wasm', wasmPaths: WASM_PATHS });
    const batch = batchOf(work);
    return { step: async () => (await engine.step(batch, HYPER)).loss, dispose: () => engine.dispose() };
  },
};

function startWorkers(count: number): WorkerPort[] {
  const start = () => new Worker(new URL('../../../engine/kernels/web-worker.ts', import.meta.url), { type: 'module' });
  return Array.from({ length: count }, () => webWorkerPort(start()));
}

async function loadKernels(): Promise<WebAssembly.Module> {
  try {
    const answer = await fetch(kernelsUrl);
    if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
    return await WebAssembly.compile(await answer.arrayBuffer());
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `The kernels could not be loaded: ${reason}. They need WebAssembly with SIMD; try a newer browser.`,
    );
  }
}

async function race({ choice, rounds }: StartRace): Promise<void> {
  const { work, productSize } = CHOICES.find(({ id }) => id === choice)!;
  const module = await loadKernels();
  const product = { ...(await productContestant(module, productSize)), name: name('product') };
  const one = { ...(await stepContestant(module, work, startWorkers(1))), name: name('one') };
  const two = { ...(await stepContestant(module, work, startWorkers(2))), name: name('two') };

  tell({ type: 'comparing' });
  const expected = await firstLosses(one.engine, work);
  const again = await firstLosses(two.engine, work);
  const { entry, contestant } = await enter(tensorflow, work, expected);
  tell({ type: 'compared', entry, sameBits: expected.every((loss, step) => loss === again[step]) });

  const measured = {
    workload: work.name,
    product: { name: product.name, flops: productFlops(productSize) },
    kernels: one.name,
    tokens: tokensOf(work),
    flops: stepFlops(work),
  };
  await interleave([product, one, two, ...(contestant ? [contestant] : [])], rounds, {
    now: () => performance.now(),
    onRound: (round, medians) => tell({ type: 'round', round, rows: round === 0 ? [] : rowsOf(medians, measured) }),
  });
  one.engine.dispose();
  two.engine.dispose();
  contestant?.dispose();
  tell({ type: 'finished' });
}

self.onmessage = ({ data }: MessageEvent<StartRace>) => {
  race(data).catch((error: unknown) =>
    tell({ type: 'failed', message: error instanceof Error ? error.message : String(error) }),
  );
};
