/** RoPE (Su et al. 2021, arXiv:2104.09864): pairs of a head's channels turn by an angle that grows with the position. */

/**
 * Turns, in place, every pair of rows (i, i + distance) of each head by the angle of its position, or back.
 *
 * @param x first row of the first head of a (.., 8 panels) matrix; @param stride bytes of its panel
 * @param cos, sin (pairs, length) panelled, length = 8 panels of a sequence
 * @param step rows from one pair's first row to the next one's; @param distance rows from the first of a pair to the second
 * @param direction 1 to turn, -1 to turn back
 */
export function rotate(
  x: usize,
  stride: usize,
  cos: usize,
  sin: usize,
  sequences: i32,
  panels: i32,
  heads: i32,
  headRows: i32,
  pairs: i32,
  step: i32,
  distance: i32,
  direction: f32,
): void {
  const sign = f32x4.splat(direction);
  const far = (<usize>distance) << 5;
  for (let sequence = 0; sequence < sequences; sequence++) {
    let c = cos;
    let s = sin;
    for (let panel = 0; panel < panels; panel++) {
      for (let pair = 0; pair < pairs; pair++) {
        const c0 = v128.load(c),
          c1 = v128.load(c, 16);
        const s0 = f32x4.mul(sign, v128.load(s)),
          s1 = f32x4.mul(sign, v128.load(s, 16));
        let at = x + ((<usize>(pair * step)) << 5);
        for (let head = 0; head < heads; head++) {
          const other = at + far;
          const a0 = v128.load(at),
            a1 = v128.load(at, 16),
            b0 = v128.load(other),
            b1 = v128.load(other, 16);
          v128.store(at, f32x4.sub(f32x4.mul(a0, c0), f32x4.mul(b0, s0)));
          v128.store(at, f32x4.sub(f32x4.mul(a1, c1), f32x4.mul(b1, s1)), 16);
          v128.store(other, f32x4.add(f32x4.mul(a0, s0), f32x4.mul(b0, c0)));
          v128.store(other, f32x4.add(f32x4.mul(a1, s1), f32x4.mul(b1, c1)), 16);
          at += (<usize>headRows) << 5;
        }
        c += 32;
        s += 32;
      }
      x += stride;
    }
  }
}
