/** What the tests of the kernels share: the compiled module, random models and batches. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import type { ModelConfig } from '../../transformer/config.ts';
import { type Parameters, parameterShapes, sizeOf } from '../../transformer/parameters.ts';
import { randomGenerator } from '../../transformer/random.ts';
import type { Batch } from '../engine.ts';
import { Kernels } from './module.ts';

export const module = new WebAssembly.Module(readFileSync(new URL('kernels.wasm', import.meta.url)));

/** An instance with this many bytes beyond what it uses itself. */
export async function kernelsWith(bytes: number): Promise<Kernels> {
  const kernels = await Kernels.instantiate(module);
  kernels.reserve(kernels.run.firstFreeByte() + bytes);
  return kernels;
}

/** Models of every odd shape: widths, heads, MLPs and vocabularies that fill no panel. */
export const smallModels: fc.Arbitrary<ModelConfig> = fc
  .record({
    vocabularySize: fc.integer({ min: 2, max: 19 }),
    contextLength: fc.integer({ min: 1, max: 21 }),
    layers: fc.integer({ min: 1, max: 2 }),
    heads: fc.integer({ min: 1, max: 3 }),
    pairs: fc.integer({ min: 1, max: 5 }),
    hiddenWidth: fc.integer({ min: 1, max: 13 }),
    ropeBase: fc.constantFrom(100, 10_000),
  })
  .map(({ pairs, ...rest }) => ({ ...rest, width: 2 * pairs * rest.heads, normEpsilon: 1e-5 }));

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
