/**
 * What stands between the matrices of an MLP: SwiGLU (Shazeer 2020, arXiv:2002.05202), hidden = silu(gate) * up with
 * silu(g) = g / (1 + exp(-g)), or ReLU.
 */
import { exp } from './elementary';

/**
 * hidden (rows, 8 panels) from both (2 rows, 8 panels): gate's rows, then up's. Writes the local derivatives over
 * `both`, d hidden / d gate and d hidden / d up, so that the way back needs no exp and no memory of its own.
 */
export function swigluForward(both: usize, hidden: usize, rows: i32, panels: i32): void {
  const one = f32x4.splat(1);
  const half = (<usize>rows) << 5;
  for (let panel = 0; panel < panels; panel++) {
    for (let end = both + half; both < end; both += 16, hidden += 16) {
      const gate = v128.load(both),
        up = v128.load(both + half);
      const sigmoid = f32x4.div(one, f32x4.add(one, exp(f32x4.neg(gate))));
      const silu = f32x4.mul(gate, sigmoid);
      v128.store(hidden, f32x4.mul(silu, up));
      // silu' = sigmoid + silu - silu * sigmoid
      const slope = f32x4.add(sigmoid, f32x4.sub(silu, f32x4.mul(silu, sigmoid)));
      v128.store(both, f32x4.mul(slope, up));
      v128.store(both + half, silu);
    }
    both += half;
  }
}

/** Turns the derivatives that `swigluForward` left in `both` into gradients of gate and up. */
export function swigluBackward(both: usize, dHidden: usize, rows: i32, panels: i32): void {
  const half = (<usize>rows) << 5;
  for (let panel = 0; panel < panels; panel++) {
    for (let end = both + half; both < end; both += 16, dHidden += 16) {
      const d = v128.load(dHidden);
      v128.store(both, f32x4.mul(d, v128.load(both)));
      v128.store(both + half, f32x4.mul(d, v128.load(both + half)));
    }
    both += half;
  }
}

/** hidden = max(0, up), for `count` numbers, a multiple of 4. */
export function reluForward(up: usize, hidden: usize, count: i32): void {
  const zero = f32x4.splat(0);
  for (const end = up + ((<usize>count) << 2); up < end; up += 16, hidden += 16) {
    v128.store(hidden, f32x4.pmax(zero, v128.load(up)));
  }
}

/** up = dHidden where up is above zero, else 0. */
export function reluBackward(up: usize, dHidden: usize, count: i32): void {
  const zero = f32x4.splat(0);
  for (const end = up + ((<usize>count) << 2); up < end; up += 16, dHidden += 16) {
    v128.store(up, v128.and(v128.load(dHidden), f32x4.gt(v128.load(up), zero)));
  }
}
