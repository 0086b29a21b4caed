import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigError, checkConfig, headWidth, LLAMA, type ModelConfig } from './config.ts';
import { parameterCount } from './parameters.ts';

const config: ModelConfig = {
  vocabularySize: 512,
  contextLength: 64,
  layers: 6,
  heads: 4,
  width: 64,
  hiddenWidth: 172,
  ropeBase: 10_000,
  normEpsilon: 1e-5,
  ...LLAMA,
};

describe('checkConfig', () => {
  it('returns a configuration that can be', () => {
    expect(checkConfig(config)).toBe(config);
    expect(headWidth(config)).toBe(16);
  });

  const counts = ['vocabularySize', 'contextLength', 'layers', 'heads', 'width', 'hiddenWidth'] as const;
  it.each([...counts, 'ropeBase', 'normEpsilon'] as const)('names %s when it cannot be', (field) => {
    for (const value of [0, -3, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => checkConfig({ ...config, [field]: value })).toThrow(ConfigError);
      expect(() => checkConfig({ ...config, [field]: value })).toThrow(new RegExp(`^${field}: `));
    }
  });

  it('accepts a width only if every head has pairs of channels', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 64 }), fc.integer({ min: 1, max: 8 }), (width, heads) => {
        const check = () => checkConfig({ ...config, width, heads });
        if (width % (2 * heads) === 0) expect(check).not.toThrow();
        else expect(check).toThrow(/^width: must be a multiple of 2 x heads/);
      }),
    );
  });
});

describe('parameterCount', () => {
  it('counts V D + L (4 D^2 + 3 D F + 2 D) + D + D V', () => {
    const [V, D, L, F] = [512, 64, 6, 172];
    expect(parameterCount(config)).toBe(V * D + L * (4 * D * D + 3 * D * F + 2 * D) + D + D * V);
  });
});
