/**
 * An engine for tests of what stands around engines: no transformer, but parameters that move with the batches and
 * the learning rate, by exact arithmetic, and a moment that a checkpoint must hold.
 */
import type { Batch, Engine } from '../engine/engine.ts';
import type { ModelConfig } from '../transformer/config.ts';
import type { Parameters } from '../transformer/parameters.ts';

export interface FixtureEngine extends Engine {
  disposed: boolean;
  /** The loss that the next step reports, in place of its own. */
  nextLoss: number | null;
}

export function fixtureEngine(config: ModelConfig, initial: Parameters): FixtureEngine {
  const copy = (parameters: Parameters): Parameters =>
    Object.fromEntries(Object.entries(parameters).map(([name, values]) => [name, values.slice()]));
  let parameters = copy(initial);
  let moment = 0;

  /** Mean square of the parameters: falls as they shrink. */
  const lossOf = () => {
    let sum = 0;
    let count = 0;
    for (const values of Object.values(parameters))
      for (const value of values) [sum, count] = [sum + value ** 2, count + 1];
    return 1 + sum / count;
  };

  const engine: FixtureEngine = {
    config,
    disposed: false,
    nextLoss: null,
    step(batch, { learningRate }) {
      const loss = engine.nextLoss ?? lossOf();
      engine.nextLoss = null;
      moment = Math.fround(0.5 * moment + sumOf(batch) / 1024);
      for (const values of Object.values(parameters)) {
        for (let i = 0; i < values.length; i++) values[i] = values[i]! - learningRate * (values[i]! + moment / 64);
      }
      return { loss, gradientNorm: Math.abs(moment) };
    },
    evaluate: () => ({ loss: lossOf() }),
    inspect({ sequences, length }) {
      const { layers, heads } = config;
      const attention = new Float32Array(layers * sequences * heads * length * length);
      // Uniform causal attention: query t gives 1 / (t + 1) to each key it may see.
      for (let row = 0; row < attention.length / length; row++) {
        const t = row % length;
        attention.fill(1 / (t + 1), row * length, row * length + t + 1);
      }
      return { attention, valueNorms: new Float32Array(layers * sequences * heads * length).fill(1) };
    },
    gradients: () => copy(parameters),
    parameters: () => copy(parameters),
    load(replacement) {
      parameters = copy(replacement);
      moment = 0;
    },
    checkpoint() {
      const text = JSON.stringify({ moment, parameters: Object.entries(parameters).map(([n, v]) => [n, [...v]]) });
      return new TextEncoder().encode(text);
    },
    restore(checkpoint) {
      const state = JSON.parse(new TextDecoder().decode(checkpoint));
      moment = state.moment;
      parameters = Object.fromEntries(
        state.parameters.map(([name, values]: [string, number[]]) => [name, Float32Array.from(values)]),
      );
    },
    dispose() {
      engine.disposed = true;
    },
  };
  return engine;
}

function sumOf({ inputs }: Batch): number {
  return inputs.reduce((sum, token, position) => sum + token * (1 + (position % 3)), 0);
}
