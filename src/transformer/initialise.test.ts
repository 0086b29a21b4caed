import { describe, expect, it } from 'vitest';
import { LLAMA, type ModelConfig } from './config.ts';
import { INITIAL_DEVIATION, initialParameters } from './initialise.ts';
import { parameterShapes, sizeOf } from './parameters.ts';

const config: ModelConfig = {
  vocabularySize: 64,
  contextLength: 8,
  layers: 2,
  heads: 2,
  width: 32,
  hiddenWidth: 48,
  ropeBase: 10_000,
  normEpsilon: 1e-5,
  ...LLAMA,
};

describe('initialParameters', () => {
  const parameters = initialParameters(config, 0);

  it('has every tensor of the model, of its size', () => {
    expect(Object.keys(parameters)).toEqual(parameterShapes(config).map(({ name }) => name));
    for (const { name, shape } of parameterShapes(config)) expect(parameters[name]!.length).toBe(sizeOf(shape));
  });

  it('starts with the golden numbers of seed 0', () => {
    expect(Array.from(parameters.embedding!.subarray(0, 3))).toEqual([
      -0.022434964776039124, 0.00997849553823471, -0.0008305642986670136,
    ]);
  });

  it('has the wanted deviations: 0.02, that over sqrt(2 L) in residual matrices, gains of 1', () => {
    for (const { name, role } of parameterShapes(config)) {
      const values = parameters[name]!;
      if (role === 'norm') {
        expect(values.every((value) => value === 1)).toBe(true);
        continue;
      }
      const wanted = role === 'residual' ? INITIAL_DEVIATION / Math.sqrt(4) : INITIAL_DEVIATION;
      const deviation = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
      expect(deviation / wanted, name).toBeGreaterThan(0.93);
      expect(deviation / wanted, name).toBeLessThan(1.07);
      expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(wanted * Math.sqrt(3) + 1e-9);
    }
  });

  it('starts sink logits at 0, and key biases, gates and positions like matrices', () => {
    const { 'layers.1.attention.sinkLogit': sinkLogit } = initialParameters({ ...config, attention: 'sink-logit' }, 0);
    expect(sinkLogit).toEqual(new Float32Array(2));
    const width = 512;
    const learned: [Partial<ModelConfig>, string][] = [
      [{ attention: 'key-bias' }, 'layers.1.attention.keyBias'],
      [{ attention: 'gated' }, 'layers.1.attention.gate'],
      [{ positions: 'learned' }, 'positions'],
    ];
    for (const [kind, name] of learned) {
      const values = initialParameters({ ...config, layers: 2, width, ...kind }, 0)[name]!;
      const deviation = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
      expect(deviation / INITIAL_DEVIATION, name).toBeGreaterThan(0.9);
      expect(deviation / INITIAL_DEVIATION, name).toBeLessThan(1.1);
    }
  });

  it('differs from seed to seed, and refuses what is no seed', () => {
    expect(initialParameters(config, 1).embedding).not.toEqual(parameters.embedding);
    expect(initialParameters(config, 0)).toEqual(parameters);
    for (const seed of [-1, 0.5, Number.NaN, 2 ** 60]) {
      expect(() => initialParameters(config, seed)).toThrow(/seed must be a whole number/);
    }
  });
});
