import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyModel, modelsWith, randomBatch, randomParameters, relativeDifference } from '../engine/engine.fixture.ts';
import { createKernelsEngine } from '../engine/kernels/engine.ts';
import { module } from '../engine/kernels/kernels.fixture.ts';
import { LLAMA, type ModelConfig } from '../transformer/config.ts';
import { exportModel } from './export.ts';
import { fromLlamaTensors, isLlama, toLlamaTensors } from './hugging-face.ts';
import { llamaLogits, type Pairing } from './llama.fixture.ts';
import { loadModel } from './load.ts';
import { WeightsError } from './ours.ts';
import { DTYPES, type Dtype, decodeSafetensors, type StoredTensor } from './safetensors.ts';

/** Of max |difference| / max |logit|: the kernels compute in float32. */
const TOLERANCE = 1e-4;

/** LLaMAs of every odd shape, of more than one channel: of one RMSNorm leaves nothing but its sign. */
const llamas: fc.Arbitrary<ModelConfig> = fc
  .tuple(modelsWith('softmax'), fc.boolean(), fc.constantFrom(1e-5, 0.1))
  .filter(([{ width, heads }]) => width % (2 * heads) === 0)
  .map(([config, tiedHead, normEpsilon]) => ({ ...config, ...LLAMA, tiedHead, normEpsilon }));

const shape = { vocabularySize: 7, contextLength: 9, layers: 2, heads: 2, width: 12, hiddenWidth: 5 };
const example: ModelConfig = { ...shape, ropeBase: 100, normEpsilon: 1e-5, ...LLAMA };

/** How far the kernels' logits are from those of `LlamaForCausalLM`, both reading the exported files. */
async function difference(config: ModelConfig, seed: string, dtype: Dtype, pairing?: Pairing): Promise<number> {
  const parameters = randomParameters(config, seed);
  const files = exportModel({ config, parameters, special: { bos: 0, eos: 1 }, run: 'abc' }, dtype);
  const loaded = loadModel(files);
  expect(loaded.config).toEqual(config);
  const engine = await createKernelsEngine(loaded.config, loaded.parameters, { module });
  const batch = randomBatch(config, seed, { sequences: 1 });
  const { logits } = await engine.inspect(batch, { logits: true });
  const theirs = llamaLogits(JSON.parse(files.config), decodeSafetensors(files.weights).tensors, batch.inputs, pairing);
  expect(logits!.length).toBe(theirs.flat().length);
  return relativeDifference(logits!, theirs.flat());
}

describe('an exported LLaMA is computed alike by the kernels and by the conventions of LlamaForCausalLM', () => {
  it.each(DTYPES)('%s', async (dtype) => {
    await fc.assert(
      fc.asyncProperty(llamas, fc.string(), async (config, seed) => {
        expect(await difference(config, seed, dtype)).toBeLessThan(TOLERANCE);
      }),
      { numRuns: 25 },
    );
  });

  it('which RoPE of other pairs of channels would not be', async () => {
    expect(await difference(example, 'pairs', 'F32')).toBeLessThan(TOLERANCE);
    expect(await difference(example, 'pairs', 'F32', 'neighbours')).toBeGreaterThan(0.01);
  });
});

describe('the tensors of LlamaForCausalLM', () => {
  it('have its names and shapes', () => {
    const config = { ...example, layers: 1 };
    const list = toLlamaTensors(config, randomParameters(config, 'names'));
    expect(Object.fromEntries(list.map(({ name, shape }) => [name, shape]))).toEqual({
      'model.embed_tokens.weight': [7, 12],
      'model.layers.0.input_layernorm.weight': [12],
      'model.layers.0.self_attn.q_proj.weight': [12, 12],
      'model.layers.0.self_attn.k_proj.weight': [12, 12],
      'model.layers.0.self_attn.v_proj.weight': [12, 12],
      'model.layers.0.self_attn.o_proj.weight': [12, 12],
      'model.layers.0.post_attention_layernorm.weight': [12],
      'model.layers.0.mlp.gate_proj.weight': [5, 12],
      'model.layers.0.mlp.up_proj.weight': [5, 12],
      'model.layers.0.mlp.down_proj.weight': [12, 5],
      'model.norm.weight': [12],
      'lm_head.weight': [7, 12],
    });
  });

  it('have a matrix by rows of what comes out', () => {
    const config = { ...example, layers: 1, vocabularySize: 3, heads: 1, width: 2 };
    const parameters = { ...randomParameters(config, 'rows'), head: Float32Array.of(1, 2, 3, 4, 5, 6) }; // (2, 3)
    const head = toLlamaTensors(config, parameters).find(({ name }) => name === 'lm_head.weight')!;
    expect(head.shape).toEqual([3, 2]);
    expect([...head.values]).toEqual([1, 4, 2, 5, 3, 6]);
  });

  it('become our parameters again, to the bit', () => {
    fc.assert(
      fc.property(llamas, fc.string(), (config, seed) => {
        const parameters = randomParameters(config, seed);
        const tensors = new Map<string, StoredTensor>(
          toLlamaTensors(config, parameters).map(({ name, ...tensor }) => [name, { ...tensor, dtype: 'F32' }]),
        );
        expect(fromLlamaTensors(config, tensors)).toEqual(parameters);
      }),
      { numRuns: 30 },
    );
  });

  it('are refused where the model is no LLaMA', () => {
    fc.assert(
      fc.property(anyModel, (config) => {
        const { attention, window, positions, norm, mlp } = { ...config };
        const { tiedHead: _, ...kinds } = LLAMA;
        const same = JSON.stringify({ attention, window, positions, norm, mlp }) === JSON.stringify(kinds);
        expect(isLlama(config)).toBe(same);
        if (!same) expect(() => toLlamaTensors(config, randomParameters(config, 'x'))).toThrow(/no LLaMA/);
      }),
    );
    expect(isLlama(example)).toBe(true);
    expect(() => fromLlamaTensors({ ...example, norm: 'layer' }, new Map())).toThrow(WeightsError);
  });
});
