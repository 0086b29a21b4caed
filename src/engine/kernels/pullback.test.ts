/** Vector-Jacobian products of states: the kernels against TensorFlow.js, and against differences of the float64 model. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { float64Model, toFloat64 } from '../../../tests/support/float64-model.ts';
import { ATTENTION_KINDS, LLAMA, type ModelConfig } from '../../transformer/config.ts';
import { randomGenerator } from '../../transformer/random.ts';
import { randomBatch, randomParameters, relativeDifference } from '../engine.fixture.ts';
import type { Batch, Pullback } from '../engine.ts';
import { createTensorflowEngine } from '../tensorflow/engine.ts';
import { EngineInputError } from '../validate.ts';
import { createKernelsEngine } from './engine.ts';
import { decidableModels, largestOf, module } from './kernels.fixture.ts';

/** Of max |difference| / max |value|, in float32. */
const TOLERANCE = 1e-4;
/** The size of random parameters. */
const SIZE = 0.5;
/** Nearer to a corner of the model differences say nothing, nor does float32: see `OracleResult.margin`. */
const LEAST_MARGIN = 1e-4;

function randomCotangent({ width }: ModelConfig, { sequences, length }: Batch, seed: string): Float32Array {
  const { uniform } = randomGenerator(`${seed}/cotangent`);
  return Float32Array.from({ length: sequences * length * width }, () => 2 * uniform() - 1);
}

/** A case of any shape: what is asked for is drawn with it. */
const casesOf = (models: fc.Arbitrary<ModelConfig>) =>
  fc
    .record({
      config: models,
      sequences: fc.integer({ min: 1, max: 10 }),
      documents: fc.boolean(),
      seed: fc.string(),
      depth: fc.nat(),
    })
    .map(({ depth, ...rest }) => ({ ...rest, layer: depth % (rest.config.layers + 1) }));

describe.each(ATTENTION_KINDS)('the pullback of states with %s attention', (attention) => {
  it('is that of automatic differentiation, with weights followed or held constant', async () => {
    await fc.assert(
      fc.asyncProperty(casesOf(decidableModels(attention)), async ({ config, sequences, documents, seed, layer }) => {
        const batch = randomBatch(config, seed, { sequences, documents });
        const parameters = randomParameters(config, seed, SIZE);
        fc.pre(float64Model(config, toFloat64(parameters), batch).margin > LEAST_MARGIN);
        const kernels = await createKernelsEngine(config, parameters, { module });
        const tensorflow = await createTensorflowEngine(config, parameters, { device: 'cpu' });
        try {
          for (const constantAttention of [false, true]) {
            const what: Pullback = { layer, cotangent: randomCotangent(config, batch, seed), constantAttention };
            const [own, other] = [await kernels.pullback!(batch, what), await tensorflow.pullback!(batch, what)];
            expect(own).toHaveLength(what.cotangent.length);
            expect(relativeDifference(own, other), `constant ${constantAttention}`).toBeLessThanOrEqual(TOLERANCE);
          }
        } finally {
          tensorflow.dispose();
        }
      }),
      { numRuns: 6 },
    );
  }, 60_000);

  it('is the slope of the states, by central differences of the definition', async () => {
    await fc.assert(
      fc.asyncProperty(casesOf(decidableModels(attention)), async ({ config: model, documents, seed, layer }) => {
        // Every token stands at one place alone, so that its embedding is the state there before the first block.
        const config = { ...model, vocabularySize: 2 * model.contextLength };
        const batch = randomBatch(config, seed, { sequences: 2, documents });
        batch.inputs.forEach((_, token) => {
          batch.inputs[token] = token;
        });
        const parameters = randomParameters(config, seed, SIZE);
        const precise = toFloat64(parameters);
        fc.pre(float64Model(config, precise, batch).margin > LEAST_MARGIN);
        const cotangent = randomCotangent(config, batch, seed);
        const engine = await createKernelsEngine(config, parameters, { module });
        const gradient = await engine.pullback!(batch, { layer, cotangent });

        const embedding = precise['embedding']!;
        const productAt = (place: number, value: number) => {
          const moved = embedding.slice();
          moved[place] = value;
          const { states } = float64Model(config, { ...precise, embedding: moved }, batch);
          return states[layer]!.flat(2).reduce((sum, state, i) => sum + state * cotangent[i]!, 0);
        };
        const { below } = randomGenerator(`${seed}/places`);
        const largest = gradient.map(Math.abs).indexOf(largestOf(gradient));
        for (const place of [largest, ...Array.from({ length: 4 }, () => below(gradient.length))]) {
          const [step, value] = [1e-6, embedding[place]!];
          const slope = (productAt(place, value + step) - productAt(place, value - step)) / (2 * step);
          expect(Math.abs(gradient[place]! - slope) / largestOf(gradient)).toBeLessThanOrEqual(TOLERANCE);
        }
      }),
      { numRuns: 4 },
    );
  }, 60_000);
});

const shape = { vocabularySize: 11, contextLength: 12, layers: 2, heads: 2, width: 12, hiddenWidth: 9 };
const config: ModelConfig = { ...LLAMA, ...shape, ropeBase: 10_000, normEpsilon: 1e-5 };
const create = () => createKernelsEngine(config, randomParameters(config, 'pullback'), { module });

describe('a pullback', () => {
  it('of the states before the first block is the cotangent itself', async () => {
    const batch = randomBatch(config, 'identity', { sequences: 3, length: 5 });
    const cotangent = randomCotangent(config, batch, 'identity');
    expect(await (await create()).pullback!(batch, { layer: 0, cotangent })).toEqual(cotangent);
  });

  it('gives the rows of a Jacobian for many copies of one prompt, and nothing of later positions', async () => {
    const engine = await create();
    const prompt = randomBatch(config, 'rows', { sequences: 1 });
    const copies = config.width;
    const repeat = (values: Int32Array) => Int32Array.from({ length: copies * 12 }, (_, i) => values[i % 12]!);
    const batch = { sequences: copies, length: 12, inputs: repeat(prompt.inputs), targets: repeat(prompt.targets) };
    const cotangent = new Float32Array(copies * 12 * config.width);
    const position = 6;
    for (let row = 0; row < copies; row++) cotangent[(row * 12 + position) * config.width + row] = 1;
    const jacobian = await engine.pullback!(batch, { layer: 2, cotangent });
    for (let row = 0; row < copies; row++) {
      const own = jacobian.subarray(row * 12 * config.width, (row + 1) * 12 * config.width);
      const alone = cotangent.slice(row * 12 * config.width, (row + 1) * 12 * config.width);
      expect(own).toEqual(await engine.pullback!(prompt, { layer: 2, cotangent: alone }));
      expect(own.subarray((position + 1) * config.width).every((value) => value === 0)).toBe(true);
      expect(own.subarray(0, config.width).some((value) => value !== 0)).toBe(true);
    }
  });

  it('changes nothing that lasts', async () => {
    const engine = await create();
    const before = await engine.checkpoint();
    const batch = randomBatch(config, 'lasting', { sequences: 2 });
    await engine.pullback!(batch, { layer: 2, cotangent: randomCotangent(config, batch, 'lasting') });
    expect(await engine.checkpoint()).toEqual(before);
  });

  it('names what it cannot use', async () => {
    const engine = await create();
    const batch = randomBatch(config, 'wrong', { sequences: 2 });
    const cotangent = randomCotangent(config, batch, 'wrong');
    expect(() => engine.pullback!(batch, { layer: 3, cotangent })).toThrow(EngineInputError);
    expect(() => engine.pullback!(batch, { layer: 0.5, cotangent })).toThrow(
      /^layer: .*from 0 to the model's 2 blocks/,
    );
    const short = cotangent.slice(1);
    expect(() => engine.pullback!(batch, { layer: 1, cotangent: short })).toThrow(/^cotangent: .*2 x 12 x 12/);
    cotangent[5] = Number.NaN;
    expect(() => engine.pullback!(batch, { layer: 1, cotangent })).toThrow(/^cotangent: .*number 5 is NaN/);
    expect(() => engine.pullback!({ ...batch, length: 13 }, { layer: 1, cotangent })).toThrow(/^length:/);
  });
});
