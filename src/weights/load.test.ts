import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyModel, randomParameters } from '../engine/engine.fixture.ts';
import { LLAMA, type ModelConfig } from '../transformer/config.ts';
import { readConfigJson } from './config-json.ts';
import { exportModel, type Model } from './export.ts';
import { loadModel } from './load.ts';
import { WeightsError } from './ours.ts';

const shape = { vocabularySize: 7, contextLength: 8, layers: 2, heads: 2, width: 8, hiddenWidth: 5 };
const config: ModelConfig = { ...shape, ropeBase: 10_000, normEpsilon: 1e-5, ...LLAMA };
const modelOf = (other: Partial<ModelConfig> = {}): Model => {
  const own = { ...config, ...other };
  return { config: own, parameters: randomParameters(own, 'load'), special: { bos: 5, eos: 6 }, run: 'abc' };
};
const llama = exportModel(modelOf(), 'F32');
const gated = exportModel(modelOf({ attention: 'gated' }), 'F32');

function expectRefused(read: () => unknown, message: RegExp | string): void {
  expect(read).toThrow(WeightsError);
  expect(read).toThrow(message);
}

/** The text of a `config.json` with some fields changed; undefined takes a field away. */
const changed = (text: string, fields: Record<string, unknown>) => JSON.stringify({ ...JSON.parse(text), ...fields });

describe('an exported model', () => {
  it('is loaded as it was, whatever its kind; float32 to the bit', () => {
    fc.assert(
      fc.property(anyModel, fc.string(), (model, seed) => {
        const special = { bos: 0, eos: 1 };
        const exported = { config: model, parameters: randomParameters(model, seed), special, run: 'abc' };
        expect(loadModel(exportModel(exported, 'F32'))).toEqual(exported);
        const { parameters } = loadModel(exportModel(exported, 'F16'));
        for (const [name, values] of Object.entries(exported.parameters)) {
          for (const [i, value] of values.entries()) {
            // Half a unit in the last of 11 bits, or of the steps of 2^-24 between the smallest numbers.
            const bound = Math.max(Math.abs(value) * 2 ** -11, 2 ** -25);
            expect(Math.abs(parameters[name]![i]! - value)).toBeLessThanOrEqual(bound);
          }
        }
      }),
      { numRuns: 15 },
    );
  });

  it('says of a LLaMA what LlamaConfig asks for', () => {
    expect(JSON.parse(exportModel(modelOf({ tiedHead: true }), 'F16').config)).toEqual({
      architectures: ['LlamaForCausalLM'],
      model_type: 'llama',
      vocab_size: 7,
      hidden_size: 8,
      intermediate_size: 5,
      num_hidden_layers: 2,
      num_attention_heads: 2,
      num_key_value_heads: 2,
      head_dim: 4,
      max_position_embeddings: 8,
      hidden_act: 'silu',
      rms_norm_eps: 1e-5,
      rope_theta: 10_000,
      rope_scaling: null,
      attention_bias: false,
      attention_dropout: 0,
      mlp_bias: false,
      tie_word_embeddings: true,
      bos_token_id: 5,
      eos_token_id: 6,
      torch_dtype: 'float16',
    });
  });

  it('of any other kind says our configuration', () => {
    const { architectures, model, torch_dtype } = JSON.parse(gated.config);
    expect({ architectures, model, torch_dtype }).toEqual({
      architectures: ['FirstTokenForCausalLM'],
      model: { ...config, attention: 'gated' },
      torch_dtype: 'float32',
    });
  });
});

describe('files that do not fit together are refused', () => {
  it('a LLaMA with the configuration of another model, and the other way', () => {
    expectRefused(
      () => loadModel({ ...llama, config: gated.config }),
      /^model\.safetensors: the file does not say.*Take/,
    );
    expectRefused(() => loadModel({ ...gated, config: llama.config }), /no tensor model\.embed_tokens\.weight/);
  });

  it('a model of another size', () => {
    const wider = changed(llama.config, { intermediate_size: 6 });
    expectRefused(() => loadModel({ ...llama, config: wider }), /gate_proj\.weight is \[5,8\], the model's is \[6,8\]/);
    const deeper = changed(llama.config, { num_hidden_layers: 3 });
    expectRefused(() => loadModel({ ...llama, config: deeper }), /no tensor model\.layers\.2\./);
    const shallower = changed(llama.config, { num_hidden_layers: 1 });
    expectRefused(() => loadModel({ ...llama, config: shallower }), /the model has no tensor "model\.layers\.1\./);
  });

  it('weights cut short, and numbers that are none', () => {
    expectRefused(() => loadModel({ ...llama, weights: llama.weights.subarray(0, 5000) }), /cut short/);
    const model = modelOf();
    model.parameters['norm']![3] = Number.NaN;
    expectRefused(() => loadModel(exportModel(model, 'F32')), /"model\.norm\.weight": its number 3 is NaN/);
  });

  it('a model of the reader has no run', () => {
    const { weights } = exportModel({ ...modelOf(), run: 'abc' }, 'F32');
    const withoutRun = weights.slice();
    const at = new TextDecoder('latin1').decode(weights).indexOf('"run"');
    withoutRun[at + 1] = 'x'.charCodeAt(0);
    expect(loadModel({ ...llama, weights: withoutRun }).run).toBeNull();
  });
});

describe('config.json', () => {
  it.each<[string, Record<string, unknown>, RegExp]>([
    ['another architecture', { architectures: ['GPT2LMHeadModel'] }, /architectures must be LlamaForCausalLM or/],
    ['no architecture', { architectures: undefined }, /architectures must be/],
    ['grouped queries', { num_key_value_heads: 1 }, /num_key_value_heads must be 2, not 1/],
    ['heads of another width', { head_dim: 8 }, /head_dim must be 4, not 8/],
    ['stretched RoPE', { rope_scaling: { type: 'linear', factor: 2 } }, /rope_scaling must be null, not an object/],
    ['biases', { attention_bias: true }, /attention_bias must be false, not true/],
    ['another activation', { hidden_act: 'gelu' }, /hidden_act must be "silu", not "gelu"/],
    ['a missing size', { hidden_size: undefined }, /width: must be a whole number.*undefined/],
    ['a size in words', { num_hidden_layers: '2' }, /layers: must be a whole number/],
    ['no such token', { bos_token_id: 7 }, /bos_token_id must be a token's id, from 0 to 6, not 7/],
    ['no token', { bos_token_id: null }, /bos_token_id must be/],
    ['several tokens', { eos_token_id: [1, 2] }, /eos_token_id must be.*not a list/],
    ['layers without end', { num_hidden_layers: 1e9 }, /1000000000 layers, more than/],
    ['a vocabulary without end', { vocab_size: 1e12 }, /parameters, more than the 64000000 allowed/],
  ])('is refused: %s', (_, fields, message) => {
    expectRefused(() => readConfigJson(changed(llama.config, fields)), message);
    expectRefused(() => readConfigJson(changed(llama.config, fields)), /^config\.json: /);
  });

  it.each<[string, string, RegExp]>([
    ['no JSON', '{', /it is not JSON/],
    ['no object', '[]', /must be an object/],
    ['null', 'null', /must be an object/],
    ['too long', ' '.repeat(200_000), /200000 characters, more than the 100000/],
    ['no configuration', changed(gated.config, { model: null }), /model must be the configuration/],
    ['another kind', changed(gated.config, { model: { ...config, attention: 'cubic' } }), /attention: must be one of/],
    ['a configuration of nothing', changed(gated.config, { model: {} }), /vocabularySize: must be/],
  ])('is refused: %s', (_, text, message) => {
    expectRefused(() => readConfigJson(text), message);
  });

  it('may lack what has a default in LlamaConfig, and have fields that change nothing here', () => {
    const fewer = { head_dim: undefined, rope_scaling: undefined, num_key_value_heads: undefined, use_cache: true };
    expect(readConfigJson(changed(llama.config, fewer)).config).toEqual(config);
  });

  it('may have no token that ends a text', () => {
    expect(readConfigJson(changed(llama.config, { eos_token_id: null })).special).toEqual({ bos: 5, eos: null });
  });

  it('with any value anywhere is read or refused', () => {
    const fields = [...Object.keys(JSON.parse(llama.config)), ...Object.keys(JSON.parse(gated.config))];
    const changes = fc.tuple(fc.constantFrom(llama.config, gated.config), fc.constantFrom(...fields), fc.jsonValue());
    fc.assert(
      fc.property(changes, fc.constantFrom(...Object.keys(config)), ([text, field, value], own) => {
        for (const change of [{ [field]: value }, { model: { ...config, attention: 'gated', [own]: value } }]) {
          try {
            expect(readConfigJson(changed(text, change)).config.layers).toBeGreaterThan(0);
          } catch (error) {
            expect(error).toBeInstanceOf(WeightsError);
          }
        }
      }),
      { numRuns: 1000 },
    );
  });
});
