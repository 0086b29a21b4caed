/**
 * Matrix products of panelled matrices, after GotoBLAS (Goto & van de Geijn 2008): a tile of 4 x 8 results stays in
 * registers while two runs of memory stream past it. Both operands are stored as the tile reads them, so nothing is
 * packed.
 *
 * The tile: eight accumulators, two vectors of B and one splat of A leave room in the sixteen registers of x86. The
 * loops take one step of the sum an iteration on purpose: compilers keep loads in order and let arithmetic float, so
 * that several steps in one block load all operands first and spill (measured in V8: 47 GFLOP/s, unrolled by four 30).
 * A sum runs in the order of its index, in one accumulator a result, whatever the blocking.
 */

/** Bytes of one row of a panel. */
const ROW: usize = 32;
/** Bytes of eight rows of a panel. */
const ROWS: usize = 256;
/**
 * Panels of A that a sum takes at a time. The four rows of a tile then lie in so few cache lines that they do not evict
 * one another, even where panels stand a power of two apart (1024^3: 8 panels 44 GFLOP/s, 32 panels 39).
 */
const PANELS_AT_A_TIME: i32 = 8;
/** Rows of A and B that a transposed product's sum takes at a time; a panel of each fills 8 kB. */
const ROWS_AT_A_TIME: i32 = 256;
/** Numbers of A kept in the first-level cache while panels of B pass: 16 kB. */
const BLOCK: i32 = 4096;

/**
 * One panel of C = start + A B: `rows` rows of 8, the sum over `depth` panels of A, eight steps each.
 * `start` is a panel like C, or 0 for none.
 */
export function panelProduct(a: usize, aStride: usize, b: usize, c: usize, start: usize, rows: i32, depth: i32): void {
  for (let row = 0; row < rows; row += 4) {
    let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00;
    if (start) {
      c00 = v128.load(start); c01 = v128.load(start, 16);
      c10 = v128.load(start, 32); c11 = v128.load(start, 48);
      c20 = v128.load(start, 64); c21 = v128.load(start, 80);
      c30 = v128.load(start, 96); c31 = v128.load(start, 112);
      start += 4 * ROW;
    }
    let aPanel = a;
    let bRow = b;
    for (let panel = 0; panel < depth; panel++) {
      let aStep = aPanel;
      for (let step = 0; step < 8; step++) {
        const b0 = v128.load(bRow), b1 = v128.load(bRow, 16);
        let x = v128.load32_splat(aStep);
        c00 = f32x4.add(c00, f32x4.mul(x, b0)); c01 = f32x4.add(c01, f32x4.mul(x, b1));
        x = v128.load32_splat(aStep, 32);
        c10 = f32x4.add(c10, f32x4.mul(x, b0)); c11 = f32x4.add(c11, f32x4.mul(x, b1));
        x = v128.load32_splat(aStep, 64);
        c20 = f32x4.add(c20, f32x4.mul(x, b0)); c21 = f32x4.add(c21, f32x4.mul(x, b1));
        x = v128.load32_splat(aStep, 96);
        c30 = f32x4.add(c30, f32x4.mul(x, b0)); c31 = f32x4.add(c31, f32x4.mul(x, b1));
        aStep += 4;
        bRow += ROW;
      }
      aPanel += aStride;
    }
    v128.store(c, c00); v128.store(c, c01, 16);
    v128.store(c, c10, 32); v128.store(c, c11, 48);
    v128.store(c, c20, 64); v128.store(c, c21, 80);
    v128.store(c, c30, 96); v128.store(c, c31, 112);
    c += 4 * ROW;
    a += 4 * ROW;
  }
}

/**
 * One panel of C = start + A^T B: `rows` rows of 8, one for each column of A, the sum over `depth` rows of A and B.
 */
export function panelTransposedProduct(
  a: usize,
  aStride: usize,
  b: usize,
  c: usize,
  start: usize,
  rows: i32,
  depth: i32,
): void {
  const bEnd = b + <usize>depth * ROW;
  for (let row = 0; row < rows; row += 4) {
    let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00;
    if (start) {
      c00 = v128.load(start); c01 = v128.load(start, 16);
      c10 = v128.load(start, 32); c11 = v128.load(start, 48);
      c20 = v128.load(start, 64); c21 = v128.load(start, 80);
      c30 = v128.load(start, 96); c31 = v128.load(start, 112);
      start += 4 * ROW;
    }
    let aRow = a + <usize>(row >>> 3) * aStride + ((row & 4) << 2);
    let bRow = b;
    do {
      const b0 = v128.load(bRow), b1 = v128.load(bRow, 16);
      let x = v128.load32_splat(aRow);
      c00 = f32x4.add(c00, f32x4.mul(x, b0)); c01 = f32x4.add(c01, f32x4.mul(x, b1));
      x = v128.load32_splat(aRow, 4);
      c10 = f32x4.add(c10, f32x4.mul(x, b0)); c11 = f32x4.add(c11, f32x4.mul(x, b1));
      x = v128.load32_splat(aRow, 8);
      c20 = f32x4.add(c20, f32x4.mul(x, b0)); c21 = f32x4.add(c21, f32x4.mul(x, b1));
      x = v128.load32_splat(aRow, 12);
      c30 = f32x4.add(c30, f32x4.mul(x, b0)); c31 = f32x4.add(c31, f32x4.mul(x, b1));
      aRow += ROW;
      bRow += ROW;
    } while (bRow < bEnd);
    v128.store(c, c00); v128.store(c, c01, 16);
    v128.store(c, c10, 32); v128.store(c, c11, 48);
    v128.store(c, c20, 64); v128.store(c, c21, 80);
    v128.store(c, c30, 96); v128.store(c, c31, 112);
    c += 4 * ROW;
  }
}

/**
 * C = start + A B for A (rows, 8 depth), B (8 depth, 8 panels). `start` is laid out like C and may be C itself; 0 for none.
 */
export function multiply(
  a: usize,
  aStride: usize,
  b: usize,
  bStride: usize,
  c: usize,
  cStride: usize,
  start: usize,
  rows: i32,
  depth: i32,
  panels: i32,
): void {
  for (let first = 0; first < depth; first += PANELS_AT_A_TIME) {
    const steps = min(PANELS_AT_A_TIME, depth - first);
    const block = max(4, (BLOCK / (8 * steps)) & ~3);
    for (let row = 0; row < rows; row += block) {
      const height = min(block, rows - row);
      const offset = <usize>row * ROW;
      for (let panel = 0; panel < panels; panel++) {
        const at = <usize>panel * cStride + offset;
        panelProduct(
          a + <usize>first * aStride + offset,
          aStride,
          b + <usize>panel * bStride + <usize>first * ROWS,
          c + at,
          start ? start + at : 0,
          height,
          steps,
        );
      }
    }
    start = c;
  }
}

/**
 * C = start + A^T B for A (depth, rows), B (depth, 8 panels). `start` is laid out like C and may be C itself; 0 for none.
 */
export function multiplyTransposed(
  a: usize,
  aStride: usize,
  b: usize,
  bStride: usize,
  c: usize,
  cStride: usize,
  start: usize,
  rows: i32,
  depth: i32,
  panels: i32,
): void {
  for (let first = 0; first < depth; first += ROWS_AT_A_TIME) {
    const steps = min(ROWS_AT_A_TIME, depth - first);
    const block = max(8, (BLOCK / steps) & ~7);
    for (let row = 0; row < rows; row += block) {
      const height = min(block, rows - row);
      for (let panel = 0; panel < panels; panel++) {
        const at = <usize>panel * cStride + <usize>row * ROW;
        panelTransposedProduct(
          a + <usize>(row >>> 3) * aStride + <usize>first * ROW,
          aStride,
          b + <usize>panel * bStride + <usize>first * ROW,
          c + at,
          start ? start + at : 0,
          height,
          steps,
        );
      }
    }
    start = c;
  }
}
