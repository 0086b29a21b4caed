import { describe, expect, it } from 'vitest';
import type { Batch, Engine } from '../../engine/engine.ts';
import { MemoryError, WorkerError } from '../../engine/kernels/engine.ts';
import { specificationFixture } from '../../results/run.fixture.ts';
import { LanguageError } from '../../training/language/language.ts';
import { DivergenceError } from '../../training/loop.ts';
import { PackingError } from '../../training/text/packing.ts';
import { parameterShapes, sizeOf } from '../../transformer/parameters.ts';
import { FaultError, faultOf } from './faults.ts';
import type { FromWorker, StartRequest } from './protocol.ts';
import { createTrainer, type LoadedRun, type TrainerParts } from './trainer.ts';

const { model } = specificationFixture;
const SPECIFICATION = {
  ...specificationFixture,
  training: { ...specificationFixture.training, steps: 6, warmupSteps: 0 },
  evaluation: { every: 3, sequences: 1 },
};
const REQUEST: StartRequest = {
  ...{ type: 'start', run: 1, specification: SPECIFICATION, device: 'wasm', root: '/', paused: false, threads: 1 },
};

function batchOf(sequences: number): Batch {
  const size = sequences * model.contextLength;
  return { sequences, length: model.contextLength, inputs: new Int32Array(size), targets: new Int32Array(size) };
}

/** Uniform attention and a loss that the test gives: the trainer's messages are what is tested, not the model. */
class FakeEngine implements Engine {
  readonly config = model;
  steps = 0;
  disposed = false;
  constructor(readonly lossAt: (step: number) => number) {}
  step() {
    return { loss: this.lossAt(++this.steps), gradientNorm: 1 };
  }
  evaluate() {
    return { loss: 3 };
  }
  inspect({ sequences: B, length: T }: Batch) {
    const { layers: L, heads: H } = model;
    const attention = new Float32Array(L * B * H * T * T);
    for (let row = 0; row < L * B * H * T; row++) attention.fill(1 / ((row % T) + 1), row * T, row * T + (row % T) + 1);
    return { attention, valueNorms: new Float32Array(L * B * H * T).fill(1) };
  }
  parameters() {
    return Object.fromEntries(parameterShapes(model).map(({ name, shape }) => [name, new Float32Array(sizeOf(shape))]));
  }
  gradients() {
    return this.parameters();
  }
  load() {}
  checkpoint() {
    return new Uint8Array();
  }
  restore() {}
  dispose() {
    this.disposed = true;
  }
}

function bench(
  lossAt: (step: number) => number = (step) => 6 - step / 10,
  load?: TrainerParts['load'],
  measure?: LoadedRun['measure'],
) {
  const engine = new FakeEngine(lossAt);
  const said: FromWorker[] = [];
  const waiting: { type: FromWorker['type']; resolve: () => void }[] = [];
  const loaded: LoadedRun = {
    ...{ engine, batches: () => batchOf(2), heldOut: [batchOf(1)], shown: batchOf(1), labels: ['<bos>'], triggers: [] },
    ...{ agreement: null, threads: 1, ...(measure && { measure }) },
  };
  let clock = 0;
  const tell = createTrainer({
    load: load ?? (async () => loaded),
    now: () => (clock += 10),
    post(message) {
      said.push(message);
      for (const { type, resolve } of waiting) if (type === message.type) resolve();
    },
  });
  /** Until the worker says this for the first time from now. */
  const hear = (type: FromWorker['type']) => new Promise<void>((resolve) => waiting.push({ type, resolve }));
  const losses = () => said.flatMap((message) => (message.type === 'steps' ? [...message.losses] : []));
  const evaluated = () => said.flatMap((message) => (message.type === 'evaluation' ? [message.evaluation.step] : []));
  return { engine, said, tell, hear, losses, evaluated };
}

describe('the trainer', () => {
  it('trains to the end, reports every loss once, and frees the engine', async () => {
    const { tell, hear, said, losses, evaluated, engine } = bench();
    const finished = hear('finished');
    tell(REQUEST);
    await finished;
    expect(losses()).toEqual([...Float32Array.of(5.9, 5.8, 5.7, 5.6, 5.5, 5.4)]);
    expect(evaluated()).toEqual([0, 3, 6]);
    expect(said[0]).toEqual({ run: 1, type: 'ready', labels: ['<bos>'], triggers: [], threads: 1 });
    await Promise.resolve();
    expect(engine.disposed).toBe(true);
  });

  it('takes one step at a time while paused, with the evaluation that is due after it', async () => {
    const { tell, hear, losses, evaluated, said } = bench();
    let resting = hear('resting');
    tell({ ...REQUEST, paused: true });
    await resting;
    expect(losses()).toEqual([]);
    for (const [steps, evaluations] of [
      [1, [0]],
      [2, [0]],
      [3, [0, 3]],
    ] as const) {
      resting = hear('resting');
      tell({ type: 'step', run: 1 });
      await resting;
      expect(losses()).toHaveLength(steps);
      expect(evaluated()).toEqual(evaluations);
      expect(said.findLast(({ type }) => type === 'attention')).toMatchObject({ step: steps });
    }
    const finished = hear('finished');
    tell({ type: 'resume', run: 1 });
    await finished;
    expect(losses()).toHaveLength(6);
  });

  it('goes on to the next evaluation while paused, and tells what else it was asked there', async () => {
    const { tell, hear, losses, said } = bench(undefined, undefined, async () => ({ peak: 2 }));
    let resting = hear('resting');
    tell({ ...REQUEST, paused: true });
    await resting;
    for (const [step, steps] of [
      [0, 0],
      [3, 3],
    ] as const) {
      resting = hear('resting');
      tell({ type: 'advance', run: 1 });
      await resting;
      expect(losses()).toHaveLength(steps);
      expect(said.findLast(({ type }) => type === 'measured')).toMatchObject({ step, measures: { peak: 2 } });
    }
    tell({ type: 'stop', run: 1 });
  });

  it('answers that it is alive', () => {
    const { tell, said } = bench();
    tell({ type: 'ping', run: 4 });
    expect(said).toEqual([{ run: 4, type: 'alive' }]);
  });

  it('pauses between two steps and goes on from there', async () => {
    const { tell, hear, engine } = bench();
    const [first, resting, finished] = [hear('evaluation'), hear('resting'), hear('finished')];
    tell(REQUEST);
    await first;
    tell({ type: 'pause', run: 1 });
    await resting;
    expect(engine.steps).toBeLessThan(6);
    tell({ type: 'resume', run: 1 });
    await finished;
    expect(engine.steps).toBe(6);
  });

  it('stops when told to, also while paused, frees the engine and says so', async () => {
    const { tell, hear, engine, said } = bench();
    const [resting, stopped] = [hear('resting'), hear('stopped')];
    tell({ ...REQUEST, paused: true });
    await resting;
    tell({ type: 'stop', run: 1 });
    await stopped;
    expect(engine.disposed).toBe(true);
    expect(said.some(({ type }) => type === 'finished')).toBe(false);
  });

  it('does not listen to commands for another run', async () => {
    const { tell, hear, engine } = bench();
    const finished = hear('finished');
    tell(REQUEST);
    tell({ type: 'stop', run: 7 });
    await finished;
    expect(engine.steps).toBe(6);
  });

  it('says that training diverged, at which step, and what to lower', async () => {
    const { tell, hear, said, engine } = bench((step) => (step === 4 ? Number.NaN : 5));
    const failed = hear('failed');
    tell(REQUEST);
    await failed;
    expect(said.at(-1)).toMatchObject({
      type: 'failed',
      fault: {
        kind: 'divergence',
        message: expect.stringContaining('step 4'),
        remedy: expect.stringContaining('rate'),
      },
    });
    await Promise.resolve();
    expect(engine.disposed).toBe(true);
  });

  it('passes on what loading found to be wrong', async () => {
    const fault = { kind: 'corpus', message: 'No text.', remedy: 'Try later.' } as const;
    const { tell, hear, said } = bench(undefined, () => Promise.reject(new FaultError(fault)));
    const failed = hear('failed');
    tell(REQUEST);
    await failed;
    expect(said).toEqual([{ run: 1, type: 'failed', fault }]);
  });
});

describe('a fault', () => {
  it('of training that broke names the last good state, where there is one to speak of', () => {
    const told = (lastGoodStep: number | null) => faultOf(new DivergenceError(7, lastGoodStep, 'the loss'));
    expect(told(6).message).toBe(
      'Training broke at step 7: the loss is no number any more. The last good state is that of step 6.',
    );
    expect(told(6).remedy).toMatch(/break again: lower the peak learning rate/);
    for (const step of [0, null])
      expect(told(step).message).toBe('Training broke at step 7: the loss is no number any more.');
  });

  it.each([
    [new Error('WebGL context lost'), 'lost'],
    [new Error('A valid external Instance reference no longer exists: device lost'), 'lost'],
    [new RangeError('Array buffer allocation failed'), 'memory'],
    [new MemoryError('the 900 MB that this model and batch need are not to be had'), 'memory'],
    [new WorkerError('worker 1 of 2 of the engine died'), 'worker'],
    [new LanguageError('data: a language has no end'), 'data'],
    [new PackingError('the text has 3 tokens'), 'data'],
    ['thrown text', 'unexpected'],
  ])('is told from the error: %s', (error, kind) => {
    expect(faultOf(error)).toMatchObject({ kind, remedy: expect.stringMatching(/\w+/) });
  });
});
