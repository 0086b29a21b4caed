/**
 * Gated attention (Qiu et al. 2025, arXiv:2505.06708): what the heads give is multiplied, number by number, by a sigmoid.
 * A gate's rows are part of a matrix whose panels are `stride` bytes apart; those of the heads follow one another.
 */
import { exp } from './elementary';

/** gate = sigmoid(gate); heads (rows, 8 panels) *= gate. */
export function gateForward(gate: usize, stride: usize, heads: usize, rows: i32, panels: i32): void {
  const one = f32x4.splat(1);
  const height = (<usize>rows) << 5;
  for (let panel = 0; panel < panels; panel++, gate += stride, heads += height) {
    for (let at: usize = 0; at < height; at += 16) {
      const sigmoid = f32x4.div(one, f32x4.add(one, exp(f32x4.neg(v128.load(gate + at)))));
      v128.store(gate + at, sigmoid);
      v128.store(heads + at, f32x4.mul(v128.load(heads + at), sigmoid));
    }
  }
}

/** From dHeads of the gated heads: dGate, laid out like gate, of what the sigmoid was taken of; dHeads *= gate. */
export function gateBackward(
  gate: usize,
  dGate: usize,
  stride: usize,
  heads: usize,
  dHeads: usize,
  rows: i32,
  panels: i32,
): void {
  const one = f32x4.splat(1);
  const height = (<usize>rows) << 5;
  for (let panel = 0; panel < panels; panel++, gate += stride, dGate += stride, heads += height, dHeads += height) {
    for (let at: usize = 0; at < height; at += 16) {
      const sigmoid = v128.load(gate + at),
        d = v128.load(dHeads + at);
      // The gated heads hold the first factor of sigmoid' = sigmoid (1 - sigmoid).
      v128.store(dGate + at, f32x4.mul(f32x4.mul(d, v128.load(heads + at)), f32x4.sub(one, sigmoid)));
      v128.store(dHeads + at, f32x4.mul(d, sigmoid));
    }
  }
}
