/** The engine's own contestants: its matrix kernel, and its training step on one thread and on several. */
import type { Engine } from '../../src/engine/engine.ts';
import { createKernelsEngine } from '../../src/engine/kernels/engine.ts';
import { Kernels } from '../../src/engine/kernels/module.ts';
import { initialParameters } from '../../src/transformer/initialise.ts';
import { startKernelsWorkers } from '../kernels.ts';
import type { Contestant } from './measure.ts';
import { batchOf, HYPER, type Workload } from './workload.ts';

/** Rows, columns and depth of the matrix product. */
export const PRODUCT_SIZE = 1024;
export const PRODUCT_FLOPS = 2 * PRODUCT_SIZE ** 3;

/** A product of two square matrices by the engine's kernel. */
export async function productContestant(module: WebAssembly.Module): Promise<Contestant> {
  const kernels = await Kernels.instantiate(module);
  const bytes = 4 * PRODUCT_SIZE ** 2;
  const start = Math.ceil(kernels.run.firstFreeByte() / 64) * 64;
  kernels.reserve(start + 3 * bytes);
  kernels.view(start, (2 * bytes) / 4).forEach((_, index, all) => {
    all[index] = ((index * 7919) % 2003) / 2003 - 0.5;
  });
  const [a, b, c] = [start, start + bytes, start + 2 * bytes] as const;
  const stride = PRODUCT_SIZE * 8 * 4;
  const panels = PRODUCT_SIZE / 8;
  return {
    name: `matrix product, ${PRODUCT_SIZE} x ${PRODUCT_SIZE} x ${PRODUCT_SIZE}`,
    run: () => kernels.run.multiply(a, stride, b, stride, c, stride, 0, PRODUCT_SIZE, panels, panels),
  };
}

/** A training step of the kernels engine; `workers` of 0 computes on the calling thread. */
export async function stepContestant(
  module: WebAssembly.Module,
  work: Workload,
  workers: number,
): Promise<Contestant & { engine: Engine }> {
  const batch = batchOf(work);
  const engine = await createKernelsEngine(work.model, initialParameters(work.model, 0), {
    module,
    batch,
    workers: startKernelsWorkers(workers),
  });
  const threads = workers === 0 ? 'one thread' : `${workers} ${workers === 1 ? 'worker' : 'workers'}`;
  return { name: `kernels, ${threads}`, engine, run: () => engine.step(batch, HYPER) };
}
