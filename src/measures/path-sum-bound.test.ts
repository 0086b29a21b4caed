/** The bound against the Jacobian that it is proved for, by the engine that holds attention constant. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomParameters } from '../engine/engine.fixture.ts';
import type { Batch } from '../engine/engine.ts';
import { createKernelsEngine } from '../engine/kernels/engine.ts';
import { module } from '../engine/kernels/kernels.fixture.ts';
import { LLAMA, type ModelConfig } from '../transformer/config.ts';
import { exp } from '../transformer/elementary.ts';
import type { Parameters } from '../transformer/parameters.ts';
import { randomGenerator } from '../transformer/random.ts';
import { blockNorms } from './jacobian.ts';
import { type PromptAttention, pathSums } from './path-sum.ts';
import { boundWeights } from './path-sum-bound.ts';

/** Of float32 Jacobians. */
const ROUNDING = 1e-4;

/** At one prompt: the norms of the Jacobian with constant attention, and both bounds, [layer][j * T + i]. */
async function compare(config: ModelConfig, parameters: Parameters, inputs: Int32Array) {
  const { layers, heads, width: D, contextLength: T } = config;
  const engine = await createKernelsEngine(config, parameters, { module });
  const prompt: Batch = { sequences: 1, length: T, inputs, targets: inputs };
  const seen = await engine.inspect(prompt, { attention: true, states: true });
  const attention: PromptAttention = { weights: seen.attention!, layers, heads, length: T };
  const weights = boundWeights(config, parameters, seen.states!, attention, exp);
  const copies = Int32Array.from({ length: D * T }, (_, i) => inputs[i % T]!);
  const batch: Batch = { sequences: D, length: T, inputs: copies, targets: copies };
  const exact: Float64Array[] = [];
  for (let layer = 1; layer <= layers; layer++) {
    const norms = new Float64Array(T * T);
    for (let j = 0; j < T; j++) {
      const cotangent = new Float32Array(D * T * D);
      for (let c = 0; c < D; c++) cotangent[(c * T + j) * D + c] = 1;
      const jacobian = await engine.pullback!(batch, { layer, cotangent, constantAttention: true });
      norms.set(blockNorms(jacobian, D).spectral, j * T);
    }
    exact.push(norms);
  }
  return { exact, local: pathSums(weights.local, T), uniform: pathSums(weights.uniform, T) };
}

const networks = fc
  .record({
    layers: fc.integer({ min: 1, max: 4 }),
    heads: fc.integer({ min: 1, max: 3 }),
    pairs: fc.integer({ min: 1, max: 2 }),
    contextLength: fc.integer({ min: 1, max: 7 }),
    hiddenWidth: fc.integer({ min: 1, max: 9 }),
    attention: fc.constantFrom('softmax', 'sink-logit', 'sigmoid', 'softpick'),
    size: fc.constantFrom(0.05, 0.3, 1, 3),
    seed: fc.string(),
  })
  .map(({ pairs, size, seed, ...shape }) => ({
    config: {
      ...LLAMA,
      ...{ ...shape, vocabularySize: 5, width: shape.heads * 2 * pairs, ropeBase: 100, normEpsilon: 1e-5 },
    } as ModelConfig,
    size,
    seed,
  }));

function promptOf({ contextLength, vocabularySize }: ModelConfig, seed: string): Int32Array {
  const { below } = randomGenerator(`${seed}/prompt`);
  return Int32Array.from({ length: contextLength }, () => below(vocabularySize));
}

describe('with attention held constant', () => {
  it('no Jacobian of a random network lies above the bound, which lies below the uniform one', async () => {
    let tightest = 0;
    await fc.assert(
      fc.asyncProperty(networks, async ({ config, size, seed }) => {
        const parameters = randomParameters(config, seed, size);
        const { exact, local, uniform } = await compare(config, parameters, promptOf(config, seed));
        for (const [layer, norms] of exact.entries()) {
          for (const [pair, norm] of norms.entries()) {
            expect(norm).toBeLessThanOrEqual(local[layer]![pair]! * (1 + ROUNDING));
            expect(local[layer]![pair]).toBeLessThanOrEqual(uniform[layer]![pair]! * (1 + ROUNDING));
            if (norm > 0) tightest = Math.max(tightest, norm / local[layer]![pair]!);
          }
        }
      }),
      { numRuns: 40 },
    );
    // A bound that is far from every network could be wrong by as much without being noticed.
    expect(tightest).toBeGreaterThan(0.9);
  }, 60_000);

  const one = { vocabularySize: 3, contextLength: 1, layers: 1, heads: 1, width: 4, hiddenWidth: 5 };
  const config: ModelConfig = { ...LLAMA, ...one, ropeBase: 100, normEpsilon: 1e-5 };

  it('the Jacobian of an MLP alone has the norm that the bound takes for it', async () => {
    const parameters = { ...randomParameters(config, 'mlp'), 'layers.0.attention.output': new Float32Array(16) };
    const { exact, local, uniform } = await compare(config, parameters, Int32Array.of(1));
    expect(local[0]![0]! / exact[0]![0]!).toBeCloseTo(1, 5);
    expect(uniform[0]![0]! / exact[0]![0]!).toBeCloseTo(1, 5);
  });

  it('a token that copies its normalised self is stretched as much as the bound says', async () => {
    const identity = Float32Array.from({ length: 16 }, (_, i) => (i % 5 === 0 ? 1 : 0));
    const parameters: Parameters = {
      ...randomParameters(config, 'copy'),
      'layers.0.attention.norm': new Float32Array(4).fill(1),
      'layers.0.attention.value': identity,
      'layers.0.attention.output': identity.map((value) => 0.7 * value),
      'layers.0.mlp.down': new Float32Array(20),
    };
    const { exact, local } = await compare(config, parameters, Int32Array.of(2));
    const root = Math.sqrt(parameters['embedding']!.subarray(8, 12).reduce((sum, x) => sum + x * x, 0) / 4 + 1e-5);
    expect(exact[0]![0]).toBeCloseTo(1 + 0.7 / root, 5);
    expect(local[0]![0]).toBeCloseTo(1 + 0.7 / root, 5);
  });

  it('the bound is refused where nothing is proved', () => {
    const attention = { weights: new Float32Array(1), layers: 1, heads: 1, length: 1 };
    const refused = () => boundWeights({ ...config, norm: 'layer' }, {}, new Float32Array(8), attention, exp);
    expect(refused).toThrow(/RMSNorm, SwiGLU/);
  });
});
