import { describe, expect, it } from 'vitest';
import { LLAMA, type ModelConfig } from '../transformer/config.ts';
import { type Parameters, parameterShapes, sizeOf } from '../transformer/parameters.ts';
import type { Batch, StepHyper } from './engine.ts';
import { checkBatch, checkHyper, checkParameters, countedTargets, EngineInputError } from './validate.ts';

const config: ModelConfig = {
  vocabularySize: 7,
  contextLength: 4,
  layers: 1,
  heads: 1,
  width: 4,
  hiddenWidth: 3,
  ropeBase: 10_000,
  normEpsilon: 1e-5,
  ...LLAMA,
};
const batch: Batch = {
  sequences: 2,
  length: 3,
  inputs: Int32Array.of(0, 1, 2, 3, 4, 6),
  targets: Int32Array.of(1, 2, -1, 4, 6, -1),
};
const hyper: StepHyper = { learningRate: 1e-3, weightDecay: 0.1, clipNorm: 1, beta1: 0.9, beta2: 0.95, epsilon: 1e-8 };

function parameters(): Parameters {
  return Object.fromEntries(parameterShapes(config).map(({ name, shape }) => [name, new Float32Array(sizeOf(shape))]));
}

function refused(action: () => void): string {
  try {
    action();
  } catch (error) {
    if (error instanceof EngineInputError) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('checkBatch', () => {
  it('accepts a sound batch', () => {
    expect(refused(() => checkBatch(config, { ...batch, documents: new Int32Array(6) }))).toBe('accepted');
  });

  it.each<[string, Partial<Batch>, RegExp]>([
    ['no sequences', { sequences: 0 }, /^sequences: .*not 0/],
    ['half a sequence', { sequences: 1.5 }, /^sequences: .*not 1.5/],
    ['no tokens', { length: 0 }, /^length: .*from 1 to .*4, not 0/],
    ['more tokens than positions', { length: 5 }, /^length: .*not 5/],
    ['inputs of another shape', { inputs: new Int32Array(5) }, /^inputs: .*2 x 3 numbers, not 5 numbers/],
    ['targets of another type', { targets: [1] as unknown as Int32Array }, /^targets: .*not a object/],
    ['documents of another shape', { documents: new Int32Array(7) }, /^documents: .*not 7 numbers/],
    [
      'a token past the vocabulary',
      { inputs: Int32Array.of(0, 0, 0, 0, 7, 0) },
      /^inputs: .*sequence 1, position 1 it is 7/,
    ],
    ['a negative token', { inputs: Int32Array.of(-1, 0, 0, 0, 0, 0) }, /^inputs: .*position 0 it is -1/],
    [
      'a target past the vocabulary',
      { targets: Int32Array.of(0, 0, 9, 0, 0, 0) },
      /^targets: .*or -1 to ignore it; .*it is 9/,
    ],
    ['a target below the mark', { targets: Int32Array.of(0, -2, 0, 0, 0, 0) }, /^targets: .*it is -2/],
    ['no target that counts', { targets: new Int32Array(6).fill(-1) }, /^targets: none/],
  ])('refuses %s', (_, change, message) => {
    expect(refused(() => checkBatch(config, { ...batch, ...change }))).toMatch(message);
  });

  it('asks for no target where no loss is asked for', () => {
    const unlabelled = { ...batch, targets: new Int32Array(6).fill(-1) };
    expect(refused(() => checkBatch(config, unlabelled, false))).toBe('accepted');
  });
});

describe('checkParameters', () => {
  it("accepts the model's own", () => {
    expect(refused(() => checkParameters(config, parameters()))).toBe('accepted');
  });

  it('names a tensor that is missing, of another size, not finite or unknown', () => {
    const { head: _, ...headless } = parameters();
    expect(refused(() => checkParameters(config, headless))).toMatch(/^head: .*lack/);
    expect(refused(() => checkParameters(config, { ...parameters(), norm: new Float32Array(5) }))).toMatch(
      /^norm: .*not 5/,
    );
    expect(
      refused(() => checkParameters(config, { ...parameters(), norm: Float32Array.of(1, 2, Number.NaN, 4) })),
    ).toMatch(/^norm: .*number 2 is NaN/);
    expect(refused(() => checkParameters(config, { ...parameters(), bias: new Float32Array(1) }))).toMatch(
      /^bias: .*no tensor/,
    );
  });
});

describe('checkHyper', () => {
  it('accepts sound settings, an endless clip among them', () => {
    expect(refused(() => checkHyper({ ...hyper, clipNorm: Number.POSITIVE_INFINITY }))).toBe('accepted');
  });

  it.each<[keyof StepHyper, number]>([
    ['learningRate', Number.NaN],
    ['weightDecay', -1],
    ['clipNorm', 0],
    ['beta1', 1],
    ['beta2', -0.1],
    ['epsilon', Number.POSITIVE_INFINITY],
  ])('names %s', (field, value) => {
    expect(refused(() => checkHyper({ ...hyper, [field]: value }))).toMatch(new RegExp(`^${field}: .*not ${value}`));
  });
});

it('countedTargets leaves the ignored out', () => {
  expect(countedTargets(batch.targets)).toBe(4);
});
