import { beforeAll, describe, expect, it } from 'vitest';
import { randomParameters } from '../../src/engine/engine.fixture.ts';
import { createKernelsEngine } from '../../src/engine/kernels/engine.ts';
import type { Measured, Run } from '../../src/results/schema.ts';
import { windowsAt } from '../../src/training/text/packing.ts';
import { changed, QUICK } from '../experiments/models.ts';
import type { TrainedModel } from './analysis.ts';
import { openModel } from './open-model.ts';
import { bucketWidth, cacheSizes, STREAMING_POLICIES, streaming } from './streaming.ts';

/** Untrained, but large enough in its numbers that it matters what is attended to. */
const { model, ...rest } = changed(QUICK.specification, { model: { layers: 1, width: 16, hiddenWidth: 16 } });
const T = model.contextLength;

let trained: TrainedModel;
let measured: Measured;
const list = (name: string) => measured[name] as number[];

beforeAll(async () => {
  const run = { specification: { ...rest, model, seed: 0 } } as Run;
  trained = await openModel(run, randomParameters(model, 'streaming', 0.5));
  measured = await streaming.measure(trained);
}, 120_000);

describe('streaming', () => {
  it('has sizes with room for four first tokens', () => {
    expect(cacheSizes(64)).toEqual([8, 16, 32, 64]);
    expect(measured.sizes).toEqual([8, 16]);
  });

  it('gives one loss a size and policy, and one a bucket, all finite', () => {
    for (const policy of [...Object.keys(STREAMING_POLICIES), 'recomputed']) {
      expect(list(`loss/${policy}`)).toHaveLength(2);
      expect(list(`by-position/half/${policy}`)).toHaveLength((8 * T) / bucketWidth(T));
    }
    expect(Object.values(measured).flat(2).every(Number.isFinite)).toBe(true);
  });

  it('is the same for every policy until the cache is full, and the loss that the kernels compute', async () => {
    const until = T / bucketWidth(T);
    const first = list('by-position/whole/recomputed').slice(0, until);
    for (const policy of Object.keys(STREAMING_POLICIES)) {
      for (const [bucket, loss] of list(`by-position/whole/${policy}`).slice(0, until).entries()) {
        expect(loss).toBeCloseTo(first[bucket]!, 4);
      }
      expect(list(`by-position/whole/${policy}`).at(-1)).not.toBeCloseTo(list('by-position/keeps-all').at(-1)!, 4);
    }
    const packed = trained.heldOut(rest.data);
    const stretches = 4096 / (8 * T);
    const step = Math.floor((packed.tokens.length - 8 * T) / stretches);
    const batch = windowsAt(
      packed,
      Array.from({ length: stretches }, (_, i) => i * step),
      T,
    );
    const engine = await createKernelsEngine(model, trained.parameters, { module: trained.module });
    const { loss } = await engine.evaluate(batch);
    expect(first.reduce((sum, part) => sum + part, 0) / until).toBeCloseTo(loss, 4);
  });

  it('a cache of one layer that keeps the first and the nearest is those tokens read anew', () => {
    // With <bos> fixed, both see <bos> and the same tokens at the same positions; in one layer nothing else can be known.
    for (const [index, loss] of list('loss/first-1').entries()) {
      expect(loss).toBeCloseTo(list('loss/recomputed')[index]!, 4);
      expect(list('over-first-1/recomputed')[index]).toBeCloseTo(0, 4);
    }
    expect(Math.abs(measured['half/over-first-1/window'] as number)).toBeGreaterThan(1e-3);
  });

  it('knows who still holds the first token', () => {
    expect(list('holds-first/window')).toEqual([0, 0]);
    expect(list('holds-first/first-4')).toEqual([1, 1]);
  });

  it('refuses a context that is too short', async () => {
    const { run } = trained;
    const specification = { ...run.specification, model: { ...model, contextLength: 8 } };
    await expect(streaming.measure({ ...trained, run: { ...run, specification } })).rejects.toThrow('too short');
  });
});
