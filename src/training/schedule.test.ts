import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { learningRateAt } from './schedule.ts';

const schedule = { steps: 10, warmupSteps: 4, peakLearningRate: 8, finalLearningRate: 2 };

describe('learningRateAt', () => {
  it('rises to the peak and falls to the end, by hand', () => {
    const rates = Array.from({ length: 10 }, (_, i) => learningRateAt(i + 1, schedule));
    expect(rates).toEqual([2, 4, 6, 8, 7, 6, 5, 4, 3, 2]);
  });

  it('without a warm-up falls from the first step on', () => {
    const rates = [1, 2, 3].map((step) => learningRateAt(step, { ...schedule, steps: 3, warmupSteps: 0 }));
    expect(rates).toEqual([6, 4, 2]);
  });

  it('of a run that ends within its warm-up only rises', () => {
    const rates = [1, 2].map((step) => learningRateAt(step, { ...schedule, steps: 2 }));
    expect(rates).toEqual([2, 4]);
  });

  it('of a constant rate after the warm-up is constant, to the last bit', () => {
    const constant = { ...schedule, peakLearningRate: 0.0125, finalLearningRate: 0.0125 };
    for (let step = 4; step <= 10; step++) expect(learningRateAt(step, constant)).toBe(0.0125);
  });

  it('is positive, never above the larger of peak and end, and has its peak at the end of the warm-up', () => {
    const rate = fc.double({ min: 1e-6, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.nat(500), rate, rate, fc.nat(499), (steps, warmup, a, b, at) => {
        const [peakLearningRate, finalLearningRate] = [Math.max(a, b), Math.min(a, b)];
        const some = { steps, warmupSteps: Math.min(warmup, steps), peakLearningRate, finalLearningRate };
        const value = learningRateAt(1 + (at % steps), some);
        expect(value).toBeGreaterThan(0);
        expect(value).toBeLessThanOrEqual(peakLearningRate * (1 + 1e-12));
        if (some.warmupSteps > 0) expect(learningRateAt(some.warmupSteps, some)).toBeCloseTo(peakLearningRate, 12);
      }),
    );
  });

  it.each([0, 11, 1.5, Number.NaN])('refuses step %d of ten', (step) => {
    expect(() => learningRateAt(step, schedule)).toThrow(RangeError);
  });
});
