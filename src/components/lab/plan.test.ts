import { describe, expect, it } from 'vitest';
import { plan } from '../../engine/kernels/plan.ts';
import { runFixture, specificationFixture } from '../../results/run.fixture.ts';
import type { ExperimentResult } from '../../results/schema.ts';
import { summarise } from '../../results/summarise.ts';
import type { ModelConfig } from '../../transformer/config.ts';
import { costOf, differences, incomparable, memoryInWords, objection, specificationOf, threadsFor } from './plan.ts';
import { publishedGroup } from './published.ts';
import { type Device, settingsOf } from './state.ts';

const published = specificationFixture;
const defaults = settingsOf(published);

describe('the specification of a live run', () => {
  it('is the published one when nothing is changed', () => {
    expect(specificationOf(defaults, published)).toEqual({ ...published, engine: undefined });
  });

  it('scales what has no knob with the knob it belongs to', () => {
    const settings = { ...defaults, width: 16, steps: 200, peakLearningRate: 0.012, bos: 'none', seed: 9 } as const;
    expect(specificationOf(settings, published)).toMatchObject({
      model: { width: 16, hiddenWidth: 24 },
      training: { steps: 200, warmupSteps: 50, peakLearningRate: 0.012, finalLearningRate: 0.0012 },
      evaluation: { every: 100, sequences: published.evaluation.sequences },
      data: { bos: 'none' },
      seed: 9,
    });
  });

  it('always evaluates and never warms up longer than it trains', () => {
    const { training, evaluation } = specificationOf({ ...defaults, steps: 1 }, published);
    expect(evaluation.every).toBe(1);
    expect(training.warmupSteps).toBeLessThanOrEqual(1);
  });
});

describe('the guard', () => {
  it('lets the published run through and tells what it costs', () => {
    expect(objection(defaults, published, 1000)).toBeNull();
    const { seconds } = costOf(specificationOf(defaults, published), 'kernels', published, 1000);
    const { steps, sequencesPerStep } = published.training;
    expect(seconds).toBeCloseTo((steps * sequencesPerStep * published.model.contextLength) / 1000);
  });

  it('refuses what would not fit in a tab, naming what to lower', () => {
    const settings = {
      ...defaults,
      sequencesPerStep: 128,
      contextLength: 128,
      layers: 8,
      heads: 8,
      width: 128,
    } as const;
    expect(objection({ ...settings, device: 'wasm' }, published, 1e9)).toMatch(
      /GB of memory.*lower the sequences a step/,
    );
    // The kernels cut a batch into pieces and need a fraction of it.
    expect(objection({ ...settings, device: 'kernels' }, published, 1e9)).toBeNull();
  });

  it('refuses what would take longer than half a day', () => {
    expect(objection({ ...defaults, steps: 10_000 }, published, 1)).toMatch(/hours.*lower the steps/);
  });

  it('refuses a width that the heads cannot share', () => {
    expect(objection({ ...defaults, width: 8, heads: 8 }, published, 1000)).toMatch(/width.*multiple of/);
  });
});

describe('the cost', () => {
  const cost = (change: Partial<ModelConfig>, device: Device = 'wasm') => {
    const specification = { ...published, model: { ...published.model, ...change } };
    return costOf(specification, device, published, 1000);
  };
  const base = cost({});

  it('of a tied head is its time without its parameters', () => {
    const tied = cost({ tiedHead: true });
    const { vocabularySize, width } = published.model;
    expect(base.parameters - tied.parameters).toBe(vocabularySize * width);
    expect(tied.seconds).toBe(base.seconds);
  });

  it('falls with the MLP and rises with a gate; learned positions are parameters that cost no time', () => {
    const [relu, none, gated] = [cost({ mlp: 'relu' }), cost({ mlp: 'none' }), cost({ attention: 'gated' })];
    for (const part of ['bytes', 'seconds'] as const) {
      expect([none, relu, base, gated].map((each) => each[part])).toEqual(
        [none, relu, base, gated].map((each) => each[part]).sort((a, b) => a - b),
      );
      expect(none[part]).toBeLessThan(relu[part]);
    }
    expect(cost({ mlp: 'none', hiddenWidth: 4096 })).toEqual(none);
    const learned = cost({ positions: 'learned' });
    expect(learned.parameters).toBeGreaterThan(base.parameters);
    expect(learned.seconds).toBe(base.seconds);
  });
});

it('the memory of the kernels is what they plan, for each thread and for who adds up', () => {
  const { model, training } = published;
  const specification = { ...published, model: { ...model, width: 64, hiddenWidth: 172, contextLength: 64 } };
  const shared = { ...specification, training: { ...training, sequencesPerStep: 64 } };
  const { bytes } = plan(shared.model, { sequences: 64, length: 64 });
  expect(costOf(shared, 'kernels', published, 1000).bytes).toBe(3 * bytes);
  const alone = plan(model, { sequences: training.sequencesPerStep, length: model.contextLength });
  expect(costOf(published, 'kernels', published, 1000).bytes).toBe(alone.bytes);
  expect([memoryInWords(12_300_000), memoryInWords(1.26e9)]).toEqual(['13 MB', '1.3 GB']);
});

describe('two threads', () => {
  const large = { ...published, model: { ...published.model, ...{ width: 64, hiddenWidth: 172, contextLength: 64 } } };
  const batch = (sequencesPerStep: number) => ({ ...large, training: { ...large.training, sequencesPerStep } });

  it('share a step that is worth it, where there are processors to spare', () => {
    expect([1, 2, 4, 16].map((processors) => threadsFor(batch(64), processors))).toEqual([1, 1, 2, 2]);
    expect(threadsFor(published, 16)).toBe(1);
  });

  it('do not share one sequence', () => {
    const wide = { ...batch(1), model: { ...large.model, width: 1024, hiddenWidth: 4096 } };
    expect([1, 2].map((sequences) => threadsFor({ ...wide, training: batch(sequences).training }, 8))).toEqual([1, 2]);
  });
});

describe('what can be held against the published band', () => {
  it('is every seed on every device', () => {
    expect(incomparable({ ...defaults, seed: 5, device: 'webgpu' }, defaults)).toEqual([]);
  });

  it('is nothing that trains another model or on other data, and says why', () => {
    expect(differences({ ...defaults, layers: 4, bos: 'none' }, defaults)).toEqual([
      'Layers: 4 instead of 2',
      'Where <bos> stands: nowhere instead of first in every sequence',
    ]);
  });
});

describe('published results', () => {
  const runs = [runFixture(0), runFixture(1), runFixture(2)];
  const result = {
    experiment: 'emergence',
    command: 'npm run pipeline',
    groups: [{ id: 'base', label: 'Base', runs: runs.map(({ id }) => id), series: summarise(runs) }],
    runs,
  } as unknown as ExperimentResult;

  it('are reduced to what is drawn and what tells runs apart', () => {
    const reduced = publishedGroup(result, 'base');
    expect(reduced.series.map(({ step }) => step)).toEqual([0, 10, 20]);
    expect(reduced.series[1]!.firstAttention.mean).toBeCloseTo(0.351);
    expect(reduced.runs[1]).toEqual({ seed: 1, fingerprints: ['0000', '0000', '0000'].map(() => '000000000000') });
    expect(reduced.tokensPerSecond).toBe(400);
  });

  it('are refused where something is missing, by name', () => {
    expect(() => publishedGroup(result, 'other')).toThrow('“other”');
    expect(() => publishedGroup({ ...result, runs: [] }, 'base')).toThrow(runs[0]!.id);
    const bare = { ...result, groups: [{ ...result.groups[0]!, series: [{ step: 0, tokens: 0, measures: {} }] }] };
    expect(() => publishedGroup(bare, 'base')).toThrow('“validationLoss”');
  });
});
