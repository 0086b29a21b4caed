import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parameterCount } from '../../transformer/parameters.ts';
import { randomParameters, smallModels } from './kernels.fixture.ts';
import { parameterLayout } from './parameter-layout.ts';

describe('the parameter layout', () => {
  it('has a place of its own for every number, and zeros between', () => {
    fc.assert(
      fc.property(smallModels, (config) => {
        const layout = parameterLayout(config);
        const parameters = randomParameters(config, 'layout');
        const flat = new Float32Array(layout.size);
        layout.store(parameters, flat);
        expect(layout.fetch(flat)).toEqual(parameters);
        expect(flat.filter((value) => value !== 0)).toHaveLength(
          Object.values(parameters).reduce((sum, values) => sum + values.filter((value) => value !== 0).length, 0),
        );
        expect(layout.size % 4).toBe(0);
      }),
    );
  });

  it('decays all but the gains of norms', () => {
    fc.assert(
      fc.property(smallModels, (config) => {
        const layout = parameterLayout(config);
        const flat = new Float32Array(layout.size).fill(1, 0, layout.decayed);
        for (const [name, values] of Object.entries(layout.fetch(flat))) {
          expect(new Set(values)).toEqual(new Set([/(^|\.)norm$/.test(name) ? 0 : 1]));
        }
      }),
      { numRuns: 20 },
    );
  });

  it('pads little where widths fill panels', () => {
    const config = { vocabularySize: 512, contextLength: 64, layers: 6, heads: 4, width: 64, hiddenWidth: 171 };
    const model = { ...config, ropeBase: 10_000, normEpsilon: 1e-5 };
    expect(parameterLayout(model).size / parameterCount(model)).toBeLessThan(1.01);
  });
});
