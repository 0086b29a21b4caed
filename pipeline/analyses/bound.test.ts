import { beforeAll, describe, expect, it } from 'vitest';
import { randomParameters } from '../../src/engine/engine.fixture.ts';
import { createKernelsEngine } from '../../src/engine/kernels/engine.ts';
import type { Measured, Run } from '../../src/results/schema.ts';
import { windowsAt } from '../../src/training/text/packing.ts';
import { changed, QUICK } from '../experiments/models.ts';
import type { TrainedModel } from './analysis.ts';
import { BOUND_CONDITIONS, bound, boundOutputs } from './bound.ts';
import { type PromptNorms, promptNorms } from './bound-prompt.ts';
import { openModel } from './open-model.ts';
import { underCondition } from './removal.ts';

/** Untrained, but large enough in its numbers that it matters what is attended to. */
const { model, ...rest } = changed(QUICK.specification, { model: { width: 16, hiddenWidth: 16 } });
const [L, T] = [model.layers, model.contextLength];

let trained: TrainedModel;

beforeAll(async () => {
  const run = { specification: { ...rest, model, seed: 0 } } as Run;
  trained = await openModel(run, randomParameters(model, 'bound', 0.4));
});

describe('at one prompt', () => {
  const outputs = [4, 15];
  let norms: Record<'with' | 'masked', PromptNorms>;

  beforeAll(async () => {
    const { module, parameters } = trained;
    const engine = await createKernelsEngine(model, parameters, { module });
    const prompt = windowsAt(trained.heldOut(rest.data), [100], T);
    const masked = underCondition(prompt, 'masked', [0]).batch;
    norms = {
      with: await promptNorms(engine, parameters, prompt, outputs),
      masked: await promptNorms(engine, parameters, masked, outputs),
    };
  });

  it('all numbers are of the outputs and what they see', () => {
    for (const { exact, frobenius, constant } of Object.values(norms)) {
      for (const numbers of [...exact, ...frobenius, constant]) {
        for (const [at, value] of numbers.entries()) {
          const [output, input] = [Math.floor(at / T), at % T];
          if (!outputs.includes(output) || input > output) expect(value).toBe(0);
          else if (input > 0) expect(value).toBeGreaterThan(0);
        }
      }
    }
  });

  it('nothing depends on a masked first token, by exact norms and by sums over paths', () => {
    const toFirst = 15 * T;
    for (const numbers of [...norms.masked.exact, norms.masked.constant, ...norms.masked.local]) {
      expect(numbers[toFirst]).toBe(0);
    }
    for (const numbers of [...norms.with.exact, ...norms.with.local]) expect(numbers[toFirst]).toBeGreaterThan(0);
  });

  it('the bound holds with attention held constant', () => {
    for (const { constant, local, uniform } of Object.values(norms)) {
      for (const output of outputs) {
        for (let at = output * T; at <= output * T + output; at++) {
          expect(constant[at]).toBeLessThanOrEqual(local[L - 1]![at]! * (1 + 1e-4));
          expect(local[L - 1]![at]).toBeLessThanOrEqual(uniform[L - 1]![at]! * (1 + 1e-9));
        }
      }
    }
  });

  it('a Frobenius norm is at least the spectral one, and that many directions', () => {
    for (const [layer, spectral] of norms.with.exact.entries()) {
      for (const [at, value] of spectral.entries()) {
        const frobenius = norms.with.frobenius[layer]![at]!;
        expect(frobenius).toBeGreaterThanOrEqual(value * (1 - 1e-6));
        expect(frobenius).toBeLessThanOrEqual(value * Math.sqrt(model.width) * (1 + 1e-6));
      }
    }
  });
});

describe('the analysis', () => {
  let measured: Measured;
  const list = (name: string) => measured[name] as number[];
  beforeAll(async () => {
    measured = await bound.measure(trained);
  }, 60_000);

  it('takes every eighth position of a prompt that fits', () => {
    expect(boundOutputs(64)).toEqual({ length: 32, outputs: [7, 15, 23, 31] });
    expect(measured['outputs']).toEqual([7, 15]);
  });

  it('has a number a block, and a table of blocks by distances, all finite', () => {
    for (const condition of BOUND_CONDITIONS) {
      expect(list(`exact/${condition}`)).toHaveLength(L);
      expect(measured[`exact-by-distance/${condition}`]).toHaveLength(L);
      expect((measured[`exact-by-distance/${condition}`] as number[][])[0]).toHaveLength(T - 1);
      expect(measured[`above-local-constant-attention/${condition}`]).toBe(0);
      expect(measured[`looseness/uniform/${condition}`]).toBeGreaterThan(
        measured[`looseness/local/${condition}`] as number,
      );
    }
    expect(Object.values(measured).flat(2).every(Number.isFinite)).toBe(true);
  });

  it('compares with and without by the same pairs', () => {
    for (const without of ['masked', 'replaced']) {
      const ratio = list('exact/with').at(-1)! / list(`exact/${without}`).at(-1)!;
      expect(measured[`sink/exact/${without}`]).toBeCloseTo(Math.log10(ratio), 9);
      expect(list(`sink-by-layer/exact/${without}`).at(-1)).toBe(measured[`sink/exact/${without}`]);
    }
  });

  it('is as much looser for constant attention as that is less sensitive', () => {
    const difference =
      (measured['looseness-constant-attention/local/with'] as number) - (measured['looseness/local/with'] as number);
    expect(measured['exact-over-constant-attention/with']).toBeCloseTo(difference, 9);
  });
});
