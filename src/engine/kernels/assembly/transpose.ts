/** Transposition of panelled matrices, in blocks of 4 x 4 by shuffles. */

/**
 * target (8 panels, rows) = source (rows, 8 panels)^T; only the first `columns` columns of the source are taken.
 * `rows` and `columns` are multiples of 4; lanes of the target beyond `rows` become 0.
 */
export function transpose(
  source: usize,
  sourceStride: usize,
  target: usize,
  targetStride: usize,
  rows: i32,
  columns: i32,
): void {
  for (let column = 0; column < columns; column += 4) {
    const from = source + <usize>(column >>> 3) * sourceStride + ((column & 4) << 2);
    const to = target + <usize>column * 32;
    for (let row = 0; row < rows; row += 4) {
      const at = from + <usize>row * 32;
      const a = v128.load(at),
        b = v128.load(at, 32),
        c = v128.load(at, 64),
        d = v128.load(at, 96);
      const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5),
        AB = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
      const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5),
        CD = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
      const into = to + <usize>(row >>> 3) * targetStride + ((row & 4) << 2);
      v128.store(into, v128.shuffle<f64>(ab, cd, 0, 2));
      v128.store(into, v128.shuffle<f64>(ab, cd, 1, 3), 32);
      v128.store(into, v128.shuffle<f64>(AB, CD, 0, 2), 64);
      v128.store(into, v128.shuffle<f64>(AB, CD, 1, 3), 96);
    }
    if (rows & 4) {
      const into = to + <usize>(rows >>> 3) * targetStride + 16;
      const zero = f32x4.splat(0);
      v128.store(into, zero);
      v128.store(into, zero, 32);
      v128.store(into, zero, 64);
      v128.store(into, zero, 96);
    }
  }
}
