/** The kernels against the model's definition in float64, token by token, and its central differences. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { centralDifferences, float64Model, toFloat64 } from '../../../tests/support/float64-model.ts';
import { ATTENTION_KINDS, LLAMA, type ModelConfig } from '../../transformer/config.ts';
import { decays, parameterShapes } from '../../transformer/parameters.ts';
import { randomGenerator } from '../../transformer/random.ts';
import { lossDifference, randomBatch, randomParameters, relativeDifference } from '../engine.fixture.ts';
import type { Batch, StepHyper } from '../engine.ts';
import { createKernelsEngine } from './engine.ts';
import { decidableModels, gradientScale, largestOf, module } from './kernels.fixture.ts';

/** Of max |difference| / max |value|. */
const TOLERANCE = 1e-4;
/** Places of a tensor whose derivative is taken; each costs two runs of the slow model. */
const PLACES = 5;
/** Nearer to a corner of the loss differences say nothing, nor does float32: see `OracleResult.margin`. */
const LEAST_MARGIN = 1e-4;

const casesOf = (models: fc.Arbitrary<ModelConfig>) =>
  fc.record({ config: models, sequences: fc.integer({ min: 1, max: 3 }), documents: fc.boolean(), seed: fc.string() });

async function expectOutputs(config: ModelConfig, batch: Batch, seed: string): Promise<void> {
  const parameters = randomParameters(config, seed);
  const engine = await createKernelsEngine(config, parameters, { module });
  const expected = float64Model(config, toFloat64(parameters), batch);
  fc.pre(expected.margin > LEAST_MARGIN);
  expect(lossDifference((await engine.evaluate(batch)).loss, expected.loss)).toBeLessThan(5e-6);
  const what = { attention: true, states: true, valueNorms: true, logits: true };
  const seen = await engine.inspect(batch, what);
  for (const part of Object.keys(what) as (keyof typeof what)[]) {
    const values = (expected[part] as unknown[]).flat(5) as number[];
    expect(seen[part]!.length, part).toBe(values.length);
    expect(relativeDifference(seen[part]!, values), part).toBeLessThanOrEqual(TOLERANCE);
  }
}

async function expectGradients(config: ModelConfig, batch: Batch, seed: string): Promise<void> {
  const parameters = randomParameters(config, seed);
  const engine = await createKernelsEngine(config, parameters, { module });
  const { below } = randomGenerator(`${seed}/places`);
  const precise = toFloat64(parameters);
  fc.pre(float64Model(config, precise, batch).margin > LEAST_MARGIN);
  const gradients = await engine.gradients(batch);
  const ofAll = Math.max(...Object.values(gradients).map(largestOf));
  for (const [name, gradient] of Object.entries(gradients)) {
    // The largest component is among them, since the measure is relative to it.
    const largest = gradient.map(Math.abs).indexOf(largestOf(gradient));
    const places = [largest, ...Array.from({ length: PLACES - 1 }, () => below(gradient.length))];
    const slopes = centralDifferences(config, precise, batch, name, places);
    const difference = largestOf(places.map((place, i) => gradient[place]! - slopes[i]!));
    const scale = gradientScale(config.attention, largestOf(slopes), ofAll);
    expect(difference / scale, `gradient of ${name}`).toBeLessThanOrEqual(TOLERANCE);
  }
}

describe.each(ATTENTION_KINDS)('the kernels compute a model with %s attention', (attention) => {
  const cases = casesOf(decidableModels(attention));

  it('loss, attention, states, value norms and logits', async () => {
    await fc.assert(
      fc.asyncProperty(cases, ({ config, sequences, documents, seed }) =>
        expectOutputs(config, randomBatch(config, seed, { sequences, documents }), seed),
      ),
      { numRuns: 10 },
    );
  }, 60_000);

  it('the gradient of every tensor', async () => {
    await fc.assert(
      fc.asyncProperty(cases, ({ config, sequences, documents, seed }) =>
        expectGradients(config, randomBatch(config, seed, { sequences, documents }), seed),
      ),
      { numRuns: 3 },
    );
  }, 60_000);
});

describe.each([
  { length: 1, first: 0 },
  { length: 3, first: 1 },
  { length: 9, first: 0 },
  { length: 10, first: 17 },
  { length: 30, first: 3 },
])('windows that leave out panels of keys: %o', (window) => {
  it('give what they are defined to', async () => {
    const shape = { vocabularySize: 9, contextLength: 50, layers: 2, heads: 2, width: 12, hiddenWidth: 5 };
    const config: ModelConfig = { ...shape, ropeBase: 100, normEpsilon: 1e-5, ...LLAMA, window };
    for (const attention of ['softmax', 'key-bias', 'sigmoid', 'gated'] as const) {
      const model = { ...config, attention };
      await expectOutputs(model, randomBatch(model, attention, { sequences: 2 }), attention);
      const short = randomBatch(model, attention, { sequences: 1, length: 43, documents: true });
      await expectGradients({ ...model, layers: 1 }, short, attention);
    }
  }, 60_000);
});

it.each(ATTENTION_KINDS)('%s attention stands scores far from zero', async (attention) => {
  await fc.assert(
    fc.asyncProperty(casesOf(decidableModels(attention)), async ({ config, sequences, documents, seed }) => {
      const engine = await createKernelsEngine(config, randomParameters(config, seed, 30), { module });
      const batch = randomBatch(config, seed, { sequences, documents });
      const { attention: weights } = await engine.inspect(batch, { attention: true });
      const highest = attention === 'relu' ? Number.MAX_VALUE : 1 + 1e-6;
      expect(weights!.every((weight) => weight >= 0 && weight <= highest)).toBe(true);
      for (const [name, values] of Object.entries(await engine.gradients(batch)))
        expect(values.every(Number.isFinite), name).toBe(true);
    }),
    { numRuns: 15 },
  );
});

it.each(ATTENTION_KINDS)('a step is AdamW, clipped by the norm of all gradients: %s', async (attention) => {
  const shape = { vocabularySize: 9, contextLength: 7, layers: 1, heads: 1, width: 6, hiddenWidth: 5 };
  const config: ModelConfig = { ...shape, ropeBase: 10_000, normEpsilon: 1e-5, ...LLAMA, attention };
  const hyper: StepHyper = {
    learningRate: 0.01,
    weightDecay: 0.3,
    clipNorm: 0.2,
    beta1: 0.8,
    beta2: 0.9,
    epsilon: 1e-3,
  };
  const engine = await createKernelsEngine(config, randomParameters(config, 'adamw'), { module });
  const expected = toFloat64(await engine.parameters());
  const zeros = () =>
    Object.fromEntries(Object.entries(expected).map(([name, p]) => [name, new Float64Array(p.length)]));
  const [m, v] = [zeros(), zeros()];
  for (let t = 1; t <= 3; t++) {
    const batch = randomBatch(config, `adamw ${t}`, { sequences: 2 });
    const gradients = await engine.gradients(batch);
    const norm = Math.hypot(...Object.values(gradients).flatMap((values) => [...values]));
    expect(norm).toBeGreaterThan(hyper.clipNorm); // or the clip is not tested
    expect((await engine.step(batch, hyper)).gradientNorm / norm).toBeCloseTo(1, 5);
    for (const { name, role } of parameterShapes(config)) {
      const decay = decays({ role }) ? hyper.weightDecay : 0;
      gradients[name]!.forEach((value, i) => {
        const g = (value * hyper.clipNorm) / norm;
        m[name]![i] = hyper.beta1 * m[name]![i]! + (1 - hyper.beta1) * g;
        v[name]![i] = hyper.beta2 * v[name]![i]! + (1 - hyper.beta2) * g * g;
        const direction =
          m[name]![i]! / (1 - hyper.beta1 ** t) / (Math.sqrt(v[name]![i]! / (1 - hyper.beta2 ** t)) + hyper.epsilon);
        expected[name]![i]! -= hyper.learningRate * (direction + decay * expected[name]![i]!);
      });
    }
  }
  for (const [name, values] of Object.entries(await engine.parameters())) {
    expect(relativeDifference(values, expected[name]!), name).toBeLessThan(1e-6);
  }
});
