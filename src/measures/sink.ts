/**
 * The attention sink in numbers: pure functions of attention maps, as the paper measures it.
 */
import type { Evaluation } from '../results/schema.ts';
import type { ModelConfig } from '../transformer/config.ts';
import { firstValueNormRatio } from './value-norms.ts';

/** Raise it when a measure changes what it returns: run ids hold it. */
export const MEASURES_VERSION = '2';

/** Queries of the prefix that every model is measured over, whatever its context: the shortest context we train. */
export const PREFIX_LENGTH = 16;

/** The shape of attention maps (L, B, H, T, T): weight of key j for query t at [.., t, j]. */
export interface MapShape {
  layers: number;
  /** B */
  sequences: number;
  heads: number;
  /** T */
  length: number;
}

/**
 * Mean attention that all T queries pay to one position, for each layer, sequence and head: (L, B, H), row-major.
 * Of the first queries alone it is what the model would show on a text of that length, since attention is causal.
 * The paper's sink metric (§2, after Gu et al. 2024, arXiv:2410.10781) is the mean over every query, the first
 * included, whose attention to itself is 1 by causality; leaving it out would change a value by at most 1/T.
 * @param position the key, counted from 0.
 * @param queries how many of the first queries count; all without it.
 */
export function attentionToPosition(
  attention: Float32Array,
  shape: MapShape,
  position = 0,
  queries: number = shape.length,
): Float64Array {
  const { layers, sequences, heads, length: T } = shape;
  const maps = layers * sequences * heads;
  if (attention.length !== maps * T * T) {
    throw new RangeError(
      `attention: ${maps} maps of ${T} x ${T} have ${maps * T * T} weights, not ${attention.length}`,
    );
  }
  const means = new Float64Array(maps);
  for (let map = 0; map < maps; map++) {
    let sum = 0;
    for (let t = 0; t < queries; t++) sum += attention[(map * T + t) * T + position]!;
    means[map] = sum / queries;
  }
  return means;
}

/**
 * Sink rate: the share of heads whose mean attention to the first position exceeds epsilon,
 * (1 / LH) sum over layers and heads of 1[(1 / T) sum_t a_t1 > epsilon], averaged over sequences (paper §2; Gu et al.
 * 2024). The threshold is applied to every sequence by itself, then averaged, as in the source's code.
 * @param means (L, B, H) from `attentionToPosition`.
 */
export function sinkRate(means: ArrayLike<number>, epsilon: number): number {
  let sinks = 0;
  for (let i = 0; i < means.length; i++) if (means[i]! > epsilon) sinks++;
  return sinks / means.length;
}

/**
 * What uniform causal attention pays to the first position on average: H_T / T, with H_T the T-th harmonic number.
 * Query t spreads 1/t on each of its t keys. It falls with T, so raw values of different T cannot be compared.
 */
export function chanceAttention(length: number): number {
  let harmonic = 0;
  for (let t = 1; t <= length; t++) harmonic += 1 / t;
  return harmonic / length;
}

/** The mean over sequences of values (L, B, H), as (L, H). */
export function meanOverSequences(values: ArrayLike<number>, shape: Omit<MapShape, 'length'>): number[][] {
  const { layers, sequences, heads } = shape;
  return Array.from({ length: layers }, (_, layer) =>
    Array.from({ length: heads }, (_, head) => {
      let sum = 0;
      for (let b = 0; b < sequences; b++) sum += values[(layer * sequences + b) * heads + head]!;
      return sum / sequences;
    }),
  );
}

/** What is measured of one batch: maps (L, B, H, T, T) and value norms (L, B, H, T). */
export interface MeasuredBatch {
  sequences: number;
  length: number;
  attention: Float32Array;
  valueNorms: Float32Array;
}

/** The sink's part of an evaluation. */
export type SinkMeasures = Pick<
  Evaluation,
  'sinkRate' | 'firstAttention' | 'firstAttentionAboveChance' | 'headFirstAttention' | 'headFirstValueNorm' | 'prefix'
>;

export interface SinkProbe {
  /** Takes one batch; all batches must be of one length. */
  add(batch: MeasuredBatch): void;
  /** The measures over all sequences so far. */
  result(): SinkMeasures;
}

/** Measures the sink over any number of batches, every sequence weighing the same. */
export function sinkProbe({ layers, heads }: Pick<ModelConfig, 'layers' | 'heads'>): SinkProbe {
  const attention = zeros(layers, heads);
  const valueNorm = zeros(layers, heads);
  const rates = { '0.3': 0, '0.8': 0 };
  const prefixRates = { '0.3': 0, '0.8': 0 };
  let prefixAttention = 0;
  let count = 0;
  let length: number | null = null;

  function add(batch: MeasuredBatch): void {
    if (length !== null && length !== batch.length) {
      throw new RangeError(
        `a probe cannot mix lengths: it has batches of ${length} tokens, this one has ${batch.length}`,
      );
    }
    length = batch.length;
    count += batch.sequences;
    const shape = { layers, heads, sequences: batch.sequences, length };
    const means = attentionToPosition(batch.attention, shape);
    rates['0.3'] += batch.sequences * sinkRate(means, 0.3);
    rates['0.8'] += batch.sequences * sinkRate(means, 0.8);
    const prefixMeans = attentionToPosition(batch.attention, shape, 0, Math.min(PREFIX_LENGTH, length));
    prefixRates['0.3'] += batch.sequences * sinkRate(prefixMeans, 0.3);
    prefixRates['0.8'] += batch.sequences * sinkRate(prefixMeans, 0.8);
    prefixAttention += batch.sequences * mean(prefixMeans);
    addScaled(attention, meanOverSequences(means, shape), batch.sequences);
    const ratios = firstValueNormRatio(batch.valueNorms, shape);
    addScaled(valueNorm, meanOverSequences(ratios, shape), batch.sequences);
  }

  function result(): SinkMeasures {
    if (length === null) throw new RangeError('a probe without batches has no result');
    const perHead = (sums: number[][]) => sums.map((row) => row.map((sum) => sum / count));
    const headFirstAttention = perHead(attention);
    const firstAttention = mean(headFirstAttention.flat());
    return {
      sinkRate: { '0.3': rates['0.3'] / count, '0.8': rates['0.8'] / count },
      firstAttention,
      firstAttentionAboveChance: firstAttention - chanceAttention(length),
      headFirstAttention,
      headFirstValueNorm: perHead(valueNorm),
      prefix: {
        sinkRate: { '0.3': prefixRates['0.3'] / count, '0.8': prefixRates['0.8'] / count },
        firstAttention: prefixAttention / count,
        firstAttentionAboveChance: prefixAttention / count - chanceAttention(Math.min(PREFIX_LENGTH, length)),
      },
    };
  }

  return { add, result };
}

function zeros(rows: number, columns: number): number[][] {
  return Array.from({ length: rows }, () => new Array<number>(columns).fill(0));
}

function addScaled(sums: number[][], values: number[][], weight: number): void {
  for (const [r, row] of values.entries()) for (const [c, value] of row.entries()) sums[r]![c]! += weight * value;
}

function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}
