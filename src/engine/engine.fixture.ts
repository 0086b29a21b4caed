/** What the tests of every engine share: random models of every kind, parameters and batches. */
import fc from 'fast-check';
import {
  ATTENTION_KINDS,
  type AttentionKind,
  MLP_KINDS,
  type ModelConfig,
  NORM_KINDS,
  POSITION_KINDS,
} from '../transformer/config.ts';
import { type Parameters, parameterShapes, sizeOf } from '../transformer/parameters.ts';
import { randomGenerator } from '../transformer/random.ts';
import type { Batch } from './engine.ts';

/** LayerNorm of fewer channels gives little but signs, and amplifies rounding without bound. */
const LEAST_LAYER_NORM_WIDTH = 4;

/** Models of every odd shape: widths, heads, MLPs and vocabularies that fill no panel; all parts of the given kinds. */
function modelsOf(attention: fc.Arbitrary<AttentionKind>): fc.Arbitrary<ModelConfig> {
  return fc
    .record({
      vocabularySize: fc.integer({ min: 2, max: 19 }),
      contextLength: fc.integer({ min: 1, max: 21 }),
      layers: fc.integer({ min: 1, max: 2 }),
      heads: fc.integer({ min: 1, max: 3 }),
      headWidth: fc.integer({ min: 1, max: 10 }),
      hiddenWidth: fc.integer({ min: 1, max: 13 }),
      ropeBase: fc.constantFrom(100, 10_000),
      attention,
      window: fc.option(fc.record({ length: fc.integer({ min: 1, max: 21 }), first: fc.nat({ max: 4 }) })),
      positions: fc.constantFrom(...POSITION_KINDS),
      norm: fc.constantFrom(...NORM_KINDS),
      mlp: fc.constantFrom(...MLP_KINDS),
      tiedHead: fc.boolean(),
    })
    .map(({ headWidth, window, ...rest }) => {
      const least = rest.norm === 'layer' ? Math.ceil(LEAST_LAYER_NORM_WIDTH / rest.heads) : 1;
      const channels = Math.max(headWidth, least);
      const width = rest.heads * (rest.positions === 'rope' ? 2 * Math.ceil(channels / 2) : channels);
      const within = (count: number) => Math.min(count, rest.contextLength);
      const fitting = window && { length: within(window.length), first: within(window.first) };
      return { ...rest, width, window: fitting, normEpsilon: 1e-5 };
    });
}

/** Models that mix all kinds of all parts. */
export const anyModel: fc.Arbitrary<ModelConfig> = modelsOf(fc.constantFrom(...ATTENTION_KINDS));

/** The same with attention of one kind. */
export function modelsWith(attention: AttentionKind): fc.Arbitrary<ModelConfig> {
  return modelsOf(fc.constant(attention));
}

/** Parameters large enough that attention is far from uniform and gains are far from 1. */
export function randomParameters(config: ModelConfig, seed: string, size = 0.8): Parameters {
  const { uniform } = randomGenerator(seed);
  return Object.fromEntries(
    parameterShapes(config).map(({ name, shape, role }) => [
      name,
      Float32Array.from({ length: sizeOf(shape) }, () =>
        role === 'norm' ? 0.5 + uniform() : size * (2 * uniform() - 1),
      ),
    ]),
  );
}

/** Random tokens; some targets are ignored, at least one is not. `documents` draws from 0, the shared one, to 2. */
export function randomBatch(
  config: ModelConfig,
  seed: string,
  {
    sequences,
    length = config.contextLength,
    documents = false,
  }: { sequences: number; length?: number; documents?: boolean },
): Batch {
  const { below } = randomGenerator(seed);
  const draw = (choices: number, lowest = 0) =>
    Int32Array.from({ length: sequences * length }, () => lowest + below(choices));
  const targets = draw(config.vocabularySize + 1, -1);
  targets[below(targets.length)] = below(config.vocabularySize);
  return {
    ...{ sequences, length, inputs: draw(config.vocabularySize), targets },
    ...(documents && { documents: draw(3) }),
  };
}

/** The largest difference of two tensors over the largest number of the second. */
export function relativeDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let difference = 0;
  let largest = 0;
  for (let i = 0; i < expected.length; i++) {
    difference = Math.max(difference, Math.abs(actual[i]! - expected[i]!));
    largest = Math.max(largest, Math.abs(expected[i]!));
  }
  return largest === 0 ? difference : difference / largest;
}

/**
 * The difference of two losses over the second, or over 1 nat where that is less: a loss near zero is the difference of two
 * larger numbers, a logarithm of a sum and a logit, and has no more digits after the point than they have.
 */
export function lossDifference(actual: number, expected: number): number {
  return Math.abs(actual - expected) / Math.max(1, Math.abs(expected));
}
