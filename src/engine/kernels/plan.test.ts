import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LLAMA } from '../../transformer/config.ts';
import { anyModel } from '../engine.fixture.ts';
import { type Plan, plan } from './plan.ts';

/** Every address of a plan but 0, where nothing is, in ascending order. */
function addresses(planned: Plan): number[] {
  const { dimensions: _, layout, bytes, layers, gradients, ...single } = planned;
  const all = [...Object.values(single), ...gradients, ...layers.flatMap((layer) => Object.values(layer))];
  return all.filter((address) => address !== 0).sort((a, b) => a - b);
}

describe('plan', () => {
  it('gives every array a cache line of its own to begin at', () => {
    fc.assert(
      fc.property(anyModel, fc.integer({ min: 1, max: 40 }), (config, sequences) => {
        const planned = plan(config, { sequences, length: config.contextLength });
        const all = addresses(planned);
        expect(new Set(all).size).toBe(all.length);
        expect(all.every((address) => address % 64 === 0 && address >= 1024 && address < planned.bytes)).toBe(true);
      }),
    );
  });

  it('keeps what lasts at the same place for any batch', () => {
    fc.assert(
      fc.property(anyModel, fc.integer({ min: 1, max: 40 }), (config, sequences) => {
        const [one, many] = [1, sequences].map((count) =>
          plan(config, { sequences: count, length: config.contextLength }),
        );
        for (const lasting of ['parameters', 'firstMoments', 'secondMoments', 'ropeCos', 'ropeSin'] as const) {
          expect(many![lasting]).toBe(one![lasting]);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('needs no more memory for a hundred times the batch, but for the levels of the tree', () => {
    const config = { vocabularySize: 512, contextLength: 64, layers: 6, heads: 4, width: 64, hiddenWidth: 171 };
    const model = { ...config, ropeBase: 10_000, normEpsilon: 1e-5, ...LLAMA };
    const [usual, large] = [64, 6400].map((sequences) => plan(model, { sequences, length: 64 }));
    const levels = large!.gradients.length - usual!.gradients.length;
    expect(levels).toBe(7);
    expect(large!.bytes - usual!.bytes).toBeLessThanOrEqual(levels * (4 * usual!.layout.size + 64));
  });
});
