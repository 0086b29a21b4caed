/** Perturbation, smoothing and collapse on a small model: what must hold of any. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/engine.ts';
import { createKernelsEngine } from '../../src/engine/kernels/engine.ts';
import type { Measured } from '../../src/results/schema.ts';
import { packDocuments } from '../../src/training/text/packing.ts';
import { LLAMA, type ModelConfig } from '../../src/transformer/config.ts';
import { initialParameters } from '../../src/transformer/initialise.ts';
import { randomGenerator } from '../../src/transformer/random.ts';
import { compileKernels } from '../kernels.ts';
import { countsUpTo, finalMeasures, measureCollapse, suffixStart } from './collapse.ts';
import { exchangedPosition, measurePerturbation, withExchange } from './perturbation.ts';
import { removalBatches } from './removal-text.ts';
import { measureSmoothing } from './smoothing.ts';

const config: ModelConfig = {
  ...LLAMA,
  ...{ vocabularySize: 40, contextLength: 18, layers: 2, heads: 2, width: 16, hiddenWidth: 24 },
  ...{ ropeBase: 10_000, normEpsilon: 1e-5 },
};
const draw = randomGenerator('mixing.test/documents');
const documents = Array.from({ length: 20 }, () => Array.from({ length: 25 }, () => draw.below(30)));
const text = packDocuments(documents, { bos: 'fixed', mask: 'causal' }, { bos: 38, eos: 39 });

/** Matrices of attention and output times a factor: 0 leaves even attention, or no block at all. */
async function engineWith(scale: (name: string) => number): Promise<Engine> {
  const parameters = initialParameters(config, 3);
  for (const [name, values] of Object.entries(parameters)) {
    if (!name.endsWith('norm')) parameters[name] = values.map((value) => scale(name) * value);
  }
  return createKernelsEngine(config, parameters, { module: await compileKernels() });
}

let peaked: Engine;
let even: Engine;
let still: Engine;
beforeAll(async () => {
  peaked = await engineWith(() => 12);
  even = await engineWith((name) => (name.endsWith('query') ? 0 : 12));
  still = await engineWith((name) => (name.endsWith('output') || name.endsWith('down') ? 0 : 12));
});
afterAll(() => {
  for (const engine of [peaked, even, still]) engine.dispose();
});

const list = (measured: Measured, name: string) => measured[name] as number[];
const table = (measured: Measured, name: string) => measured[name] as number[][];

describe('perturbation', () => {
  it('exchanges one token, at one position, for another of the text', () => {
    const [removal] = removalBatches(text, { length: 18, windows: 32, ordinaryAt: 3 });
    const exchanged = withExchange(removal!, 3, text);
    removal!.batch.inputs.forEach((token, index) => {
      if (index % 18 === 3) expect([token, 38, 39]).not.toContain(exchanged.inputs[index]);
      else expect(exchanged.inputs[index]).toBe(token);
    });
    expect(exchangedPosition(64)).toBe(10);
  });

  it('moves embeddings of the exchanged token alone, and states behind it after the first block', async () => {
    const measured = await measurePerturbation(peaked, text, 40);
    for (const condition of ['with', 'deleted', 'masked', 'replaced']) {
      const change = table(measured, `change/${condition}`);
      expect(change.map((row) => row.length)).toEqual([15, 15, 15]);
      expect(change[0]!.slice(1).every((value) => value === 0)).toBe(true);
      expect(change[0]![0]).toBeGreaterThan(0.5);
      expect(change[1]!.every((value) => value > 0)).toBe(true);
      expect(measured[`mean-change/${condition}`]).toBe(list(measured, `change-behind/${condition}`)[2]);
    }
    expect(measured['mean-change/masked']).toBeCloseTo(measured['mean-change/deleted'] as number, 5);
    expect(measured['loss/masked']).toBeCloseTo(measured['loss/deleted'] as number, 4);
    expect(
      Math.abs((measured['mean-change/with'] as number) - (measured['mean-change/masked'] as number)),
    ).toBeGreaterThan(1e-3);
  });

  it('moves nothing behind the exchanged token where blocks write nothing', async () => {
    const measured = await measurePerturbation(still, text, 8);
    expect(list(measured, 'change-behind/with')).toEqual([0, 0, 0]);
    expect(list(measured, 'spread/with')).toEqual([0, 0, 0, 0]);
  });

  it('pays the exchanged token its even share where attention is even, and more with the first left out', async () => {
    const measured = await measurePerturbation(even, text, 8);
    const share = (missing: number) => {
      const queries = Array.from({ length: 14 }, (_, i) => 1 / (i + 5 - missing));
      return queries.reduce((a, b) => a + b) / 14;
    };
    for (const [name, missing] of Object.entries({
      with: 0,
      'with-renormalised': 1,
      masked: 1,
      deleted: 1,
      replaced: 0,
    })) {
      expect(list(measured, `weight-on-exchanged/${name}`)[0]).toBeCloseTo(share(missing), 5);
    }
  });
});

describe('smoothing', () => {
  it('is entropy 1 and distance 0 of even attention, under every condition', async () => {
    const measured = await measureSmoothing(even, text, 8);
    for (const name of ['with', 'with-renormalised', 'deleted', 'masked', 'replaced', 'replaced-renormalised']) {
      expect(measured[`entropy/${name}`]).toBeCloseTo(1, 5);
      expect(measured[`distance/${name}`]).toBeCloseTo(0, 5);
      expect(list(measured, `query-entropy/${name}`)).toHaveLength(16);
    }
    expect(table(measured, 'map/with')[3]!.slice(0, 5)).toEqual([...new Array(4).fill(expect.closeTo(0.25, 5)), 0]);
    expect(table(measured, 'head-first-attention/masked').flat()).toEqual([0, 0, 0, 0]);
  });

  it('of the first layer is the same masked as with the first key left out, whatever the model', async () => {
    const measured = await measureSmoothing(peaked, text, 40);
    const firstLayer = (name: string) => table(measured, `head-entropy/${name}`)[0]!;
    for (const [head, entropy] of firstLayer('masked').entries()) {
      expect(entropy).toBeCloseTo(firstLayer('with-renormalised')[head]!, 5);
      expect(entropy).toBeCloseTo(firstLayer('deleted')[head]!, 5);
      expect(entropy).not.toBeCloseTo(firstLayer('with')[head]!, 4);
      expect(entropy).toBeLessThan(0.99);
    }
  });
});

describe('collapse', () => {
  it('has the shapes that it tells, and no distance between equal tokens before the first block', async () => {
    const measured = await measureCollapse(peaked, text, 8);
    const [suffix, prefix] = [countsUpTo(18 - suffixStart(18)), countsUpTo(15)];
    expect(suffix).toEqual([2, 3, 4, 6, 8, 12, 15]);
    expect(prefix).toEqual([2, 3, 4, 6, 8, 12, 15]);
    for (const condition of ['with', 'deleted', 'masked', 'replaced']) {
      for (const [kind, counts] of Object.entries({ suffix, prefix })) {
        const distances = table(measured, `${kind}-distance/${condition}`);
        expect(distances.map((row) => row.length)).toEqual([0, 1, 2].map(() => counts.length));
        expect(distances[0]!.every((distance) => distance === 0)).toBe(true);
        expect(distances[2]!.every((distance) => distance > 0)).toBe(true);
      }
      expect(list(measured, `residual/${condition}/text`)).toHaveLength(3);
    }
    expect(measured).not.toHaveProperty(['residual/deleted/all']);
    const final = finalMeasures(measured);
    expect(final['final/residual/with']).toBe(list(measured, 'residual/with/text')[2]);
    expect(final['final/suffix-distance/masked']).toBe(table(measured, 'suffix-distance/masked')[2]![6]);
  });

  it('keeps what embeddings are where blocks write nothing, under every condition', async () => {
    const measured = await measureCollapse(still, text, 8);
    const residual = list(measured, 'residual/with/text')[0]!;
    const rank = list(measured, 'effective-rank/with/text')[0]!;
    for (const condition of ['with', 'deleted', 'masked', 'replaced']) {
      for (let depth = 0; depth < 3; depth++) {
        expect(list(measured, `residual/${condition}/text`)[depth]).toBeCloseTo(residual, 6);
        expect(list(measured, `effective-rank/${condition}/text`)[depth]).toBeCloseTo(rank, 4);
      }
      expect(
        table(measured, `suffix-distance/${condition}`)
          .flat()
          .every((distance) => distance === 0),
      ).toBe(true);
    }
    // The first token's state is another one, and counts where all are asked for.
    expect(list(measured, 'residual/with/all')[0]).not.toBeCloseTo(residual, 4);
  });
});
