/** Embeddings of tokens or positions: a row of the table (V, D) becomes a column of the residual stream (D, tokens). */

/** x (rows, tokens) from token ids; a negative id gives zeros. Numbers a token: `rows`, a multiple of 8. */
export function embeddingForward(table: usize, tableStride: usize, ids: usize, x: usize, rows: i32, tokens: i32): void {
  for (let token = 0; token < tokens; token++) {
    const id = load<i32>(ids + ((<usize>token) << 2));
    const column = x + ((<usize>(token >>> 3) * rows) << 5) + ((token & 7) << 2);
    for (let row = 0; row < rows; row++) {
      const from = table + <usize>(row >>> 3) * tableStride + ((<usize>id) << 5) + ((row & 7) << 2);
      store<f32>(column + ((<usize>row) << 5), id < 0 ? 0 : load<f32>(from));
    }
  }
}

/** x += rows of the table, likewise; a negative id adds nothing. */
export function embeddingAdd(table: usize, tableStride: usize, ids: usize, x: usize, rows: i32, tokens: i32): void {
  for (let token = 0; token < tokens; token++) {
    const id = load<i32>(ids + ((<usize>token) << 2));
    if (id < 0) continue;
    const column = x + ((<usize>(token >>> 3) * rows) << 5) + ((token & 7) << 2);
    for (let row = 0; row < rows; row++) {
      const from = table + <usize>(row >>> 3) * tableStride + ((<usize>id) << 5) + ((row & 7) << 2);
      const at = column + ((<usize>row) << 5);
      store<f32>(at, load<f32>(at) + load<f32>(from));
    }
  }
}

/** dTable[id] += dx[.., token], token after token, so that the order of every sum is fixed. */
export function embeddingBackward(
  dTable: usize,
  tableStride: usize,
  ids: usize,
  dx: usize,
  rows: i32,
  tokens: i32,
): void {
  for (let token = 0; token < tokens; token++) {
    const id = load<i32>(ids + ((<usize>token) << 2));
    if (id < 0) continue;
    const column = dx + ((<usize>(token >>> 3) * rows) << 5) + ((token & 7) << 2);
    for (let row = 0; row < rows; row++) {
      const at = dTable + <usize>(row >>> 3) * tableStride + ((<usize>id) << 5) + ((row & 7) << 2);
      store<f32>(at, load<f32>(at) + load<f32>(column + ((<usize>row) << 5)));
    }
  }
}
