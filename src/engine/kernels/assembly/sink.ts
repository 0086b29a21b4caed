/**
 * The scores of a key without a value, one a query, as `softmaxWithSink` takes them and gives their gradients back. They
 * stand (sequences, heads, 8 panels), before the scale that scores are multiplied by.
 */
import { sumOfLanes } from './lanes';

/** One learnable logit a head, the same for every query (gpt-oss); `factor` undoes the scale of the scores. */
export function sinkLogitForward(logits: usize, sinks: usize, sequences: i32, panels: i32, heads: i32, factor: f32): void {
  for (let sequence = 0; sequence < sequences; sequence++) {
    for (let head = 0; head < heads; head++) {
      const score = f32x4.mul(v128.load32_splat(logits + ((<usize>head) << 2)), f32x4.splat(factor));
      for (const end = sinks + ((<usize>panels) << 5); sinks < end; sinks += 16) v128.store(sinks, score);
    }
  }
}

/** dLogits (`padded` numbers), each a sum over sequences and in them over queries. */
export function sinkLogitBackward(
  dSinks: usize,
  dLogits: usize,
  sequences: i32,
  panels: i32,
  heads: i32,
  padded: i32,
  factor: f32,
): void {
  const bytes = (<usize>panels) << 5;
  memory.fill(dLogits, 0, (<usize>padded) << 2);
  for (let head = 0; head < heads; head++) {
    let s0 = f32x4.splat(0),
      s1 = s0;
    for (let sequence = 0; sequence < sequences; sequence++) {
      let at = dSinks + <usize>(sequence * heads + head) * bytes;
      for (const end = at + bytes; at < end; at += 32) {
        s0 = f32x4.add(s0, v128.load(at));
        s1 = f32x4.add(s1, v128.load(at, 16));
      }
    }
    store<f32>(dLogits + ((<usize>head) << 2), factor * sumOfLanes(f32x4.add(s0, s1)));
  }
}

/** sinks = bias . q, for a learnable key a head: `bias` (heads headRows). */
export function keyBiasForward(
  qkv: usize,
  bias: usize,
  sinks: usize,
  sequences: i32,
  panels: i32,
  heads: i32,
  headRows: i32,
  parts: i32,
): void {
  const stride = (<usize>(parts * heads * headRows)) << 5;
  for (let sequence = 0; sequence < sequences; sequence++) {
    for (let head = 0; head < heads; head++) {
      for (let panel = 0; panel < panels; panel++, sinks += 32) {
        let at = qkv + <usize>(sequence * panels + panel) * stride + ((<usize>(head * headRows)) << 5);
        let s0 = f32x4.splat(0),
          s1 = s0;
        for (let row = 0; row < headRows; row++, at += 32) {
          const b = v128.load32_splat(bias + ((<usize>(head * headRows + row)) << 2));
          s0 = f32x4.add(s0, f32x4.mul(b, v128.load(at)));
          s1 = f32x4.add(s1, f32x4.mul(b, v128.load(at, 16)));
        }
        v128.store(sinks, s0);
        v128.store(sinks, s1, 16);
      }
    }
  }
}

/**
 * dQ += bias dSinks; dBias = q dSinks, summed over sequences and in them over queries.
 * @param sums scratch of (heads headRows, 8) numbers
 */
export function keyBiasBackward(
  qkv: usize,
  bias: usize,
  dSinks: usize,
  dQkv: usize,
  dBias: usize,
  sums: usize,
  sequences: i32,
  panels: i32,
  heads: i32,
  headRows: i32,
  parts: i32,
): void {
  const rows = heads * headRows;
  const stride = (<usize>(parts * rows)) << 5;
  memory.fill(sums, 0, (<usize>rows) << 5);
  for (let sequence = 0; sequence < sequences; sequence++) {
    for (let head = 0; head < heads; head++) {
      for (let panel = 0; panel < panels; panel++, dSinks += 32) {
        const column = <usize>(sequence * panels + panel) * stride;
        const d0 = v128.load(dSinks),
          d1 = v128.load(dSinks, 16);
        for (let row = head * headRows; row < (head + 1) * headRows; row++) {
          const offset = (<usize>row) << 5;
          const b = v128.load32_splat(bias + ((<usize>row) << 2));
          const q = qkv + column + offset,
            dq = dQkv + column + offset,
            sum = sums + offset;
          v128.store(dq, f32x4.add(v128.load(dq), f32x4.mul(b, d0)));
          v128.store(dq, f32x4.add(v128.load(dq, 16), f32x4.mul(b, d1)), 16);
          v128.store(sum, f32x4.add(v128.load(sum), f32x4.mul(v128.load(q), d0)));
          v128.store(sum, f32x4.add(v128.load(sum, 16), f32x4.mul(v128.load(q, 16), d1)), 16);
        }
      }
    }
  }
  for (let row = 0; row < rows; row++) {
    const at = sums + ((<usize>row) << 5);
    store<f32>(dBias + ((<usize>row) << 2), sumOfLanes(f32x4.add(v128.load(at), v128.load(at, 16))));
  }
}
