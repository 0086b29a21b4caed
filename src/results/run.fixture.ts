/** A small, valid run for tests; never exported. */
import { runId } from '../training/identity.ts';
import type { RunSpecification } from '../training/specification.ts';
import { type Evaluation, type Run, SCHEMA_VERSION } from './schema.ts';

export const specificationFixture: RunSpecification = {
  model: {
    vocabularySize: 16,
    contextLength: 8,
    layers: 2,
    heads: 2,
    width: 8,
    hiddenWidth: 12,
    ropeBase: 10_000,
    normEpsilon: 1e-5,
    attention: 'softmax',
    window: null,
    positions: 'rope',
    norm: 'rms',
    mlp: 'swiglu',
    tiedHead: false,
  },
  data: { corpus: 'web', bos: 'fixed', mask: 'causal', uniqueTokens: null, language: null },
  training: {
    steps: 20,
    sequencesPerStep: 4,
    peakLearningRate: 0.006,
    finalLearningRate: 0.0006,
    warmupSteps: 5,
    weightDecay: 0.1,
    clipNorm: 1,
    beta1: 0.9,
    beta2: 0.95,
    epsilon: 1e-8,
  },
  evaluation: { every: 10, sequences: 4 },
  engine: 'tensorflow/cpu',
  seed: 0,
};

function evaluationFixture(step: number, seed: number): Evaluation {
  const attention = 0.25 + step / 100 + seed / 1000;
  return {
    step,
    tokens: step * 32,
    trainingLoss: step === 0 ? null : 3 - step / 20,
    validationLoss: 3 - step / 20 + seed / 10,
    sinkRate: { '0.3': step / 40, '0.8': 0 },
    firstAttention: attention,
    firstAttentionAboveChance: attention - 0.25,
    headFirstAttention: [
      [attention, attention + 0.25],
      [attention - 0.125, attention],
    ],
    headFirstValueNorm: [
      [1, 0.5],
      [1.5, 1],
    ],
    prefix: {
      sinkRate: { '0.3': step / 40, '0.8': 0 },
      firstAttention: attention,
      firstAttentionAboveChance: attention - 0.25,
    },
    fingerprint: (step * 100 + seed).toString(16).padStart(64, '0'),
  };
}

/** The finished run of `specificationFixture` with another seed. */
export function runFixture(seed = 0, steps = [0, 10, 20]): Run {
  const specification = { ...specificationFixture, seed };
  const versions = { engine: '1', training: '1', measures: '1', corpus: '1', tokenizer: '1' };
  return {
    schemaVersion: SCHEMA_VERSION,
    id: runId(specification, versions),
    specification,
    versions,
    evaluations: steps.map((step) => evaluationFixture(step, seed)),
    execution: {
      commit: 'unknown',
      finishedAt: '2025-01-01T00:00:00.000Z',
      seconds: 1.5,
      tokensPerSecond: 400,
      node: 'v20.19.0',
      machine: 'test, 2 cores',
    },
  };
}
