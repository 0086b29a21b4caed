/** What runs over all parameters as one flat array; counts are multiples of 4. */

/** Sum of squares in float64, in a fixed order. */
export function sumOfSquares(x: usize, count: i32): f64 {
  let low = f64x2.splat(0),
    high = low;
  for (const end = x + ((<usize>count) << 2); x < end; x += 16) {
    const v = v128.load(x);
    const a = f64x2.promote_low_f32x4(v),
      b = f64x2.promote_low_f32x4(v128.shuffle<f64>(v, v, 1, 0));
    low = f64x2.add(low, f64x2.mul(a, a));
    high = f64x2.add(high, f64x2.mul(b, b));
  }
  const both = f64x2.add(low, high);
  return f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
}

/** x += y */
export function add(x: usize, y: usize, count: i32): void {
  for (const end = x + ((<usize>count) << 2); x < end; x += 16, y += 16) {
    v128.store(x, f32x4.add(v128.load(x), v128.load(y)));
  }
}

/**
 * AdamW (Loshchilov & Hutter 2019, arXiv:1711.05101), one step:
 * g = gradientScale * gradient; m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2;
 * p = keep * p - rate * m / (sqrt(v) * rootScale + epsilon),
 * where keep = 1 - learning rate * decay, rate = learning rate / (1 - beta1^t), rootScale = 1 / sqrt(1 - beta2^t).
 */
export function adamw(
  p: usize,
  gradient: usize,
  m: usize,
  v: usize,
  count: i32,
  gradientScale: f32,
  beta1: f32,
  rest1: f32,
  beta2: f32,
  rest2: f32,
  keep: f32,
  rate: f32,
  rootScale: f32,
  epsilon: f32,
): void {
  for (const end = p + ((<usize>count) << 2); p < end; p += 16, gradient += 16, m += 16, v += 16) {
    const g = f32x4.mul(v128.load(gradient), f32x4.splat(gradientScale));
    const m1 = f32x4.add(f32x4.mul(v128.load(m), f32x4.splat(beta1)), f32x4.mul(g, f32x4.splat(rest1)));
    const v1 = f32x4.add(f32x4.mul(v128.load(v), f32x4.splat(beta2)), f32x4.mul(f32x4.mul(g, g), f32x4.splat(rest2)));
    v128.store(m, m1);
    v128.store(v, v1);
    const root = f32x4.add(f32x4.mul(f32x4.sqrt(v1), f32x4.splat(rootScale)), f32x4.splat(epsilon));
    const kept = f32x4.mul(v128.load(p), f32x4.splat(keep));
    v128.store(p, f32x4.sub(kept, f32x4.div(f32x4.mul(m1, f32x4.splat(rate)), root)));
  }
}
