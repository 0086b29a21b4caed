import { describe, expect, it } from 'vitest';
import type { Batch, Engine } from '../../engine/engine.ts';
import type { Parameters } from '../../transformer/parameters.ts';
import { ACCEPTED, agreementInWords, compareEngines, isAccepted } from './agreement.ts';

const batch: Batch = { sequences: 1, length: 1, inputs: Int32Array.of(0), targets: Int32Array.of(0) };

function engine(loss: number, gradients: Record<string, number[]>): Engine {
  const named: Parameters = Object.fromEntries(
    Object.entries(gradients).map(([name, values]) => [name, Float32Array.from(values)]),
  );
  return { evaluate: () => ({ loss }), gradients: () => named } as unknown as Engine;
}

const kernels = engine(2, { embedding: [1, -4], head: [0.5] });

describe('the comparison of an engine with the kernels', () => {
  it('measures the loss by the loss and gradients by the largest of all', async () => {
    const agreement = await compareEngines(engine(2.002, { embedding: [1, -4], head: [0.52] }), kernels, batch);
    expect(agreement.loss).toBeCloseTo(0.001, 9);
    expect(agreement.gradient).toBeCloseTo(0.005, 6);
    expect(agreement.tensor).toBe('head');
    expect(isAccepted(agreement)).toBe(true);
    expect(agreementInWords(agreement)).toBe(
      'TensorFlow.js agrees with the kernels on this device: before the first step its loss differed by 1 × 10⁻³ of theirs, its gradients by 5 × 10⁻³ of the largest (most in head).',
    );
  });

  it.each([
    { what: 'gradients of zero', gradients: { embedding: [0, 0], head: [0] } },
    { what: 'gradients that are no numbers', gradients: { embedding: [Number.NaN, -4], head: [0.5] } },
    { what: 'a missing tensor', gradients: { embedding: [1, -4] } },
  ])('accepts no $what', async ({ gradients }) => {
    const agreement = await compareEngines(engine(2, gradients), kernels, batch);
    expect(isAccepted(agreement)).toBe(false);
    expect(agreementInWords(agreement)).toContain('not to be trusted');
  });

  it('accepts no loss that differs', async () => {
    const same = { embedding: [1, -4], head: [0.5] };
    expect(isAccepted(await compareEngines(engine(2 * (1 + 2 * ACCEPTED), same), kernels, batch))).toBe(false);
    const exact = await compareEngines(engine(2, same), kernels, batch);
    expect(exact).toMatchObject({ loss: 0, gradient: 0 });
    expect(agreementInWords(exact)).toContain('by nothing of theirs');
  });
});
