import { describe, expect, it } from 'vitest';
import type { Batch } from '../../src/engine/engine.ts';
import { createKernelsEngine } from '../../src/engine/kernels/engine.ts';
import { packDocuments } from '../../src/training/text/packing.ts';
import { LLAMA, type ModelConfig } from '../../src/transformer/config.ts';
import { initialParameters } from '../../src/transformer/initialise.ts';
import { randomGenerator } from '../../src/transformer/random.ts';
import { compileKernels } from '../kernels.ts';
import { drawOrdinary, underCondition } from './removal.ts';
import { removalBatches } from './removal-text.ts';

const config: ModelConfig = {
  ...LLAMA,
  ...{ vocabularySize: 40, contextLength: 12, layers: 2, heads: 2, width: 16, hiddenWidth: 24 },
  ...{ ropeBase: 10_000, normEpsilon: 1e-5 },
};
const special = { bos: 38, eos: 39 };
const draw = randomGenerator('removal.test/documents');
const documents = Array.from({ length: 30 }, () => Array.from({ length: 9 }, () => draw.below(30)));
const text = packDocuments(documents, { bos: 'fixed', mask: 'causal' }, special);

/** Large weights, so that attention is far from even. */
async function engineOf() {
  const parameters = initialParameters(config, 1);
  for (const [name, values] of Object.entries(parameters)) {
    if (!name.endsWith('norm')) parameters[name] = values.map((value) => 12 * value);
  }
  return createKernelsEngine(config, parameters, { module: await compileKernels() });
}

describe('taking the first token away', () => {
  const batch: Batch = {
    sequences: 2,
    length: 3,
    inputs: Int32Array.of(38, 1, 2, 38, 3, 4),
    targets: Int32Array.of(-1, 2, 5, -1, 4, 6),
  };

  it('leaves the batch as it is, drops the token, sets it apart, or puts another in its place', () => {
    expect(underCondition(batch, 'with', [7, 8])).toEqual({ batch, shift: 0 });
    expect(underCondition(batch, 'deleted', [7, 8])).toEqual({
      batch: { sequences: 2, length: 2, inputs: Int32Array.of(1, 2, 3, 4), targets: Int32Array.of(2, 5, 4, 6) },
      shift: 1,
    });
    expect(underCondition(batch, 'masked', [7, 8])).toEqual({
      batch: { ...batch, documents: Int32Array.of(2, 1, 1, 2, 1, 1) },
      shift: 0,
    });
    expect(underCondition(batch, 'replaced', [7, 8])).toEqual({
      batch: { ...batch, inputs: Int32Array.of(7, 1, 2, 8, 3, 4) },
      shift: 0,
    });
    expect(batch.inputs).toEqual(Int32Array.of(38, 1, 2, 38, 3, 4));
  });

  it('keeps the documents of a batch that has them; the first token shares none', () => {
    const own = { ...batch, documents: Int32Array.of(0, 1, 2, 0, 1, 1) };
    expect(underCondition(own, 'masked', [7, 8]).batch.documents).toEqual(Int32Array.of(3, 1, 2, 3, 1, 1));
    expect(underCondition(own, 'deleted', [7, 8]).batch.documents).toEqual(Int32Array.of(1, 2, 1, 1));
  });

  it('masked: nobody but itself attends to it; with RoPE the text has the states that it has without it', async () => {
    const engine = await engineOf();
    const [{ batch: held, replacements }] = removalBatches(text, { length: 12, windows: 4 }) as [
      ReturnType<typeof removalBatches>[number],
    ];
    const masked = underCondition(held, 'masked', replacements).batch;
    const { attention, states } = await engine.inspect(masked, { attention: true, states: true });
    for (let map = 0; map < 2 * 4 * 2; map++) {
      for (let t = 0; t < 12; t++) expect(attention![(map * 12 + t) * 12]).toBe(t === 0 ? 1 : 0);
    }
    const deleted = await engine.inspect(underCondition(held, 'deleted', replacements).batch, { states: true });
    const ofText = states!.filter((_, index) => Math.floor(index / 16) % 12 !== 0);
    expect(ofText.length).toBe(deleted.states!.length);
    ofText.forEach((value, index) => {
      expect(Math.abs(value - deleted.states![index]!)).toBeLessThan(1e-4);
    });
    const asTrained = await engine.inspect(held, { states: true });
    expect(asTrained.states!.some((value, index) => Math.abs(value - states![index]!) > 0.01)).toBe(true);
    engine.dispose();
  });
});

describe('the windows', () => {
  it('are the same text under every condition and packing, with losses of the same tokens', () => {
    const plain = packDocuments(documents, { bos: 'none', mask: 'causal' }, special);
    const withBos = removalBatches(text, { length: 12, windows: 40 });
    const without = removalBatches(plain, { length: 12, windows: 40 });
    expect(withBos.map(({ batch }) => batch.sequences)).toEqual([32, 8]);
    for (const [i, { batch, windows }] of withBos.entries()) {
      const other = without[i]!;
      expect(other.windows).toEqual(windows);
      expect(other.batch.targets).toEqual(batch.targets);
      for (const [index, token] of batch.inputs.entries()) {
        if (index % 12 === 0) expect([token, batch.targets[index]]).toEqual([special.bos, -1]);
        else expect(other.batch.inputs[index]).toBe(token);
      }
    }
  });

  it('have an ordinary token where one is asked for, and where the first is replaced', () => {
    for (const { batch, replacements } of removalBatches(text, { length: 12, windows: 60, ordinaryAt: 5 })) {
      for (let b = 0; b < batch.sequences; b++) {
        expect(batch.inputs[b * 12 + 5]).toBeLessThan(30);
        expect(replacements[b]).toBeLessThan(30);
      }
    }
  });

  it('are not to be had of a text that ends first', () => {
    const last = packDocuments([[1, 2, 3]], { bos: 'none', mask: 'causal' }, special);
    expect(() => removalBatches(last, { length: 3, windows: 1, ordinaryAt: 3 })).toThrow(/ends before window 0/);
  });
});

it('draws tokens as often as they occur, never a special one nor the excepted', () => {
  const small = packDocuments([[1, 1, 1, 2, 5, 5, 5, 5]], { bos: 'none', mask: 'causal' }, special);
  const random = randomGenerator('removal.test/draws');
  const draws = Array.from({ length: 4000 }, () => drawOrdinary(small, random, 5));
  expect(new Set(draws)).toEqual(new Set([1, 2]));
  expect(draws.filter((token) => token === 1).length / 4000).toBeCloseTo(0.75, 1);
});
