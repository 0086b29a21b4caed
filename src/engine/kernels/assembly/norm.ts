/** RMSNorm (Zhang & Sennrich 2019, arXiv:1910.07467): y = gain * x / sqrt(mean(x^2) + epsilon), a column a token. */
import { sumOfLanes } from './lanes';

/**
 * @param x (rows, 8 panels); @param y the same shape; @param inverse (8 panels) gets 1 / sqrt(mean square + epsilon).
 * Rows from `rows` to `padded` of y become 0.
 */
export function rmsNormForward(
  x: usize, gain: usize, y: usize, inverse: usize, rows: i32, padded: i32, panels: i32, epsilon: f32,
): void {
  const stride = <usize>padded << 5;
  const reciprocal = f32x4.splat(1 / <f32>rows), bias = f32x4.splat(epsilon), one = f32x4.splat(1);
  for (let panel = 0; panel < panels; panel++) {
    let s0 = f32x4.splat(0), s1 = s0;
    for (let row = 0; row < rows; row++) {
      const at = x + (<usize>row << 5);
      const x0 = v128.load(at), x1 = v128.load(at, 16);
      s0 = f32x4.add(s0, f32x4.mul(x0, x0));
      s1 = f32x4.add(s1, f32x4.mul(x1, x1));
    }
    const r0 = f32x4.div(one, f32x4.sqrt(f32x4.add(f32x4.mul(s0, reciprocal), bias)));
    const r1 = f32x4.div(one, f32x4.sqrt(f32x4.add(f32x4.mul(s1, reciprocal), bias)));
    v128.store(inverse, r0);
    v128.store(inverse, r1, 16);
    for (let row = 0; row < rows; row++) {
      const at = <usize>row << 5;
      const g = v128.load32_splat(gain + (<usize>row << 2));
      v128.store(y + at, f32x4.mul(f32x4.mul(v128.load(x + at), r0), g));
      v128.store(y + at, f32x4.mul(f32x4.mul(v128.load(x + at, 16), r1), g), 16);
    }
    memory.fill(y + (<usize>rows << 5), 0, <usize>(padded - rows) << 5);
    x += stride;
    y += stride;
    inverse += 32;
  }
}

/**
 * dx += the gradient through the norm, dGain = its gradient (`padded` numbers).
 * @param sums scratch of (rows, 8) numbers
 */
export function rmsNormBackward(
  dy: usize, x: usize, gain: usize, inverse: usize, dx: usize, dGain: usize, sums: usize,
  rows: i32, padded: i32, panels: i32,
): void {
  const stride = <usize>padded << 5;
  const reciprocal = f32x4.splat(1 / <f32>rows);
  memory.fill(sums, 0, <usize>rows << 5);
  for (let panel = 0; panel < panels; panel++) {
    const r0 = v128.load(inverse), r1 = v128.load(inverse, 16);
    let d0 = f32x4.splat(0), d1 = d0;
    for (let row = 0; row < rows; row++) {
      const at = <usize>row << 5;
      const g = v128.load32_splat(gain + (<usize>row << 2));
      const p0 = f32x4.mul(v128.load(dy + at), v128.load(x + at));
      const p1 = f32x4.mul(v128.load(dy + at, 16), v128.load(x + at, 16));
      d0 = f32x4.add(d0, f32x4.mul(p0, g));
      d1 = f32x4.add(d1, f32x4.mul(p1, g));
      v128.store(sums + at, f32x4.add(v128.load(sums + at), f32x4.mul(p0, r0)));
      v128.store(sums + at, f32x4.add(v128.load(sums + at, 16), f32x4.mul(p1, r1)), 16);
    }
    // d/dx of r x with r = (mean x^2 + epsilon)^(-1/2): r dy - x r^3 mean(dy x)
    const k0 = f32x4.mul(f32x4.mul(f32x4.mul(r0, r0), r0), f32x4.mul(d0, reciprocal));
    const k1 = f32x4.mul(f32x4.mul(f32x4.mul(r1, r1), r1), f32x4.mul(d1, reciprocal));
    for (let row = 0; row < rows; row++) {
      const at = <usize>row << 5;
      const g = v128.load32_splat(gain + (<usize>row << 2));
      const t0 = f32x4.mul(f32x4.mul(v128.load(dy + at), g), r0);
      const t1 = f32x4.mul(f32x4.mul(v128.load(dy + at, 16), g), r1);
      const u0 = f32x4.sub(t0, f32x4.mul(v128.load(x + at), k0));
      const u1 = f32x4.sub(t1, f32x4.mul(v128.load(x + at, 16), k1));
      v128.store(dx + at, f32x4.add(v128.load(dx + at), u0));
      v128.store(dx + at, f32x4.add(v128.load(dx + at, 16), u1), 16);
    }
    dy += stride;
    x += stride;
    dx += stride;
    inverse += 32;
  }
  for (let row = 0; row < rows; row++) {
    const at = sums + (<usize>row << 5);
    store<f32>(dGain + (<usize>row << 2), sumOfLanes(f32x4.add(v128.load(at), v128.load(at, 16))));
  }
  memory.fill(dGain + (<usize>rows << 2), 0, <usize>(padded - rows) << 2);
}
