import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LLAMA } from '../../transformer/config.ts';
import { decays, parameterCount, parameterShapes } from '../../transformer/parameters.ts';
import { anyModel, randomParameters } from '../engine.fixture.ts';
import { parameterLayout } from './parameter-layout.ts';

describe('the parameter layout', () => {
  it('has a place of its own for every number, and zeros between', () => {
    fc.assert(
      fc.property(anyModel, (config) => {
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

  it('keeps what AdamW decays before what it does not', () => {
    fc.assert(
      fc.property(anyModel, (config) => {
        const layout = parameterLayout(config);
        const flat = new Float32Array(layout.size).fill(1, 0, layout.decayed);
        const values = layout.fetch(flat);
        for (const shape of parameterShapes(config)) {
          expect(new Set(values[shape.name]), shape.name).toEqual(new Set([decays(shape) ? 1 : 0]));
        }
      }),
      { numRuns: 20 },
    );
  });

  it('pads little where widths fill panels', () => {
    const config = { vocabularySize: 512, contextLength: 64, layers: 6, heads: 4, width: 64, hiddenWidth: 171 };
    const model = { ...config, ropeBase: 10_000, normEpsilon: 1e-5, ...LLAMA };
    expect(parameterLayout(model).size / parameterCount(model)).toBeLessThan(1.01);
  });
});
