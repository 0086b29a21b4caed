/** The kernels in a worker of a page: fetched, hashed, compiled, and started on as many threads as it is worth. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { Engine } from '../../engine/engine.ts';
import { createKernelsEngine, WorkerError } from '../../engine/kernels/engine.ts';
import kernelsUrl from '../../engine/kernels/kernels.wasm?url';
import { type WorkerPort, webWorkerPort } from '../../engine/kernels/worker-port.ts';
import type { RunSpecification } from '../../training/specification.ts';
import { initialParameters } from '../../transformer/initialise.ts';
import { threadsFor } from '../lab/plan.ts';
import { ProblemError } from './problems.ts';

export interface StartedKernels {
  engine: Engine;
  threads: number;
  /** SHA-256 of the compiled kernels as they came. */
  hash: string;
}

/**
 * An engine with the initial parameters of a run. The bits are the same for any number of threads.
 * @throws {ProblemError} when the kernels cannot be fetched or compiled.
 */
export async function startKernels(specification: RunSpecification): Promise<StartedKernels> {
  const { model, training, seed } = specification;
  const { module, hash } = await fetchKernels();
  const batch = { sequences: training.sequencesPerStep, length: model.contextLength };
  const start = async (threads: number) => {
    const workers = threads > 1 ? Array.from({ length: threads }, startWorker) : [];
    const engine = await createKernelsEngine(model, initialParameters(model, seed), { module, batch, workers });
    return { engine, threads, hash };
  };
  try {
    return await start(typeof Worker === 'undefined' ? 1 : threadsFor(specification, navigator.hardwareConcurrency));
  } catch (error) {
    // Where a worker cannot start workers, it computes alone.
    if (!(error instanceof WorkerError)) throw error;
    return start(1);
  }
}

async function fetchKernels(): Promise<{ module: WebAssembly.Module; hash: string }> {
  try {
    const answer = await fetch(kernelsUrl);
    if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
    const bytes = await answer.arrayBuffer();
    return { module: await WebAssembly.compile(bytes), hash: bytesToHex(sha256(new Uint8Array(bytes))) };
  } catch (error) {
    throw new ProblemError({
      message: `The kernels could not be loaded: ${error instanceof Error ? error.message : String(error)}.`,
      remedy: 'They need WebAssembly with SIMD. Try again; if it lasts, try a newer browser.',
    });
  }
}

/** The bundler finds a worker's script only where its address stands within the call. */
function startWorker(): WorkerPort {
  return webWorkerPort(new Worker(new URL('../../engine/kernels/web-worker.ts', import.meta.url), { type: 'module' }));
}
