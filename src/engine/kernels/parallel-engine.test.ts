import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { ATTENTION_KINDS, LLAMA, type ModelConfig } from '../../transformer/config.ts';
import { randomBatch, randomParameters } from '../engine.fixture.ts';
import type { Batch, Engine, StepHyper } from '../engine.ts';
import { createKernelsEngine, DisposedError, WorkerError } from './engine.ts';
import { module } from './kernels.fixture.ts';
import { nodeWorkerPort, type WorkerPort } from './worker-port.ts';

const config: ModelConfig = {
  vocabularySize: 13,
  contextLength: 11,
  layers: 2,
  heads: 2,
  width: 12,
  hiddenWidth: 7,
  ropeBase: 10_000,
  normEpsilon: 1e-5,
  ...LLAMA,
};
const hyper: StepHyper = {
  learningRate: 1e-2,
  weightDecay: 0.1,
  clipNorm: 0.5,
  beta1: 0.9,
  beta2: 0.95,
  epsilon: 1e-8,
};
const parameters = randomParameters(config, 'parallel');

const engines: Engine[] = [];
afterEach(() => {
  for (const engine of engines.splice(0)) engine.dispose();
});

/** @param workerData of each worker, whose number this decides */
async function create(workerData: { diesAtRequest?: number }[], model = config): Promise<Engine> {
  const script = new URL('node-worker.fixture.mjs', import.meta.url);
  const workers = workerData.map((data) => nodeWorkerPort(new Worker(script, { workerData: data })));
  const engine = await createKernelsEngine(model, randomParameters(model, 'parallel'), { module, workers });
  engines.push(engine);
  return engine;
}

function healthy(count: number): object[] {
  return Array.from({ length: count }, () => ({}));
}

/** Batches of many shapes: less than one sequence a worker, odd numbers, documents. */
const batches: Batch[] = [1, 3, 8, 21].map((sequences) =>
  randomBatch(config, `batch ${sequences}`, {
    sequences,
    length: 12 - Math.min(8, sequences),
    documents: sequences > 3,
  }),
);

async function record(engine: Engine): Promise<unknown[]> {
  const results: unknown[] = [];
  for (const batch of batches) {
    results.push(await engine.evaluate(batch), await engine.gradients(batch), await engine.step(batch, hyper));
  }
  results.push(await engine.checkpoint(), await engine.inspect(batches[2]!, { attention: true }));
  return results;
}

describe('several workers', () => {
  it.each([1, 2, 3, 4, 8])('%i give the bits of one thread', async (count) => {
    expect(await record(await create(healthy(count)))).toEqual(await record(await create([])));
  });

  it.each(ATTENTION_KINDS)(
    'two give the bits of one thread in a model of other kinds and %s attention',
    async (attention) => {
      const parts = { positions: 'learned', norm: 'layer', mlp: 'relu', tiedHead: true } as const;
      const model: ModelConfig = { ...config, attention, ...parts, window: { length: 4, first: 1 } };
      expect(await record(await create(healthy(2), model))).toEqual(await record(await create([], model)));
    },
  );

  it('refuse what one thread refuses, and go on', async () => {
    const engine = await create(healthy(2));
    const before = await engine.checkpoint();
    await expect(engine.step(batches[1]!, { ...hyper, beta1: 2 })).rejects.toThrow(/^beta1: /);
    await expect(engine.evaluate({ ...batches[1]!, length: 0 })).rejects.toThrow(/^length: /);
    expect(await engine.checkpoint()).toEqual(before);
    expect(await engine.evaluate(batches[1]!)).toEqual(await (await create([])).evaluate(batches[1]!));
  });

  it('ask for one request at a time', async () => {
    const engine = await create(healthy(1));
    const first = engine.evaluate(batches[0]!);
    await expect(engine.evaluate(batches[0]!)).rejects.toThrow(/await its last answer/);
    expect(() => engine.inspect(batches[1]!, { states: true })).toThrow(/await its last answer/);
    expect(() => engine.load(parameters)).toThrow(/await its last answer/);
    await first;
  });
});

describe('a worker that dies', () => {
  it('ends the step with an error that says which and what to do, and loses no finished step', async () => {
    // Requests: start, the first step, the second step.
    const engine = await create([{}, { diesAtRequest: 2 }]);
    await engine.step(batches[2]!, hyper);
    const saved = await engine.checkpoint();
    await expect(engine.step(batches[3]!, hyper)).rejects.toThrow(WorkerError);
    await expect(engine.step(batches[3]!, hyper)).rejects.toThrow(
      /worker 2 of 2 .*ended with code 7.*restore its last checkpoint/,
    );
    expect(await engine.checkpoint()).toEqual(saved);

    const [again, straight] = [await create(healthy(2)), await create([])];
    await again.restore(saved);
    await straight.step(batches[2]!, hyper);
    expect(await again.step(batches[3]!, hyper)).toEqual(await straight.step(batches[3]!, hyper));
  });

  it('at its start fails the creation and ends the others', async () => {
    const ended: string[] = [];
    const script = new URL('node-worker.fixture.mjs', import.meta.url);
    const workers = [{}, { diesAtRequest: 0 }].map((workerData, index): WorkerPort => {
      const worker = new Worker(script, { workerData });
      const port = nodeWorkerPort(worker);
      const terminate = () => {
        ended.push(`worker ${index + 1}`);
        port.terminate();
      };
      return { ...port, terminate };
    });
    await expect(createKernelsEngine(config, parameters, { module, workers })).rejects.toThrow(
      /worker 2 of 2 .*code 7/,
    );
    expect(ended).toEqual(['worker 1', 'worker 2']);
  });

  it('by disposal leaves nobody waiting', async () => {
    const engine = await create(healthy(1));
    const step = engine.step(batches[2]!, hyper);
    engine.dispose();
    await expect(step).rejects.toThrow(DisposedError);
  });
});
