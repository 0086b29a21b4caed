/** The constants of rotary positions as tensors. */
import * as tf from '@tensorflow/tfjs-core';
import { headWidth, type ModelConfig } from '../../transformer/config.ts';
import { ropeTables } from '../../transformer/rope.ts';
import type { RotaryTensors } from './attention.ts';

/** The constants for sequences of `length` tokens; the caller disposes them. */
export function rotaryTensors(config: ModelConfig, length: number): RotaryTensors {
  const Dh = headWidth(config);
  const half = Dh / 2;
  const tables = ropeTables(config, length);
  const bothHalves = (table: Float32Array): tf.Tensor => {
    const values = new Float32Array(length * Dh);
    for (let t = 0; t < length; t++) {
      const row = table.subarray(t * half, (t + 1) * half);
      values.set(row, t * Dh);
      values.set(row, t * Dh + half);
    }
    return tf.tensor3d(values, [length, 1, Dh]);
  };
  const quarterTurn = new Float32Array(Dh * Dh);
  for (let i = 0; i < half; i++) {
    quarterTurn[(i + half) * Dh + i] = -1;
    quarterTurn[i * Dh + i + half] = 1;
  }
  return { cos: bothHalves(tables.cos), sin: bothHalves(tables.sin), quarterTurn: tf.tensor2d(quarterTurn, [Dh, Dh]) };
}
