/**
 * The model in float64, token by token, in plain loops: an oracle that shares no code and no layout with the engines.
 * Slow on purpose; for models of a few hundred parameters.
 */
import type { Batch } from '../../src/engine/engine.ts';
import type { AttentionKind, MlpKind, ModelConfig } from '../../src/transformer/config.ts';

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
  /**
   * How far the batch is from where the loss has no derivative or float32 cannot follow it: the smallest |argument| of a
   * max(0, .) or |.|, and a thousandth of softpick's smallest sum over several keys, by which it divides.
   */
  margin: number;
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

function normalised(x: Vector, gain: Float64Array, { norm, normEpsilon }: ModelConfig): Vector {
  const mean = norm === 'layer' ? sum(x) / x.length : 0;
  const variance = sum(x.map((value) => (value - mean) ** 2)) / x.length;
  return x.map((value, i) => ((value - mean) / Math.sqrt(variance + normEpsilon)) * gain[i]!);
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

const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));
const relu = (z: number): number => Math.max(z, 0);
const leastSize = (values: Vector): number => Math.min(...values.map(Math.abs));

/** Weights of the keys that one query of one head sees, by their scores; `further` is the score of a learned key. */
function weigh(kind: AttentionKind, scores: Vector, further: () => number): Vector {
  switch (kind) {
    case 'softmax':
    case 'gated':
      return softmax(scores);
    case 'softmax-plus-one':
      return softmax([...scores, 0]).slice(0, -1);
    case 'sink-logit':
    case 'key-bias':
      return softmax([...scores, further()]).slice(0, -1);
    case 'sigmoid':
      return scores.map(sigmoid);
    case 'softpick': {
      const total = sum(scores.map((score) => Math.abs(Math.expm1(score))));
      return scores.map((score) => relu(Math.expm1(score)) / (total + 1e-8));
    }
    case 'relu':
      return scores.map((score) => relu(score) / scores.length);
  }
}

/** The `margin` of one query's weights. */
function marginOf(kind: AttentionKind, scores: Vector): number {
  if (kind === 'relu') return leastSize(scores);
  if (kind !== 'softpick') return Number.POSITIVE_INFINITY;
  const total = sum(scores.map((score) => Math.abs(Math.expm1(score))));
  return Math.min(leastSize(scores), scores.length > 1 ? total / 1000 : Number.POSITIVE_INFINITY);
}

function mlp(kind: MlpKind, x: Vector, own: (name: string) => Float64Array): Vector {
  const up = times(x, own('mlp.up'));
  if (kind === 'relu') return times(up.map(relu), own('mlp.down'));
  const gate = times(x, own('mlp.gate'));
  return times(
    up.map((value, i) => value * gate[i]! * sigmoid(gate[i]!)),
    own('mlp.down'),
  );
}

/** Everything an engine can be asked about a batch. */
export function float64Model(config: ModelConfig, parameters: Float64Parameters, batch: Batch): OracleResult {
  const { layers, heads, width, vocabularySize, ropeBase, window } = config;
  const { sequences, length, inputs, targets, documents } = batch;
  const Dh = width / heads;
  const result: OracleResult = {
    loss: 0,
    attention: [],
    states: [],
    valueNorms: [],
    logits: [],
    margin: Number.POSITIVE_INFINITY,
  };
  const weight = (name: string) => parameters[name]!;
  const row = (table: Float64Array, index: number) => Array.from(table.slice(index * width, (index + 1) * width));
  const head = (x: ArrayLike<number>, h: number) => Array.from(x).slice(h * Dh, (h + 1) * Dh);
  const losses: number[] = [];

  for (let b = 0; b < sequences; b++) {
    const isVisible = (query: number, key: number) => {
      if (window !== null && key >= window.first && key <= query - window.length) return false;
      if (documents === undefined) return true;
      const [own, other] = [documents[b * length + query], documents[b * length + key]];
      return other === own || other === 0;
    };
    let stream: Vector[] = Array.from({ length }, (_, t) => row(weight('embedding'), inputs[b * length + t]!));
    if (config.positions === 'learned') stream = stream.map((x, t) => add(x, row(weight('positions'), t)));
    const turned = (x: Vector, t: number) => (config.positions === 'rope' ? rotary(x, t, ropeBase) : x);
    const keep = (layer: number) => {
      result.states[layer] ??= [];
      result.states[layer]!.push(stream);
    };
    keep(0);
    for (let layer = 0; layer < layers; layer++) {
      const own = (name: string) => weight(`layers.${layer}.${name}`);
      const normed = stream.map((x) => normalised(x, own('attention.norm'), config));
      const queries = normed.map((x) => times(x, own('attention.query')));
      const keys = normed.map((x) => times(x, own('attention.key')));
      const values = normed.map((x) => times(x, own('attention.value')));
      const maps: number[][][] = [];
      let mixed: Vector[] = Array.from({ length }, () => []);
      for (let h = 0; h < heads; h++) {
        maps[h] = [];
        for (let t = 0; t < length; t++) {
          const query = turned(head(queries[t]!, h), t);
          const seen = Array.from({ length: t + 1 }, (_, j) => j).filter((j) => isVisible(t, j));
          const scores = seen.map((j) => dot(query, turned(head(keys[j]!, h), j)) / Math.sqrt(Dh));
          const further = () =>
            config.attention === 'sink-logit'
              ? own('attention.sinkLogit')[h]!
              : dot(query, head(own('attention.keyBias'), h)) / Math.sqrt(Dh);
          const weights = new Array<number>(length).fill(0);
          result.margin = Math.min(result.margin, marginOf(config.attention, scores));
          for (const [i, value] of weigh(config.attention, scores, further).entries()) weights[seen[i]!] = value;
          maps[h]![t] = weights;
          for (let c = 0; c < Dh; c++) mixed[t]!.push(sum(seen.map((j) => weights[j]! * head(values[j]!, h)[c]!)));
        }
      }
      result.attention[layer] ??= [];
      result.attention[layer]!.push(maps);
      result.valueNorms[layer] ??= [];
      result.valueNorms[layer]!.push(
        maps.map((_, h) => values.map((value) => Math.sqrt(dot(head(value, h), head(value, h))))),
      );
      if (config.attention === 'gated') {
        const gates = normed.map((x) => times(x, own('attention.gate')).map(sigmoid));
        mixed = mixed.map((x, t) => x.map((value, i) => value * gates[t]![i]!));
      }
      stream = stream.map((x, t) => add(x, times(mixed[t]!, own('attention.output'))));
      if (config.mlp !== 'none') {
        const inputs = stream.map((x) => normalised(x, own('mlp.norm'), config));
        if (config.mlp === 'relu') {
          const margins = inputs.map((x) => leastSize(times(x, own('mlp.up'))));
          result.margin = Math.min(result.margin, ...margins);
        }
        stream = stream.map((x, t) => add(x, mlp(config.mlp, inputs[t]!, own)));
      }
      keep(layer + 1);
    }
    const logitsOf = (x: Vector): Vector => {
      if (!config.tiedHead) return times(x, weight('head'));
      return Array.from({ length: vocabularySize }, (_, token) => dot(x, row(weight('embedding'), token)));
    };
    const logits = stream.map((x) => logitsOf(normalised(x, weight('norm'), config)));
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

/** The sum of `direction` times d loss / d parameter over one tensor, by a central difference. */
export function directionalDerivative(
  config: ModelConfig,
  parameters: Float64Parameters,
  batch: Batch,
  name: string,
  direction: ArrayLike<number>,
  step = 1e-7,
): number {
  const lossAt = (distance: number) => {
    const moved = parameters[name]!.map((value, i) => value + distance * direction[i]!);
    return float64Model(config, { ...parameters, [name]: moved }, batch).loss;
  };
  return (lossAt(step) - lossAt(-step)) / (2 * step);
}
