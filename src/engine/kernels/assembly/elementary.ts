/**
 * exp and log of our own: JavaScript leaves the last bit of `Math.exp` to the engine, and these must give the same bits
 * everywhere. Polynomials and range reductions after Cephes (S. Moshier, expf) and fdlibm (log).
 */

/** 1.5 * 2^23: adding it rounds a float32 to a whole number, which then stands in the lowest bits. */
const ROUND: f32 = 12582912;

/**
 * exp of four numbers, within 2 ulp. Below -87 the result is exactly 0 (so is that of -Infinity, a masked score);
 * above 88 it is exp(88).
 */
// @ts-expect-error: decorator
@inline
export function exp(x: v128): v128 {
  const inRange = f32x4.ge(x, f32x4.splat(-87));
  const bounded = f32x4.pmin(f32x4.splat(88), f32x4.pmax(f32x4.splat(-87), x));
  const rounded = f32x4.add(f32x4.mul(bounded, f32x4.splat(1.44269504088896341)), f32x4.splat(ROUND));
  const n = f32x4.sub(rounded, f32x4.splat(ROUND));
  // bounded - n ln 2, with ln 2 in two parts: the product with the first is exact.
  const high = f32x4.sub(bounded, f32x4.mul(n, f32x4.splat(0.693359375)));
  const r = f32x4.add(high, f32x4.mul(n, f32x4.splat(2.12194440e-4)));
  let p = f32x4.add(f32x4.mul(f32x4.splat(1.9875691500e-4), r), f32x4.splat(1.3981999507e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(8.3334519073e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(4.1665795894e-2));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.6666665459e-1));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(5.0000001201e-1));
  p = f32x4.add(f32x4.add(f32x4.mul(p, f32x4.mul(r, r)), r), f32x4.splat(1));
  // 2^n times p, by adding n to p's exponent.
  return v128.and(i32x4.add(p, i32x4.shl(rounded, 23)), inRange);
}

/** Natural logarithm of a positive normal number, within 2 ulp of float64. */
export function log(x: f64): f64 {
  let bits = reinterpret<i64>(x);
  let exponent = <i32>(bits >> 52) - 1023;
  bits = (bits & 0x000fffffffffffff) | 0x3ff0000000000000;
  let mantissa = reinterpret<f64>(bits);
  if (mantissa > 1.4142135623730951) {
    mantissa *= 0.5;
    exponent++;
  }
  // log m = 2 artanh s, s = (m - 1) / (m + 1); |s| < 0.172, so that eleven terms reach float64's precision.
  const s = (mantissa - 1) / (mantissa + 1);
  const z = s * s;
  let series: f64 = 1.0 / 21;
  for (let odd = 19; odd > 1; odd -= 2) series = series * z + 1.0 / <f64>odd;
  return <f64>exponent * 0.6931471805599453 + (2 * s + 2 * s * z * series);
}

/** y = exp x for `count` numbers, a multiple of 4. */
export function exponential(x: usize, y: usize, count: i32): void {
  for (let i = 0; i < count; i += 4) v128.store(y + (<usize>i << 2), exp(v128.load(x + (<usize>i << 2))));
}

/** `log` for callers outside. */
export function logarithm(x: f64): f64 {
  return log(x);
}
