/** Cross-entropy and its gradient. */
import { log } from './elementary';
import { columnMaximum, columnSum, exponentials, scaleColumns } from './softmax';

/**
 * Sum of -log softmax(logits)[target] over the tokens whose target is not negative, in token order; writes the gradient
 * of `weight` times that sum over the logits.
 * @param logits (rows, 8 panels), of which the first `words` rows count
 * @param targets (8 panels) int32
 */
export function crossEntropy(logits: usize, targets: usize, words: i32, rows: i32, panels: i32, weight: f32): f64 {
  let loss: f64 = 0;
  for (let panel = 0; panel < panels; panel++) {
    // The targets' logits stand in line until the panel's sums are known.
    const chosen = memory.data(32, 16),
      weights = memory.data(32, 16);
    for (let token: usize = 0; token < 32; token += 4) {
      const target = load<i32>(targets + token);
      store<f32>(chosen + token, target < 0 ? 0 : load<f32>(logits + ((<usize>target) << 5) + token));
      store<f32>(weights + token, target < 0 ? 0 : weight);
    }
    exponentials(logits, words, 1);
    const sums = columnSum(),
      maxima = columnMaximum();
    scaleColumns(
      logits,
      words,
      f32x4.div(v128.load(weights), v128.load(sums)),
      f32x4.div(v128.load(weights, 16), v128.load(sums, 16)),
    );
    for (let token: usize = 0; token < 32; token += 4) {
      const target = load<i32>(targets + token);
      if (target < 0) continue;
      loss += log(<f64>load<f32>(sums + token)) + (<f64>load<f32>(maxima + token) - <f64>load<f32>(chosen + token));
      const at = logits + ((<usize>target) << 5) + token;
      store<f32>(at, load<f32>(at) - weight);
    }
    targets += 32;
    logits += (<usize>rows) << 5;
  }
  return loss;
}
