import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createKernelsEngine } from '../../engine/kernels/engine.ts';
import type { Evaluation } from '../../results/schema.ts';
import { train } from '../../training/loop.ts';
import { initialParameters } from '../../transformer/initialise.ts';
import type { Beginning, FromWorker, ToWorker } from './protocol.ts';
import { createVerifier, type LoadedRun } from './verifier.ts';
import { FILES, RUN } from './verify.fixture.ts';

const module = new WebAssembly.Module(
  readFileSync(new URL('../../engine/kernels/kernels.wasm', import.meta.url)) as BufferSource,
);
const { specification } = RUN;
const { model } = specification;

function batch(sequences: number) {
  const inputs = Int32Array.from({ length: sequences * model.contextLength }, (_, i) => (i * 7) % model.vocabularySize);
  return { sequences, length: model.contextLength, inputs, targets: inputs };
}

/** The worker's side with the real kernels, without a worker. */
function bench(load?: () => Promise<LoadedRun>) {
  const said: FromWorker[] = [];
  let heard = () => {};
  let disposed = false;
  const tell = createVerifier({
    load:
      load ??
      (async () => {
        const engine = await createKernelsEngine(model, initialParameters(model, 0), { module });
        const dispose = engine.dispose.bind(engine);
        engine.dispose = () => {
          disposed = true;
          dispose();
        };
        return { engine, batches: () => batch(4), heldOut: [batch(2)], threads: 1, files: FILES, checkpoint: null };
      }),
    post(message) {
      said.push(message);
      heard();
    },
    now: () => performance.now(),
  });
  const evaluations = () => said.flatMap((message) => (message.type === 'evaluation' ? [message.evaluation] : []));
  /** Waits for so many evaluations, and then a little for one too many. */
  const settle = async (count: number) => {
    while (evaluations().length < count) await new Promise<void>((resolve) => (heard = resolve));
    await new Promise((resolve) => setTimeout(resolve, 60));
    return evaluations();
  };
  const start = (until: number, from: Beginning | null = null): ToWorker => ({
    ...{ type: 'start', specification, root: '/', from, until },
  });
  return { tell, said, settle, start, isDisposed: () => disposed };
}

const steps = (evaluations: readonly Evaluation[]) => evaluations.map(({ step }) => step);

describe('the worker’s side', () => {
  it('rests where it was told to, goes on, and has the fingerprints of one that did not rest', async () => {
    const whole = bench();
    whole.tell(whole.start(20));
    const all = await whole.settle(3);
    expect(steps(all)).toEqual([0, 10, 20]);
    expect(whole.isDisposed()).toBe(true);

    const rested = bench();
    rested.tell(rested.start(10));
    expect(steps(await rested.settle(2))).toEqual([0, 10]);
    expect(rested.isDisposed()).toBe(false);
    rested.tell({ type: 'stop' });
    rested.tell({ type: 'continue', until: 20 });
    expect(await rested.settle(3)).toEqual(all);
    expect(rested.said[0]).toEqual({ type: 'ready', files: FILES, threads: 1 });
  });

  it('goes on from a checkpoint to the fingerprints of the whole run', async () => {
    const engine = await createKernelsEngine(model, initialParameters(model, 0), { module });
    const setup = { engine, batches: () => batch(4), heldOut: [batch(2)] };
    const all: Evaluation[] = [];
    let checkpoint: Uint8Array | null = null;
    for await (const event of train({ specification, ...setup })) {
      if (event.kind !== 'evaluation') continue;
      all.push(event.evaluation);
      if (event.evaluation.step === 10) checkpoint = await engine.checkpoint();
    }
    engine.dispose();

    const load = (bytes: Uint8Array) => async () => ({
      ...{ engine: await createKernelsEngine(model, initialParameters(model, 1), { module }), checkpoint: bytes },
      ...{ batches: () => batch(4), heldOut: [batch(2)], threads: 1, files: FILES },
    });
    const from = { step: 10, address: '', before: all.slice(0, 1) };
    const resumed = bench(load(checkpoint!));
    resumed.tell(resumed.start(20, from));
    expect(await resumed.settle(2)).toEqual([{ ...all[1], trainingLoss: 0 }, all[2]]);

    const altered = checkpoint!.slice();
    altered[altered.length - 1]! ^= 1; // of the second moments, which no fingerprint covers
    const other = bench(load(altered));
    other.tell(other.start(20, from));
    const found = await other.settle(2);
    expect(found[0]!.fingerprint).toBe(all[1]!.fingerprint);
    expect(found[1]!.fingerprint).not.toBe(all[2]!.fingerprint);

    const short = bench(load(checkpoint!.slice(0, -1)));
    short.tell(short.start(20, from));
    while (short.said.at(-1)?.type !== 'failed') await new Promise((resolve) => setTimeout(resolve, 5));
    expect(short.said.at(-1)).toMatchObject({ problem: { message: expect.stringMatching(/cut short or damaged/) } });
  });

  it('stops between two steps', async () => {
    const stopped = bench();
    stopped.tell(stopped.start(20));
    stopped.tell({ type: 'stop' });
    expect(steps(await stopped.settle(1))).toEqual([0]);
    stopped.tell({ type: 'continue', until: 20 });
    expect(steps(await stopped.settle(3))).toEqual([0, 10, 20]);
  });

  it('says what kept it from loading', async () => {
    const { tell, start, said } = bench(async () => {
      throw new RangeError('Array buffer allocation failed');
    });
    tell(start(20));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(said).toEqual([
      { type: 'failed', problem: expect.objectContaining({ message: expect.stringContaining('memory') }) },
    ]);
  });

  it('says when the loss is no number any more', async () => {
    const { tell, start, said } = bench(async () => {
      const parameters = initialParameters(model, 0);
      for (const values of Object.values(parameters)) values.fill(1e30);
      const engine = await createKernelsEngine(model, parameters, { module });
      const good = { loss: 1 };
      engine.evaluate = () => good;
      return { engine, batches: () => batch(4), heldOut: [batch(2)], threads: 1, files: FILES, checkpoint: null };
    });
    tell(start(20));
    while (said.at(-1)?.type !== 'diverged') await new Promise((resolve) => setTimeout(resolve, 5));
    expect(said.at(-1)).toEqual({ type: 'diverged', step: 1 });
  });
});
