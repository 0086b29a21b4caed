import { describe, expect, it } from 'vitest';
import type { Batch, Engine } from '../../src/engine/engine.ts';
import { createKernelsEngine } from '../../src/engine/kernels/engine.ts';
import type { Run } from '../../src/results/schema.ts';
import type { ModelConfig } from '../../src/transformer/config.ts';
import { initialParameters } from '../../src/transformer/initialise.ts';
import { loadTokenizer } from '../corpus/index.ts';
import { backcopy as experiment } from '../experiments/backcopy.ts';
import { compileKernels } from '../kernels.ts';
import { backcopy, measureBackcopy } from './backcopy.ts';

const { specification } = experiment.grids.full.points.find(({ id }) => id === 'softmax-adam-3')!;
const config: ModelConfig = { ...specification.model, vocabularySize: 6, contextLength: 12, width: 8, hiddenWidth: 8 };
const TRIGGERS = [1, 2];
const BOS = 5;

/** Two sequences of `<bos>` and 11 symbols; triggers at positions 9 of the first and 10 of the second, and earlier ones. */
const batch: Batch = {
  sequences: 2,
  length: 12,
  inputs: Int32Array.of(...[BOS, 0, 1, 0, 3, 4, 3, 2, 3, 1, 3, 4], ...[BOS, 3, 2, 3, 4, 0, 3, 4, 0, 3, 2, 3]),
  targets: Int32Array.of(...[0, 1, 0, 3, 4, 3, 2, 3, 1, 3, 4, 0], ...[3, 2, 3, 4, 0, 3, 4, 0, 3, 2, 3, 4]),
};

async function withEngine<T>(parameters = initialParameters(config, 0), use: (engine: Engine) => Promise<T>) {
  const engine = await createKernelsEngine(config, parameters, { module: await compileKernels(), batch });
  try {
    return await use(engine);
  } finally {
    engine.dispose();
  }
}

describe('the analysis of Bigram-Backcopy', () => {
  it('finds even attention at chance, for both kinds of queries', async () => {
    const parameters = initialParameters(config, 0);
    for (const [name, values] of Object.entries(parameters)) if (name.endsWith('attention.query')) values.fill(0);
    const measured = await withEngine(parameters, (engine) => measureBackcopy(engine, batch, TRIGGERS));
    // Triggers from position 8 on: at 9 and 10; the others: at 8, 10, 11 and at 8, 9, 11.
    const copying = (1 / 10 + 1 / 11) / 2;
    const others = (1 / 9 + 1 / 11 + 1 / 12 + 1 / 9 + 1 / 10 + 1 / 12) / 6;
    for (const key of ['first', 'previous']) {
      for (const row of measured[`${key}-attention/trigger`] as number[][]) expect(row[0]).toBeCloseTo(copying, 6);
      for (const row of measured[`${key}-attention/non-trigger`] as number[][]) expect(row[0]).toBeCloseTo(others, 6);
    }
    for (const row of measured['total-attention/trigger'] as number[][]) expect(row[0]).toBeCloseTo(1, 6);
    expect(measured['sink-head/non-trigger']).toBeCloseTo(others, 6);
    expect(measured['first-state-norm']).toHaveLength(4);
  });

  it('splits the loss by what stands before the target, without the first target', async () => {
    const { measured, loss } = await withEngine(undefined, async (engine) => ({
      measured: await measureBackcopy(engine, batch, TRIGGERS),
      loss: (
        await engine.evaluate({ ...batch, targets: batch.targets.map((target, i) => (i % 12 === 0 ? -1 : target)) })
      ).loss,
    }));
    // 5 of the 22 inputs behind <bos> are triggers.
    const { 'loss/trigger': trigger, 'loss/non-trigger': other } = measured as Record<string, number>;
    expect((5 * trigger! + 17 * other!) / 22).toBeCloseTo(loss, 5);
    expect(trigger).not.toBeCloseTo(other!, 4);
  });

  it('sees a drained value, a peak between blocks, and which head sinks', async () => {
    const parameters = initialParameters(config, 0);
    // The first block's MLP is silent and its attention writes little, so the state behind it is the embedding.
    for (const name of ['layers.0.mlp.down', 'layers.0.attention.output']) parameters[name]!.fill(0);
    for (let d = 0; d < 8; d++) parameters.embedding![BOS * 8 + d] = d % 2 === 0 ? 1 : -1;
    const measured = await withEngine(parameters, (engine) => measureBackcopy(engine, batch, TRIGGERS));
    const states = measured['first-state-norm'] as number[];
    expect(states[1]).toBe(states[0]);
    expect(states[0]).toBeGreaterThan(10);
    expect(measured['largest-inner-state-norm']).toBe(Math.max(states[1]!, states[2]!));
    const heads = measured['first-attention/non-trigger'] as number[][];
    const layer = measured['sink-head/layer'] as number;
    expect(measured['sink-head/non-trigger']).toBe(Math.max(...heads.flat()));
    expect(heads[layer]![0]).toBe(measured['sink-head/non-trigger']);
    expect(measured['sink-head/first-value-norm']).toBe((measured['first-value-norm'] as number[][])[layer]![0]);
  });

  it('takes a run of the experiment, and refuses one of text', async () => {
    const model = (changes: object) => ({
      run: { specification: { ...specification, seed: 0, ...changes } } as unknown as Run,
      parameters: initialParameters(specification.model, 0),
      heldOut: () => {
        throw new Error('not of a language');
      },
      tokenizer: loadTokenizer(),
    });
    const module = await compileKernels();
    const measured = await backcopy.measure({ ...model({}), module });
    expect(measured['loss/trigger']).toBeGreaterThan(4);
    expect(measured['loss/trigger']).toBeLessThan(4.5);
    const text = { data: { ...specification.data, language: null } };
    await expect(backcopy.measure({ ...model(text), module })).rejects.toThrow(/needs a model of a language/);
  });
});
