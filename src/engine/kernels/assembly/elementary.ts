/**
 * exp and log of our own: JavaScript leaves the last bit of `Math.exp` to the engine, and these must give the same bits
 * everywhere. Polynomials and range reductions after Cephes (S. Moshier, expf) and fdlibm (log).
 */

/**
 * The numbers of `exp`, read from memory where they are used: V8 builds a vector constant anew from integers each time,
 * at twice the cost of the arithmetic.
 */
const EXP = memory.data<f32>([
  -87, 88, 1.44269504088896341, // bounds of the argument, 1 / ln 2
  12582912, // 1.5 * 2^23: adding it rounds a float32 to a whole number, which then stands in the lowest bits
  0.693359375, 2.12194440e-4, // ln 2 = first - second; a whole number times the first is exact
  1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1, 1,
], 16);

/**
 * exp of four numbers, within 2 ulp. Below -87 the result is exactly 0 (so is that of -Infinity, a masked score);
 * above 88 it is exp(88).
 */
// @ts-expect-error: decorator
@inline
export function exp(x: v128): v128 {
  const lowest = v128.load32_splat(EXP), highest = v128.load32_splat(EXP, 4);
  const bounded = f32x4.pmin(highest, f32x4.pmax(lowest, x));
  const shift = v128.load32_splat(EXP, 12);
  const rounded = f32x4.add(f32x4.mul(bounded, v128.load32_splat(EXP, 8)), shift);
  const n = f32x4.sub(rounded, shift);
  const high = f32x4.sub(bounded, f32x4.mul(n, v128.load32_splat(EXP, 16)));
  const r = f32x4.add(high, f32x4.mul(n, v128.load32_splat(EXP, 20)));
  const p = f32x4.add(expMinusOne(r), v128.load32_splat(EXP, 48));
  // 2^n times p, by adding n to p's exponent.
  return v128.and(i32x4.add(p, i32x4.shl(rounded, 23)), f32x4.ge(x, lowest));
}

/** exp(r) - 1 of four numbers within ln 2 / 2 of zero, where no digit is lost to the 1. */
// @ts-expect-error: decorator
@inline
export function expMinusOne(r: v128): v128 {
  let p = f32x4.add(f32x4.mul(v128.load32_splat(EXP, 24), r), v128.load32_splat(EXP, 28));
  p = f32x4.add(f32x4.mul(p, r), v128.load32_splat(EXP, 32));
  p = f32x4.add(f32x4.mul(p, r), v128.load32_splat(EXP, 36));
  p = f32x4.add(f32x4.mul(p, r), v128.load32_splat(EXP, 40));
  p = f32x4.add(f32x4.mul(p, r), v128.load32_splat(EXP, 44));
  return f32x4.add(f32x4.mul(p, f32x4.mul(r, r)), r);
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
