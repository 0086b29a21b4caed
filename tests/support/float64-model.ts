/**
 * The model in float64, token by token, in plain loops: an oracle that shares no code and no layout with the engines.
 * Slow on purpose; for models of a few hundred parameters.
 */
import type { Batch } from '../../src/engine/engine.ts';
import type { ModelConfig } from '../../src/transformer/config.ts';

export type Float64Parameters = Record<string, Float64Array>;

export interface OracleResult {
  /** Mean cross-entropy in nats. */
  loss: number;
  /** [layer][sequence][head][query][key] */
  attention: number[][][][][];
  /** [layer or, last, after all][sequence][position][channel] */
  states: number[][][][];
  /** [layer][sequence][head][position] */
  valueNorms: number[][][][];
  /** [sequence][position][token] */
  logits: number[][][];
}

type Vector = number[];

const sum = (values: Vector): number => values.reduce((total, value) => total + value, 0);
const dot = (a: Vector, b: Vector): number => sum(a.map((value, i) => value * b[i]!));
const add = (a: Vector, b: Vector): Vector => a.map((value, i) => value + b[i]!);

/** x · W for W (in, out), stored row by row. */
function times(x: Vector, matrix: Float64Array): Vector {
  const columns = matrix.length / x.length;
  return Array.from({ length: columns }, (_, c) => sum(x.map((value, r) => value * matrix[r * columns + c]!)));
}

function rmsNorm(x: Vector, gain: Float64Array, epsilon: number): Vector {
  const root = Math.sqrt(sum(x.map((value) => value * value)) / x.length + epsilon);
  return x.map((value, i) => (value / root) * gain[i]!);
}

/** Turns channels i and i + Dh/2 of one head as a complex number by the angle position * base^(-2i / Dh). */
function rotary(x: Vector, position: number, base: number): Vector {
  const half = x.length / 2;
  const turned = [...x];
  for (let i = 0; i < half; i++) {
    const angle = position * base ** ((-2 * i) / x.length);
    turned[i] = x[i]! * Math.cos(angle) - x[i + half]! * Math.sin(angle);
    turned[i + half] = x[i]! * Math.sin(angle) + x[i + half]! * Math.cos(angle);
  }
  return turned;
}

function softmax(scores: Vector): Vector {
  const largest = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - largest));
  return powers.map((power) => power / sum(powers));
}

/** Everything an engine can be asked about a batch. */
export function float64Model(config: ModelConfig, parameters: Float64Parameters, batch: Batch): OracleResult {
  const { layers, heads, width, vocabularySize, normEpsilon, ropeBase } = config;
  const { sequences, length, inputs, targets, documents } = batch;
  const Dh = width / heads;
  const result: OracleResult = { loss: 0, attention: [], states: [], valueNorms: [], logits: [] };
  const weight = (name: string) => parameters[name]!;
  const head = (x: Vector, h: number) => x.slice(h * Dh, (h + 1) * Dh);
  const losses: number[] = [];

  for (let b = 0; b < sequences; b++) {
    const token = (t: number) => inputs[b * length + t]!;
    const visible = (query: number, key: number) => {
      if (documents === undefined) return true;
      const [own, other] = [documents[b * length + query], documents[b * length + key]];
      return other === own || other === 0;
    };
    let stream: Vector[] = Array.from({ length }, (_, t) =>
      Array.from(weight('embedding').slice(token(t) * width, (token(t) + 1) * width)),
    );
    const keep = (layer: number) => {
      result.states[layer] ??= [];
      result.states[layer]!.push(stream);
    };
    keep(0);
    for (let layer = 0; layer < layers; layer++) {
      const own = (name: string) => weight(`layers.${layer}.${name}`);
      const normed = stream.map((x) => rmsNorm(x, own('attention.norm'), normEpsilon));
      const queries = normed.map((x) => times(x, own('attention.query')));
      const keys = normed.map((x) => times(x, own('attention.key')));
      const values = normed.map((x) => times(x, own('attention.value')));
      const maps: number[][][] = [];
      const mixed: Vector[] = Array.from({ length }, () => []);
      for (let h = 0; h < heads; h++) {
        maps[h] = [];
        for (let t = 0; t < length; t++) {
          const turnedQuery = rotary(head(queries[t]!, h), t, ropeBase);
          const seen = Array.from({ length: t + 1 }, (_, j) => j).filter((j) => visible(t, j));
          const scores = seen.map((j) => dot(turnedQuery, rotary(head(keys[j]!, h), j, ropeBase)) / Math.sqrt(Dh));
          const row = new Array<number>(length).fill(0);
          for (const [i, weightOfKey] of softmax(scores).entries()) row[seen[i]!] = weightOfKey;
          maps[h]![t] = row;
          for (let c = 0; c < Dh; c++) mixed[t]!.push(sum(seen.map((j) => row[j]! * head(values[j]!, h)[c]!)));
        }
      }
      result.attention[layer] ??= [];
      result.attention[layer]!.push(maps);
      result.valueNorms[layer] ??= [];
      result.valueNorms[layer]!.push(
        maps.map((_, h) => values.map((value) => Math.sqrt(dot(head(value, h), head(value, h))))),
      );
      stream = stream.map((x, t) => add(x, times(mixed[t]!, own('attention.output'))));
      stream = stream.map((x) => {
        const y = rmsNorm(x, own('mlp.norm'), normEpsilon);
        const [gate, up] = [times(y, own('mlp.gate')), times(y, own('mlp.up'))];
        const hidden = gate.map((z, i) => (z / (1 + Math.exp(-z))) * up[i]!);
        return add(x, times(hidden, own('mlp.down')));
      });
      keep(layer + 1);
    }
    const logits = stream.map((x) => times(rmsNorm(x, weight('norm'), normEpsilon), weight('head')));
    if (logits[0]!.length !== vocabularySize) throw new Error('the head is not of the vocabulary');
    result.logits.push(logits);
    for (let t = 0; t < length; t++) {
      const target = targets[b * length + t]!;
      if (target >= 0) losses.push(-Math.log(softmax(logits[t]!)[target]!));
    }
  }
  result.loss = sum(losses) / losses.length;
  return result;
}

/** Float32 parameters, exactly. */
export function toFloat64(parameters: Record<string, Float32Array>): Float64Parameters {
  return Object.fromEntries(Object.entries(parameters).map(([name, values]) => [name, Float64Array.from(values)]));
}

/** d loss / d parameter by central differences, for the numbers of one tensor at these places. */
export function centralDifferences(
  config: ModelConfig,
  parameters: Float64Parameters,
  batch: Batch,
  name: string,
  places: readonly number[],
  step = 1e-6,
): number[] {
  const tensor = parameters[name]!;
  return places.map((place) => {
    const value = tensor[place]!;
    const lossAt = (moved: number) => {
      tensor[place] = moved;
      return float64Model(config, parameters, batch).loss;
    };
    const slope = (lossAt(value + step) - lossAt(value - step)) / (2 * step);
    tensor[place] = value;
    return slope;
  });
}
