import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyModel, randomParameters } from '../engine/engine.fixture.ts';
import { LLAMA, type ModelConfig } from '../transformer/config.ts';
import { parameterShapes } from '../transformer/parameters.ts';
import { decodeWeights, encodeWeights, WeightsError, type WeightsFault } from './ours.ts';
import { encodeSafetensors } from './safetensors.ts';

const shape = { vocabularySize: 7, contextLength: 8, layers: 2, heads: 2, width: 8, hiddenWidth: 5 };
const config: ModelConfig = { ...shape, ropeBase: 10_000, normEpsilon: 1e-5, ...LLAMA };
const bytes = encodeWeights(config, randomParameters(config, 'weights'), 'abc');

function expectFault(read: () => unknown, fault: WeightsFault, message: RegExp): void {
  expect(read).toThrow(WeightsError);
  expect(read).toThrow(expect.objectContaining({ fault }));
  expect(read).toThrow(message);
}

describe('weights under our names', () => {
  it('are read back to the bit, for models of every kind', () => {
    fc.assert(
      fc.property(anyModel, fc.string(), (model, seed) => {
        const parameters = randomParameters(model, seed);
        const read = decodeWeights(encodeWeights(model, parameters, 'abc'), model, 'abc');
        expect(read).toEqual(parameters);
        expect(Object.keys(read)).toEqual(parameterShapes(model).map(({ name }) => name));
      }),
      { numRuns: 30 },
    );
  });

  it('keep what training may have brought: NaN, infinities and the sign of zero', () => {
    const parameters = randomParameters(config, 'nan');
    parameters['norm']!.set([Number.NaN, Number.POSITIVE_INFINITY, -0]);
    expect(decodeWeights(encodeWeights(config, parameters, 'abc'), config)['norm']).toEqual(parameters['norm']);
  });

  it('of another configuration are refused, with the field', () => {
    const wider = { ...config, window: { length: 4, first: 1 } };
    const message = /its window is null, not \{"length":4,"first":1\}/;
    expectFault(() => decodeWeights(bytes, wider), 'other configuration', message);
    // The shapes are the same, so only the metadata tell them apart.
    expectFault(
      () => decodeWeights(bytes, { ...config, ropeBase: 100 }),
      'other configuration',
      /its ropeBase is 10000/,
    );
  });

  it('of another run are refused', () => {
    expectFault(() => decodeWeights(bytes, config, 'abd'), 'other run', /of run abc, not of abd/);
  });

  it('cut short are refused as what they are', () => {
    expectFault(() => decodeWeights(bytes.subarray(0, -1), config), 'unreadable', /cut short/);
  });

  it.each<[string, { name: string; shape: number[] }[], string, WeightsFault, RegExp]>([
    ['without a configuration', [], '', 'other configuration', /does not say/],
    ['with a damaged configuration', [], '{', 'other configuration', /cannot be read/],
    ['with none', [], 'null', 'other configuration', /cannot be read/],
    ['without tensors', [], JSON.stringify(config), 'missing tensor', /no tensor embedding/],
    ['transposed', [{ name: 'embedding', shape: [8, 7] }], JSON.stringify(config), 'other tensor', /\[8,7\].*\[7,8\]/],
  ])('%s are refused', (_, list, model, fault, message) => {
    const tensors = list.map((tensor) => ({ ...tensor, values: new Float32Array(56) }));
    const file = encodeSafetensors(tensors, { dtype: 'F32', metadata: model === '' ? {} : { model } });
    expectFault(() => decodeWeights(file, config), fault, message);
  });

  it('with a tensor too many are refused', () => {
    const parameters = randomParameters(config, 'more');
    const list = parameterShapes(config).map(({ name, shape }) => ({ name, shape, values: parameters[name]! }));
    const more = [...list, { name: '__proto__', shape: [0], values: new Float32Array() }];
    const file = encodeSafetensors(more, { dtype: 'F32', metadata: { model: JSON.stringify(config) } });
    expectFault(() => decodeWeights(file, config), 'other tensor', /no tensor "__proto__"/);
  });
});
