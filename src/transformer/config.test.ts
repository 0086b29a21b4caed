import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigError, checkConfig, headWidth, LLAMA, type ModelConfig, POSITION_KINDS, sees } from './config.ts';
import { decays, parameterCount, parameterShapes } from './parameters.ts';

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

  it('names a field that came from a file as something that cannot be written', () => {
    const odd = { toString: false } as unknown;
    for (const field of [...counts, 'ropeBase', 'attention', 'tiedHead'] as const) {
      const check = () => checkConfig({ ...config, [field]: odd } as ModelConfig);
      expect(check).toThrow(new RegExp(`^${field}: .* not {"toString":false}`));
    }
  });

  it('accepts a width only if every head has the same channels, and pairs of them for RoPE', () => {
    const widths = fc.integer({ min: 1, max: 64 });
    const heads = fc.integer({ min: 1, max: 8 });
    fc.assert(
      fc.property(widths, heads, fc.constantFrom(...POSITION_KINDS), (width, heads, positions) => {
        const check = () => checkConfig({ ...config, width, heads, positions });
        if (width % (positions === 'rope' ? 2 * heads : heads) === 0) expect(check).not.toThrow();
        else if (positions === 'rope') expect(check).toThrow(/^width: must be a multiple of 2 x heads/);
        else expect(check).toThrow(/^width: must be a multiple of/);
      }),
    );
  });

  it.each(['attention', 'positions', 'norm', 'mlp', 'tiedHead', 'window'] as const)(
    'names %s of no known kind',
    (field) => {
      for (const value of ['swish', undefined, 3]) {
        const check = () => checkConfig({ ...config, [field]: value } as ModelConfig);
        expect(check).toThrow(ConfigError);
        expect(check).toThrow(new RegExp(`^${field}: `));
      }
    },
  );

  it('names the field of a window that cannot be', () => {
    const check = (length: number, first: number) => () => checkConfig({ ...config, window: { length, first } });
    expect(check(64, 64)).not.toThrow();
    expect(check(1, 0)).not.toThrow();
    for (const length of [0, 65, 1.5]) expect(check(length, 0)).toThrow(/^window.length: /);
    for (const first of [-1, 65, 0.5]) expect(check(1, first)).toThrow(/^window.first: /);
  });
});

describe('sees', () => {
  it('lets a query see the last keys, its own among them, and the first', () => {
    const row = (window: ModelConfig['window']) =>
      Array.from({ length: 6 }, (_, key) => Number(sees({ window }, 4, key)));
    expect(row(null)).toEqual([1, 1, 1, 1, 1, 0]);
    expect(row({ length: 1, first: 0 })).toEqual([0, 0, 0, 0, 1, 0]);
    expect(row({ length: 2, first: 1 })).toEqual([1, 0, 0, 1, 1, 0]);
    expect(row({ length: 3, first: 6 })).toEqual([1, 1, 1, 1, 1, 0]);
  });
});

describe('parameterShapes', () => {
  const namesOf = (kind: Partial<ModelConfig>) =>
    parameterShapes({ ...config, layers: 1, ...kind }).map(({ name }) => name);
  const base = namesOf({});

  it('lists the base model in its order, on which saved models rely', () => {
    const attention = ['norm', 'query', 'key', 'value', 'output'].map((name) => `layers.0.attention.${name}`);
    const mlp = ['norm', 'gate', 'up', 'down'].map((name) => `layers.0.mlp.${name}`);
    expect(base).toEqual(['embedding', ...attention, ...mlp, 'norm', 'head']);
  });

  it('has what a kind needs and not what it does not', () => {
    const added = (kind: Partial<ModelConfig>) => namesOf(kind).filter((name) => !base.includes(name));
    const missing = (kind: Partial<ModelConfig>) => base.filter((name) => !namesOf(kind).includes(name));
    expect(added({ attention: 'gated' })).toEqual(['layers.0.attention.gate']);
    expect(added({ attention: 'sink-logit' })).toEqual(['layers.0.attention.sinkLogit']);
    expect(added({ attention: 'key-bias' })).toEqual(['layers.0.attention.keyBias']);
    for (const attention of ['softmax-plus-one', 'sigmoid', 'softpick', 'relu'] as const) {
      expect(namesOf({ attention })).toEqual(base);
    }
    expect(namesOf({ positions: 'learned' }).slice(0, 2)).toEqual(['embedding', 'positions']);
    expect(missing({ mlp: 'relu' })).toEqual(['layers.0.mlp.gate']);
    expect(missing({ mlp: 'none' })).toEqual(base.filter((name) => name.includes('mlp')));
    expect(missing({ tiedHead: true })).toEqual(['head']);
    for (const kind of [{ norm: 'layer' }, { positions: 'none' }, { window: { length: 2, first: 1 } }] as const) {
      expect(namesOf(kind)).toEqual(base);
    }
  });

  it('decays embeddings and matrices, not vectors', () => {
    const kinds: Partial<ModelConfig>[] = [
      { attention: 'sink-logit' },
      { attention: 'key-bias', positions: 'learned' },
    ];
    for (const tensor of kinds.flatMap((kind) => parameterShapes({ ...config, ...kind }))) {
      expect(decays(tensor), tensor.name).toBe(tensor.shape.length === 2);
    }
  });
});

describe('parameterCount', () => {
  it('counts V D + L (4 D^2 + 3 D F + 2 D) + D + D V', () => {
    const [V, D, L, F] = [512, 64, 6, 172];
    expect(parameterCount(config)).toBe(V * D + L * (4 * D * D + 3 * D * F + 2 * D) + D + D * V);
  });
});
