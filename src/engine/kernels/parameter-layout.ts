/**
 * Where the kernels keep each parameter: one flat array of float32, in it panelled matrices whose columns are the D
 * channels of the residual stream and whose rows are the other side (words, head channels, hidden channels). So the same
 * stored matrix serves as A in A B and in A^T B, forward and backward, and nothing is ever packed or transposed.
 * Gradients and moments have the same layout. Padding is zero, and stays zero: its gradient is zero.
 */
import type { ModelConfig } from '../../transformer/config.ts';
import { type Parameters, parameterShapes, sizeOf } from '../../transformer/parameters.ts';
import { type Dimensions, dimensionsOf, PANEL } from './dimensions.ts';

/** Offsets into the flat array, in numbers; a matrix's panel has `rows` rows of 8. What a model lacks takes no room. */
export interface LayerOffsets {
  attentionNorm: number;
  /** (attentionParts attentionRows, D): the columns of query, key, value and gate. */
  queryKeyValue: number;
  /** (attentionRows, D) */
  output: number;
  /** (H) */
  sinkLogit: number;
  /** (attentionRows) */
  keyBias: number;
  mlpNorm: number;
  /** (mlpParts hiddenRows, D): the columns of gate and up, or of up alone. */
  gateUp: number;
  /** (hiddenRows, D) */
  down: number;
}

export interface ParameterLayout {
  /** Numbers in the array, padding included. */
  size: number;
  /** The first so many are decayed by AdamW; the rest are norm gains, sink logits and key biases. */
  decayed: number;
  /** (vocabularyRows, D) */
  embedding: number;
  /** (positionRows, D) */
  positions: number;
  layers: LayerOffsets[];
  norm: number;
  /** (vocabularyRows, D): the columns of the head; where it is tied, the embedding itself. */
  head: number;
  /** Writes named tensors into an array of this layout. */
  store(parameters: Parameters, flat: Float32Array): void;
  /** Reads an array of this layout. */
  fetch(flat: Float32Array): Parameters;
}

/** One named tensor's place. */
interface Place {
  name: string;
  shape: readonly number[];
  /** Offset of number i of the row-major tensor. */
  at: (index: number) => number;
}

/** Lays out the parameters of a model in one array: what AdamW decays first, matrices padded to whole panels. */
export function parameterLayout(config: ModelConfig): ParameterLayout {
  const dimensions = dimensionsOf(config);
  let size = 0;
  const take = (numbers: number) => {
    const offset = size;
    size += numbers;
    return offset;
  };
  const matrix = (rows: number) => take(rows * dimensions.widthRows);
  const vector = () => take(dimensions.widthRows);
  const { attentionParts, attentionRows, mlpParts, hiddenRows } = dimensions;

  const embedding = matrix(dimensions.vocabularyRows);
  const positions = matrix(dimensions.positionRows);
  const matrices = Array.from({ length: config.layers }, () => ({
    queryKeyValue: matrix(attentionParts * attentionRows),
    output: matrix(attentionRows),
    gateUp: matrix(mlpParts * hiddenRows),
    down: matrix(hiddenRows),
  }));
  const head = config.tiedHead ? embedding : matrix(dimensions.vocabularyRows);
  const decayed = size;
  const layers = matrices.map((layer) => ({
    ...layer,
    attentionNorm: vector(),
    mlpNorm: mlpParts > 0 ? vector() : size,
    sinkLogit: take(dimensions.sinkLogits),
    keyBias: take(config.attention === 'key-bias' ? attentionRows : 0),
  }));
  const norm = vector();

  const offsets = { embedding, positions, layers, norm, head };
  const places = placesOf(config, dimensions, offsets);
  return {
    size,
    decayed,
    ...offsets,
    store(parameters, flat) {
      for (const { name, at } of places)
        parameters[name]!.forEach((value, index) => {
          flat[at(index)] = value;
        });
    },
    fetch(flat) {
      return Object.fromEntries(
        places.map(({ name, shape, at }) => [
          name,
          Float32Array.from({ length: sizeOf(shape) }, (_, i) => flat[at(i)]!),
        ]),
      );
    },
  };
}

function placesOf(
  config: ModelConfig,
  dimensions: Dimensions,
  {
    embedding,
    positions,
    layers,
    norm,
    head,
  }: Pick<ParameterLayout, 'embedding' | 'positions' | 'layers' | 'norm' | 'head'>,
): Place[] {
  const { width, headWidth, headRows, attentionRows, attentionParts, hiddenRows, mlpParts, vocabularyRows } =
    dimensions;
  const { hiddenWidth, vocabularySize } = config;
  const headRow = (channel: number) => Math.floor(channel / headWidth) * headRows + (channel % headWidth);
  const sameRow = (row: number) => row;

  const vector = (offset: number) => (index: number) => offset + index;
  const cell = (offset: number, rows: number, row: number, column: number) =>
    offset + (Math.floor(column / PANEL) * rows + row) * PANEL + (column % PANEL);
  /** A tensor (rows, D) as it stands. */
  const upright =
    (offset: number, rows: number, rowOf = sameRow) =>
    (index: number) =>
      cell(offset, rows, rowOf(Math.floor(index / width)), index % width);
  /** A tensor (D, columns) whose columns become rows, from row `first` on. */
  const turned =
    (offset: number, rows: number, columns: number, first = 0, rowOf = sameRow) =>
    (index: number) =>
      cell(offset, rows, first + rowOf(index % columns), Math.floor(index / columns));

  const at: Record<string, Place['at']> = {
    embedding: upright(embedding, vocabularyRows),
    positions: upright(positions, dimensions.positionRows),
    norm: vector(norm),
    head: turned(head, vocabularyRows, vocabularySize),
  };
  layers.forEach((layer, index) => {
    const attention = (part: number) =>
      turned(layer.queryKeyValue, attentionParts * attentionRows, width, part * attentionRows, headRow);
    const mlp = (part: number) => turned(layer.gateUp, mlpParts * hiddenRows, hiddenWidth, part * hiddenRows);
    Object.assign(at, {
      [`layers.${index}.attention.norm`]: vector(layer.attentionNorm),
      [`layers.${index}.attention.query`]: attention(0),
      [`layers.${index}.attention.key`]: attention(1),
      [`layers.${index}.attention.value`]: attention(2),
      [`layers.${index}.attention.gate`]: attention(3),
      [`layers.${index}.attention.sinkLogit`]: vector(layer.sinkLogit),
      [`layers.${index}.attention.keyBias`]: (channel: number) => layer.keyBias + headRow(channel),
      [`layers.${index}.attention.output`]: upright(layer.output, attentionRows, headRow),
      [`layers.${index}.mlp.norm`]: vector(layer.mlpNorm),
      [`layers.${index}.mlp.gate`]: mlp(0),
      [`layers.${index}.mlp.up`]: mlp(mlpParts - 1),
      [`layers.${index}.mlp.down`]: upright(layer.down, hiddenRows),
    });
  });
  return parameterShapes(config).map(({ name, shape }) => ({ name, shape, at: at[name]! }));
}
