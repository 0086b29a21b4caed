/**
 * From scores to attention weights and back, for a panel (keys, 8 queries). A score that is masked is -Infinity and gets
 * weight 0. What a kind must remember of a query stands in `aside`, eight numbers a panel.
 */
import { exp, expMinusOne } from './elementary';
import { RELU, SIGMOID, SINK_SOFTMAX, SOFTPICK } from './kinds';
import { softmax, softmaxBackward, softmaxWithSink, softmaxWithSinkBackward } from './softmax';

/**
 * x = weights of the scores `scale` x.
 * @param spare (rows, 8) numbers
 * @returns where the weights stand that the values are to be multiplied by: x or `spare`
 */
export function weightsForward(kind: i32, x: usize, rows: i32, scale: f32, aside: usize, spare: usize): usize {
  if (kind == SINK_SOFTMAX) softmaxWithSink(x, rows, scale, aside);
  else if (kind == SIGMOID) sigmoid(x, rows, scale);
  else if (kind == RELU) rectify(x, rows, scale, aside);
  else if (kind == SOFTPICK) {
    softpick(x, rows, scale, aside);
    memory.copy(spare, x, (<usize>rows) << 5);
    keepPositive(spare, rows);
    return spare;
  } else softmax(x, rows, scale);
  return x;
}

/** dy, gradients of weights, become gradients of x in place. y holds what `weightsForward` left in x. */
export function weightsBackward(kind: i32, y: usize, dy: usize, rows: i32, scale: f32, aside: usize): void {
  if (kind == SINK_SOFTMAX) softmaxWithSinkBackward(y, dy, rows, scale, aside);
  else if (kind == SIGMOID) sigmoidBackward(y, dy, rows, scale);
  else if (kind == RELU) rectifyBackward(y, dy, rows, scale, aside);
  else if (kind == SOFTPICK) {
    softpickBackward(y, dy, rows, scale, aside);
    keepPositive(y, rows);
  } else softmaxBackward(y, dy, rows, scale);
}

/** Sigmoid attention without normalisation (Ramapuram et al. 2024, arXiv:2409.04431): e^x / (1 + e^x). */
function sigmoid(x: usize, rows: i32, scale: f32): void {
  const factor = f32x4.splat(scale),
    one = f32x4.splat(1);
  for (const end = x + ((<usize>rows) << 5); x < end; x += 16) {
    const e = exp(f32x4.mul(v128.load(x), factor)); // 0 where masked
    v128.store(x, f32x4.div(e, f32x4.add(one, e)));
  }
}

function sigmoidBackward(y: usize, dy: usize, rows: i32, scale: f32): void {
  const factor = f32x4.splat(scale),
    one = f32x4.splat(1);
  for (const end = y + ((<usize>rows) << 5); y < end; y += 16, dy += 16) {
    const w = v128.load(y);
    const slope = f32x4.mul(f32x4.mul(factor, w), f32x4.sub(one, w));
    v128.store(dy, f32x4.mul(slope, v128.load(dy)));
  }
}

/** max(0, x) over the number of keys that the query may see; `aside` keeps its inverse. */
function rectify(x: usize, rows: i32, scale: f32, aside: usize): void {
  const end = x + ((<usize>rows) << 5);
  const masked = f32x4.splat(-Infinity),
    zero = f32x4.splat(0),
    one = f32x4.splat(1);
  let n0 = i32x4.splat(0),
    n1 = n0;
  for (let at = x; at < end; at += 32) {
    n0 = i32x4.sub(n0, f32x4.gt(v128.load(at), masked)); // a lane that is true is -1
    n1 = i32x4.sub(n1, f32x4.gt(v128.load(at, 16), masked));
  }
  const i0 = f32x4.div(one, f32x4.convert_i32x4_s(n0)),
    i1 = f32x4.div(one, f32x4.convert_i32x4_s(n1));
  v128.store(aside, i0);
  v128.store(aside, i1, 16);
  const f0 = f32x4.mul(f32x4.splat(scale), i0),
    f1 = f32x4.mul(f32x4.splat(scale), i1);
  for (let at = x; at < end; at += 32) {
    v128.store(at, f32x4.mul(f32x4.pmax(zero, v128.load(at)), f0));
    v128.store(at, f32x4.mul(f32x4.pmax(zero, v128.load(at, 16)), f1), 16);
  }
}

function rectifyBackward(y: usize, dy: usize, rows: i32, scale: f32, aside: usize): void {
  const zero = f32x4.splat(0);
  const f0 = f32x4.mul(f32x4.splat(scale), v128.load(aside)),
    f1 = f32x4.mul(f32x4.splat(scale), v128.load(aside, 16));
  for (const end = y + ((<usize>rows) << 5); y < end; y += 32, dy += 32) {
    v128.store(dy, v128.and(f32x4.mul(f0, v128.load(dy)), f32x4.gt(v128.load(y), zero)));
    v128.store(dy, v128.and(f32x4.mul(f1, v128.load(dy, 16)), f32x4.gt(v128.load(y, 16), zero)), 16);
  }
}

/**
 * Softpick (Zuhri et al. 2025, arXiv:2504.20966): max(0, u) / S with u = e^x - 1 and S = sum |u| + 1e-8, both multiplied
 * by e^-m, m = max(0, largest x), so that nothing overflows. (Where every x is below zero so is every u: the weights are
 * zero whatever m is.) Leaves u / S with its sign, since keys below zero have gradients too, and e^-m / S in `aside`:
 * their sum is e^x / S.
 */
function softpick(x: usize, rows: i32, scale: f32, aside: usize): void {
  const end = x + ((<usize>rows) << 5);
  const factor = f32x4.splat(scale),
    epsilon = f32x4.splat(1e-8);
  let m0 = f32x4.splat(0),
    m1 = m0;
  for (let at = x; at < end; at += 32) {
    m0 = f32x4.pmax(m0, v128.load(at));
    m1 = f32x4.pmax(m1, v128.load(at, 16));
  }
  m0 = f32x4.mul(m0, factor);
  m1 = f32x4.mul(m1, factor);
  const e0 = exp(f32x4.neg(m0)),
    e1 = exp(f32x4.neg(m1));
  let s0 = f32x4.splat(0),
    s1 = s0;
  for (let at = x; at < end; at += 32) {
    const u0 = shiftedPower(f32x4.mul(v128.load(at), factor), m0, e0);
    const u1 = shiftedPower(f32x4.mul(v128.load(at, 16), factor), m1, e1);
    v128.store(at, u0);
    v128.store(at, u1, 16);
    s0 = f32x4.add(s0, f32x4.abs(u0));
    s1 = f32x4.add(s1, f32x4.abs(u1));
  }
  s0 = f32x4.add(s0, f32x4.mul(e0, epsilon));
  s1 = f32x4.add(s1, f32x4.mul(e1, epsilon));
  v128.store(aside, f32x4.div(e0, s0));
  v128.store(aside, f32x4.div(e1, s1), 16);
  // Divided, not multiplied by an inverse: a key seen alone then weighs exactly 1, and what it gets back cancels exactly.
  for (let at = x; at < end; at += 32) {
    v128.store(at, f32x4.div(v128.load(at), s0));
    v128.store(at, f32x4.div(v128.load(at, 16), s1), 16);
  }
}

/** e^-m (e^x - 1) for `inverse` = e^-m, without loss of digits near 0; 0 where x is masked. */
// @ts-expect-error: decorator
@inline
function shiftedPower(x: v128, m: v128, inverse: v128): v128 {
  const isNear = f32x4.lt(f32x4.abs(x), f32x4.splat(0.34));
  const far = f32x4.sub(exp(f32x4.sub(x, m)), inverse);
  const u = v128.bitselect(f32x4.mul(inverse, expMinusOne(x)), far, isNear);
  return v128.and(u, f32x4.gt(x, f32x4.splat(-Infinity)));
}

/** dx = e^x / S (dy where u > 0, minus sign u times the sum of the weights times dy), in place over dy. */
function softpickBackward(y: usize, dy: usize, rows: i32, scale: f32, aside: usize): void {
  const height = (<usize>rows) << 5;
  const zero = f32x4.splat(0),
    factor = f32x4.splat(scale);
  let d0 = zero,
    d1 = zero;
  for (let at: usize = 0; at < height; at += 32) {
    d0 = f32x4.add(d0, f32x4.mul(f32x4.pmax(zero, v128.load(y + at)), v128.load(dy + at)));
    d1 = f32x4.add(d1, f32x4.mul(f32x4.pmax(zero, v128.load(y + at, 16)), v128.load(dy + at, 16)));
  }
  const a0 = v128.load(aside),
    a1 = v128.load(aside, 16);
  for (let at: usize = 0; at < height; at += 32) {
    const y0 = v128.load(y + at),
      y1 = v128.load(y + at, 16);
    v128.store(dy + at, f32x4.mul(f32x4.mul(factor, f32x4.add(y0, a0)), pull(y0, v128.load(dy + at), d0)));
    v128.store(dy + at, f32x4.mul(f32x4.mul(factor, f32x4.add(y1, a1)), pull(y1, v128.load(dy + at, 16), d1)), 16);
  }
}

/** d - mean where u is above zero, mean where it is below, 0 between. */
// @ts-expect-error: decorator
@inline
function pull(u: v128, d: v128, mean: v128): v128 {
  const zero = f32x4.splat(0);
  return v128.or(v128.and(f32x4.sub(d, mean), f32x4.gt(u, zero)), v128.and(mean, f32x4.lt(u, zero)));
}

/** x = max(0, x) */
function keepPositive(x: usize, rows: i32): void {
  const zero = f32x4.splat(0);
  for (const end = x + ((<usize>rows) << 5); x < end; x += 16) v128.store(x, f32x4.pmax(zero, v128.load(x)));
}
