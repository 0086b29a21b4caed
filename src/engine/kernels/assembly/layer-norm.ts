/** LayerNorm (Ba et al. 2016, arXiv:1607.06450) without bias: y = gain (x - mean x) / sqrt(var x + epsilon), a column a token. */
import { sumOfLanes } from './lanes';

/**
 * @param x (rows, 8 panels); @param y the same shape
 * @param statistics (2, 8 panels) gets 1 / sqrt(variance + epsilon) and the mean
 * Rows from `rows` to `padded` of y become 0.
 */
export function layerNormForward(
  x: usize,
  gain: usize,
  y: usize,
  statistics: usize,
  rows: i32,
  padded: i32,
  panels: i32,
  epsilon: f32,
): void {
  const height = (<usize>rows) << 5,
    stride = (<usize>padded) << 5;
  const reciprocal = f32x4.splat(1 / <f32>rows),
    bias = f32x4.splat(epsilon),
    one = f32x4.splat(1);
  for (let panel = 0; panel < panels; panel++, x += stride, y += stride, statistics += 64) {
    let s0 = f32x4.splat(0),
      s1 = s0;
    for (let at: usize = 0; at < height; at += 32) {
      s0 = f32x4.add(s0, v128.load(x + at));
      s1 = f32x4.add(s1, v128.load(x + at, 16));
    }
    const m0 = f32x4.mul(s0, reciprocal),
      m1 = f32x4.mul(s1, reciprocal);
    let q0 = f32x4.splat(0),
      q1 = q0;
    for (let at: usize = 0; at < height; at += 32) {
      const x0 = f32x4.sub(v128.load(x + at), m0),
        x1 = f32x4.sub(v128.load(x + at, 16), m1);
      q0 = f32x4.add(q0, f32x4.mul(x0, x0));
      q1 = f32x4.add(q1, f32x4.mul(x1, x1));
    }
    const r0 = f32x4.div(one, f32x4.sqrt(f32x4.add(f32x4.mul(q0, reciprocal), bias)));
    const r1 = f32x4.div(one, f32x4.sqrt(f32x4.add(f32x4.mul(q1, reciprocal), bias)));
    v128.store(statistics, r0);
    v128.store(statistics, r1, 16);
    v128.store(statistics, m0, 32);
    v128.store(statistics, m1, 48);
    for (let row = 0; row < rows; row++) {
      const at = (<usize>row) << 5;
      const g = v128.load32_splat(gain + ((<usize>row) << 2));
      v128.store(y + at, f32x4.mul(f32x4.mul(f32x4.sub(v128.load(x + at), m0), r0), g));
      v128.store(y + at, f32x4.mul(f32x4.mul(f32x4.sub(v128.load(x + at, 16), m1), r1), g), 16);
    }
    memory.fill(y + height, 0, stride - height);
  }
}

/**
 * dx += the gradient through the norm, dGain = its gradient (`padded` numbers).
 * @param sums scratch of (rows, 8) numbers
 */
export function layerNormBackward(
  dy: usize,
  x: usize,
  gain: usize,
  statistics: usize,
  dx: usize,
  dGain: usize,
  sums: usize,
  rows: i32,
  padded: i32,
  panels: i32,
): void {
  const stride = (<usize>padded) << 5;
  const reciprocal = f32x4.splat(1 / <f32>rows);
  memory.fill(sums, 0, (<usize>rows) << 5);
  for (let panel = 0; panel < panels; panel++, dy += stride, x += stride, dx += stride, statistics += 64) {
    const r0 = v128.load(statistics),
      r1 = v128.load(statistics, 16),
      m0 = v128.load(statistics, 32),
      m1 = v128.load(statistics, 48);
    // With n = (x - mean) r and d = gain dy: dx = r (d - mean d - n mean(d n)).
    let d0 = f32x4.splat(0),
      d1 = d0,
      p0 = d0,
      p1 = d0;
    for (let row = 0; row < rows; row++) {
      const at = (<usize>row) << 5;
      const g = v128.load32_splat(gain + ((<usize>row) << 2));
      const dy0 = v128.load(dy + at),
        dy1 = v128.load(dy + at, 16);
      const w0 = f32x4.mul(dy0, f32x4.mul(f32x4.sub(v128.load(x + at), m0), r0));
      const w1 = f32x4.mul(dy1, f32x4.mul(f32x4.sub(v128.load(x + at, 16), m1), r1));
      d0 = f32x4.add(d0, f32x4.mul(dy0, g));
      d1 = f32x4.add(d1, f32x4.mul(dy1, g));
      p0 = f32x4.add(p0, f32x4.mul(w0, g));
      p1 = f32x4.add(p1, f32x4.mul(w1, g));
      v128.store(sums + at, f32x4.add(v128.load(sums + at), w0));
      v128.store(sums + at, f32x4.add(v128.load(sums + at, 16), w1), 16);
    }
    d0 = f32x4.mul(d0, reciprocal);
    d1 = f32x4.mul(d1, reciprocal);
    p0 = f32x4.mul(p0, reciprocal);
    p1 = f32x4.mul(p1, reciprocal);
    for (let row = 0; row < rows; row++) {
      const at = (<usize>row) << 5;
      const g = v128.load32_splat(gain + ((<usize>row) << 2));
      const n0 = f32x4.mul(f32x4.sub(v128.load(x + at), m0), r0);
      const n1 = f32x4.mul(f32x4.sub(v128.load(x + at, 16), m1), r1);
      const e0 = f32x4.sub(f32x4.sub(f32x4.mul(v128.load(dy + at), g), d0), f32x4.mul(n0, p0));
      const e1 = f32x4.sub(f32x4.sub(f32x4.mul(v128.load(dy + at, 16), g), d1), f32x4.mul(n1, p1));
      v128.store(dx + at, f32x4.add(v128.load(dx + at), f32x4.mul(e0, r0)));
      v128.store(dx + at, f32x4.add(v128.load(dx + at, 16), f32x4.mul(e1, r1)), 16);
    }
  }
  for (let row = 0; row < rows; row++) {
    const at = sums + ((<usize>row) << 5);
    store<f32>(dGain + ((<usize>row) << 2), sumOfLanes(f32x4.add(v128.load(at), v128.load(at, 16))));
  }
  memory.fill(dGain + ((<usize>rows) << 2), 0, (<usize>(padded - rows)) << 2);
}
