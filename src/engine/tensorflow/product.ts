/**
 * Matrix products with gradients that are fast on every backend. TensorFlow.js's own gradient of `matMul` asks for
 * products with transposed operands, which its wasm backend computes ten times slower than plain ones (measured), so
 * operands are transposed first.
 */
import * as tf from '@tensorflow/tfjs-core';

/** The transpose of the last two axes. */
function transposed(x: tf.Tensor): tf.Tensor {
  const axes = x.shape.map((_, axis) => axis);
  const [row, column] = [axes.length - 2, axes.length - 1];
  return tf.transpose(x, [...axes.slice(0, row), column, row]);
}

/** a · b over the last two axes; leading axes are equal: (.., n, k) · (.., k, m) = (.., n, m). */
export const product = tf.customGrad((a, b, save) => {
  const [left, right] = [a as tf.Tensor, b as tf.Tensor];
  (save as tf.GradSaveFunc)([left, right]);
  return {
    value: tf.matMul(left, right),
    gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [x, y] = saved as [tf.Tensor, tf.Tensor];
      return [tf.matMul(dy, transposed(y)), tf.matMul(transposed(x), dy)];
    },
  };
}) as (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

/** x · m for a constant matrix m: no gradient is computed for it. */
export function productWithConstant(x: tf.Tensor, m: tf.Tensor): tf.Tensor {
  const apply = tf.customGrad((input) => ({
    value: tf.matMul(input as tf.Tensor, m),
    gradFunc: (dy: tf.Tensor) => tf.matMul(dy, transposed(m)),
  }));
  return apply(x);
}

/**
 * Rows of a table, (V, D) at (N) ids: (N, D). Its gradient adds up the rows of each id as a product with `oneHot`
 * (V, N), since `gather`'s own needs a kernel (UnsortedSegmentSum) that the wasm backend lacks.
 */
export function lookUp(table: tf.Tensor, ids: tf.Tensor, oneHot: tf.Tensor): tf.Tensor {
  const apply = tf.customGrad((rows) => ({
    value: tf.gather(rows as tf.Tensor, ids as tf.Tensor1D),
    gradFunc: (dy: tf.Tensor) => tf.matMul(oneHot, dy),
  }));
  return apply(table);
}
