/** Softmax down the eight columns of a panel. */
import { exp } from './elementary';

/** The largest number of each column, in two vectors; kept in memory since a function returns one. */
const maxima = memory.data(32, 16);
const sums = memory.data(32, 16);
/** Sum of y dy of each column. */
const dots = memory.data(32, 16);

/** Where `exponentials` leaves the largest number of each column: eight numbers. */
// @ts-expect-error: decorator
@inline
export function columnMaximum(): usize {
  return maxima;
}

/** Where it leaves the sum of each column: eight numbers. */
// @ts-expect-error: decorator
@inline
export function columnSum(): usize {
  return sums;
}

/** x = exp(scale (x - maximum of its column)); leaves the columns' maxima and sums for the caller. */
export function exponentials(x: usize, rows: i32, scale: f32): void {
  exponentialsAbove(x, rows, scale, v128.load(x), v128.load(x, 16));
}

/** The same, where the maxima are at least m0 and m1. */
// @ts-expect-error: decorator
@inline
function exponentialsAbove(x: usize, rows: i32, scale: f32, m0: v128, m1: v128): void {
  const end = x + (<usize>rows << 5);
  for (let at = x; at < end; at += 32) {
    m0 = f32x4.pmax(m0, v128.load(at));
    m1 = f32x4.pmax(m1, v128.load(at, 16));
  }
  const factor = f32x4.splat(scale);
  let s0 = f32x4.splat(0), s1 = s0;
  for (let at = x; at < end; at += 32) {
    const e0 = exp(f32x4.mul(f32x4.sub(v128.load(at), m0), factor));
    const e1 = exp(f32x4.mul(f32x4.sub(v128.load(at, 16), m1), factor));
    v128.store(at, e0);
    v128.store(at, e1, 16);
    s0 = f32x4.add(s0, e0);
    s1 = f32x4.add(s1, e1);
  }
  v128.store(maxima, m0); v128.store(maxima, m1, 16);
  v128.store(sums, s0); v128.store(sums, s1, 16);
}

/** Multiplies each column by its factor. */
// @ts-expect-error: decorator
@inline
export function scaleColumns(x: usize, rows: i32, f0: v128, f1: v128): void {
  for (let end = x + (<usize>rows << 5); x < end; x += 32) {
    v128.store(x, f32x4.mul(v128.load(x), f0));
    v128.store(x, f32x4.mul(v128.load(x, 16), f1), 16);
  }
}

/** x = softmax(scale x), column by column. */
export function softmax(x: usize, rows: i32, scale: f32): void {
  exponentials(x, rows, scale);
  const one = f32x4.splat(1);
  scaleColumns(x, rows, f32x4.div(one, v128.load(sums)), f32x4.div(one, v128.load(sums, 16)));
}

/** dx = scale y (dy - sum of y dy), in place over dy, for y = softmax(scale x). */
export function softmaxBackward(y: usize, dy: usize, rows: i32, scale: f32): void {
  const height = <usize>rows << 5;
  let d0 = f32x4.splat(0), d1 = d0;
  for (let at: usize = 0; at < height; at += 32) {
    d0 = f32x4.add(d0, f32x4.mul(v128.load(y + at), v128.load(dy + at)));
    d1 = f32x4.add(d1, f32x4.mul(v128.load(y + at, 16), v128.load(dy + at, 16)));
  }
  v128.store(dots, d0); v128.store(dots, d1, 16);
  const factor = f32x4.splat(scale);
  for (let at: usize = 0; at < height; at += 32) {
    const y0 = f32x4.mul(factor, v128.load(y + at)), y1 = f32x4.mul(factor, v128.load(y + at, 16));
    v128.store(dy + at, f32x4.mul(y0, f32x4.sub(v128.load(dy + at), d0)));
    v128.store(dy + at, f32x4.mul(y1, f32x4.sub(v128.load(dy + at, 16), d1)), 16);
  }
}

/**
 * x = softmax(scale x), where the eight numbers at `sink` stand for one more row. They become its weights: what the rows
 * of x lack to 1.
 */
export function softmaxWithSink(x: usize, rows: i32, scale: f32, sink: usize): void {
  const z0 = v128.load(sink), z1 = v128.load(sink, 16);
  exponentialsAbove(x, rows, scale, z0, z1);
  const factor = f32x4.splat(scale), one = f32x4.splat(1);
  const e0 = exp(f32x4.mul(f32x4.sub(z0, v128.load(maxima)), factor));
  const e1 = exp(f32x4.mul(f32x4.sub(z1, v128.load(maxima, 16)), factor));
  const r0 = f32x4.div(one, f32x4.add(v128.load(sums), e0));
  const r1 = f32x4.div(one, f32x4.add(v128.load(sums, 16), e1));
  v128.store(sink, f32x4.mul(e0, r0));
  v128.store(sink, f32x4.mul(e1, r1), 16);
  scaleColumns(x, rows, r0, r1);
}

/** As `softmaxBackward`; the weights at `sink` become gradients, too: their own dy is zero. */
export function softmaxWithSinkBackward(y: usize, dy: usize, rows: i32, scale: f32, sink: usize): void {
  softmaxBackward(y, dy, rows, scale);
  const factor = f32x4.splat(-scale);
  v128.store(sink, f32x4.mul(f32x4.mul(factor, v128.load(sink)), v128.load(dots)));
  v128.store(sink, f32x4.mul(f32x4.mul(factor, v128.load(sink, 16)), v128.load(dots, 16)), 16);
}
