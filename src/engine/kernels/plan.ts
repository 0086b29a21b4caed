/**
 * Every byte that training needs, planned from the configuration and the batch: one arena in the module's memory.
 * What lasts (parameters, gradients, moments, RoPE tables) stands before what a micro-batch computes, so that another
 * batch shape moves nothing that lasts.
 */
import { checkConfig, type ModelConfig } from '../../transformer/config.ts';
import { checkBatchShape } from '../validate.ts';
import { keepsAside } from './attention-weights.ts';
import { type Dimensions, dimensionsOf, PANEL, roundUp } from './dimensions.ts';
import { microBatches, tokensOf } from './micro-batches.ts';
import { type ParameterLayout, parameterLayout } from './parameter-layout.ts';

/** Byte addresses of one layer's activations; (rows, tokens) panelled. What the model does not have is at 0. */
export interface LayerActivations {
  /** (D): the residual stream before the block. */
  input: number;
  /** (1): what RMSNorm multiplied by; (2) for LayerNorm, with the mean. */
  attentionStatistics: number;
  /** (D) */
  attentionNormed: number;
  /** (attentionParts attentionRows): queries and keys turned, values, sigmoids of the gate. */
  queryKeyValue: number;
  /** For each sequence and head (keys, queries). */
  weights: number;
  /** For each sequence and head (1): what a kind of attention keeps beside the weights. */
  aside: number;
  /** (attentionRows) */
  heads: number;
  /** (D): the residual stream between attention and MLP. */
  middle: number;
  mlpStatistics: number;
  mlpNormed: number;
  /** (mlpParts hiddenRows): gate and up, then their derivatives (SwiGLU's), then their gradients. */
  gateUp: number;
  /** (hiddenRows) */
  hidden: number;
}

export interface Plan {
  dimensions: Dimensions;
  layout: ParameterLayout;
  parameters: number;
  firstMoments: number;
  secondMoments: number;
  /** (Dh / 2, contextLength) panelled. */
  ropeCos: number;
  ropeSin: number;
  /** Arrays of gradients, one a level of the tree in which micro-batches are added up. */
  gradients: number[];
  /** (tokens) int32 */
  inputs: number;
  targets: number;
  documents: number;
  /** (tokens) int32, the rows of the learned positions */
  positions: number;
  layers: LayerActivations[];
  /** (D): the residual stream after the last block. */
  last: number;
  lastStatistics: number;
  lastNormed: number;
  /** (vocabularyRows): logits, then their gradients. */
  logits: number;
  /** (D): gradient of the residual stream. */
  dStream: number;
  /** (D): gradient of a norm's output. */
  dNormed: number;
  /** (tokens, D): the transposed operand of a weight's gradient. */
  transposed: number;
  /** (attentionParts attentionRows) */
  dQueryKeyValue: number;
  /** (max(attentionRows, hiddenRows)): gradient of what an output matrix multiplies. */
  dInner: number;
  scratch: number;
  /** Memory of the whole, in bytes. */
  bytes: number;
}

/** The shape of a batch. */
export interface BatchShape {
  sequences: number;
  length: number;
}

/** A memory of 32-bit addresses ends here. */
export const LARGEST_MEMORY = 2 ** 32;
/** Every array begins at a cache line. */
const ALIGNMENT = 64;

/**
 * Plans the memory of an engine for batches of this shape (and of any that needs less).
 * @param start the first address that may be used
 * @throws {ConfigError} {EngineInputError} naming the field that cannot be.
 */
export function plan(config: ModelConfig, { sequences, length }: BatchShape, start = 1024): Plan {
  checkConfig(config);
  checkBatchShape(config, { sequences, length });
  const dimensions = dimensionsOf(config);
  const layout = parameterLayout(config);
  const { widthRows, attentionRows, attentionParts, hiddenRows, mlpParts, vocabularyRows } = dimensions;
  const { heads, headRows, headWidth } = dimensions;
  const parts = microBatches(sequences, length);
  const largest = Math.max(...parts.map((part) => part.sequences));
  const tokens = tokensOf(largest, length);
  const positions = roundUp(length, PANEL);

  let bytes = roundUp(start, ALIGNMENT);
  const take = (numbers: number) => {
    if (numbers === 0) return 0;
    const address = bytes;
    bytes = roundUp(bytes + 4 * numbers, ALIGNMENT);
    return address;
  };
  const columns = (rows: number) => take(rows * tokens);
  const angles = config.positions === 'rope' ? (headWidth / 2) * roundUp(config.contextLength, PANEL) : 0;
  const statistics = config.norm === 'layer' ? 2 : 1;
  const mlpWidthRows = mlpParts > 0 ? widthRows : 0;

  const lasting = {
    parameters: take(layout.size),
    firstMoments: take(layout.size),
    secondMoments: take(layout.size),
    ropeCos: take(angles),
    ropeSin: take(angles),
  };
  const levels = 32 - Math.clz32(parts.length); // 1 + log2 of a power of two
  const gradients = Array.from({ length: levels }, () => take(layout.size));
  const layers = Array.from({ length: config.layers }, () => ({
    input: columns(widthRows),
    attentionStatistics: columns(statistics),
    attentionNormed: columns(widthRows),
    queryKeyValue: columns(attentionParts * attentionRows),
    weights: columns(heads * positions),
    aside: columns(keepsAside(config.attention) ? heads : 0),
    heads: columns(attentionRows),
    middle: columns(mlpWidthRows),
    mlpStatistics: columns(mlpParts > 0 ? statistics : 0),
    mlpNormed: columns(mlpWidthRows),
    gateUp: columns(mlpParts * hiddenRows),
    hidden: columns(hiddenRows),
  }));
  const rest = {
    inputs: columns(1),
    targets: columns(1),
    documents: columns(1),
    positions: columns(config.positions === 'learned' ? 1 : 0),
    last: columns(widthRows),
    lastStatistics: columns(statistics),
    lastNormed: columns(widthRows),
    logits: columns(vocabularyRows),
    dStream: columns(widthRows),
    dNormed: columns(widthRows),
    transposed: columns(widthRows),
    dQueryKeyValue: columns(attentionParts * attentionRows),
    dInner: columns(Math.max(attentionRows, hiddenRows)),
    // For attention's way back, for the sums of a norm's gain and of a key bias, and for value norms.
    scratch: take(
      Math.max(
        positions * (positions + 2 * roundUp(headRows, PANEL)),
        Math.max(widthRows, attentionRows) * PANEL,
        heads * tokens,
      ),
    ),
  };
  return { dimensions, layout, ...lasting, gradients, layers, ...rest, bytes };
}
