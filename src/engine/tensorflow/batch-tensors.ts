/** A batch as the tensors that the model reads. */
import * as tf from '@tensorflow/tfjs-core';
import { type ModelConfig, sees } from '../../transformer/config.ts';
import { type Batch, IGNORED_TARGET, SHARED_DOCUMENT } from '../engine.ts';
import { countedTargets } from '../validate.ts';

/** Added to the score of a key that a query may not see; its weight is then exactly zero. */
const MASKED = -1e9;

export interface BatchTensors {
  /** B */
  sequences: number;
  /** T */
  length: number;
  /** (N) token ids, N = B T. */
  ids: tf.Tensor;
  /** (V, N): 1 where column n's token is v. */
  oneHot: tf.Tensor;
  /** (N, V): 1 / (targets that count) at each such target, so that the loss is minus its product with log p. */
  targetWeights: tf.Tensor;
  /** (1, 1, T, T), or (B, 1, T, T) for intra-document attention: 1 where query t may see key j, else 0. */
  visible: tf.Tensor;
  /** Of the same shape: 0 where query t may see key j, else `MASKED`. */
  mask: tf.Tensor;
}

/** The tensors of a batch; the caller disposes them. A batch that is only looked at needs no targets. */
export function batchTensors(config: ModelConfig, batch: Batch): BatchTensors {
  const { sequences, length } = batch;
  const { vocabularySize: V } = config;
  const N = sequences * length;

  const oneHot = new Float32Array(V * N);
  for (let n = 0; n < N; n++) oneHot[batch.inputs[n]! * N + n] = 1;

  const counted = countedTargets(batch.targets);
  const targetWeights = new Float32Array(N * V);
  for (let n = 0; n < N; n++) {
    const target = batch.targets[n]!;
    if (target !== IGNORED_TARGET) targetWeights[n * V + target] = 1 / counted;
  }

  const masks = attentionMasks(config, batch);
  return {
    sequences,
    length,
    ids: tf.tensor1d(batch.inputs, 'int32'),
    oneHot: tf.tensor2d(oneHot, [V, N]),
    targetWeights: tf.tensor2d(targetWeights, [N, V]),
    visible: tf.tensor4d(masks.visible, masks.shape),
    mask: tf.tensor4d(masks.mask, masks.shape),
  };
}

interface AttentionMasks {
  shape: [number, number, number, number];
  visible: Float32Array;
  mask: Float32Array;
}

function attentionMasks(config: ModelConfig, { sequences, length: T, documents }: Batch): AttentionMasks {
  const masks = documents ? sequences : 1;
  const visible = new Float32Array(masks * T * T);
  for (let b = 0; b < masks; b++) {
    for (let t = 0; t < T; t++) {
      for (let j = 0; j <= t; j++) {
        const isOfDocument = documents === undefined || sharesDocument(documents, b * T + t, b * T + j);
        if (isOfDocument && sees(config, t, j)) visible[(b * T + t) * T + j] = 1;
      }
    }
  }
  return { shape: [masks, 1, T, T], visible, mask: visible.map((value) => (value === 1 ? 0 : MASKED)) };
}

function sharesDocument(documents: Int32Array, query: number, key: number): boolean {
  return documents[key] === documents[query] || documents[key] === SHARED_DOCUMENT;
}
