/** The engine's own contestants: its matrix kernel, and its training step on one thread and on several. */
import type { Engine } from '../engine/engine.ts';
import { createKernelsEngine } from '../engine/kernels/engine.ts';
import { Kernels } from '../engine/kernels/module.ts';
import type { WorkerPort } from '../engine/kernels/worker-port.ts';
import { initialParameters } from '../transformer/initialise.ts';
import type { Contestant } from './measure.ts';
import { batchOf, HYPER, type Workload } from './workload.ts';

/** Floating-point operations of a product of square matrices of this many rows. */
export function productFlops(size: number): number {
  return 2 * size * size * size;
}

/** A product of two square matrices by the engine's kernel; `size` is a multiple of 8. */
export async function productContestant(module: WebAssembly.Module, size: number): Promise<Contestant> {
  const kernels = await Kernels.instantiate(module);
  const bytes = 4 * size * size;
  const start = Math.ceil(kernels.run.firstFreeByte() / 64) * 64;
  kernels.reserve(start + 3 * bytes);
  kernels.view(start, (2 * bytes) / 4).forEach((_, index, all) => {
    all[index] = ((index * 7919) % 2003) / 2003 - 0.5;
  });
  const [a, b, c] = [start, start + bytes, start + 2 * bytes] as const;
  const stride = size * 8 * 4;
  const panels = size / 8;
  return {
    name: `matrix product, ${size} x ${size} x ${size}`,
    run: () => kernels.run.multiply(a, stride, b, stride, c, stride, 0, size, panels, panels),
  };
}

/** A training step of the kernels engine, which owns the workers; with none it computes on the calling thread. */
export async function stepContestant(
  module: WebAssembly.Module,
  work: Workload,
  workers: readonly WorkerPort[],
): Promise<Contestant & { engine: Engine }> {
  const batch = batchOf(work);
  const engine = await createKernelsEngine(work.model, initialParameters(work.model, 0), { module, batch, workers });
  const count = workers.length;
  const threads = count === 0 ? 'one thread' : `${count} ${count === 1 ? 'worker' : 'workers'}`;
  return { name: `kernels, ${threads}`, engine, run: () => engine.step(batch, HYPER) };
}
