/** Masks of a panel of scores, (keys, 8 queries): what a query may not see becomes -Infinity. */

/** Masks keys after a query. Only the last eight keys, those of the queries' own panel, can come after one. */
export function maskLaterKeys(scores: usize, keys: i32): void {
  const masked = f32x4.splat(-Infinity);
  const lanes0 = i32x4(0, 1, 2, 3),
    lanes1 = i32x4(4, 5, 6, 7);
  let at = scores + ((<usize>(keys - 8)) << 5);
  for (let key = 0; key < 8; key++, at += 32) {
    const position = i32x4.splat(key);
    v128.store(at, v128.bitselect(masked, v128.load(at), i32x4.gt_s(position, lanes0)));
    v128.store(at, v128.bitselect(masked, v128.load(at, 16), i32x4.gt_s(position, lanes1)), 16);
  }
}

/** Masks keys of another document, but for document 0, which all may see. */
export function maskOtherDocuments(scores: usize, keys: i32, keyDocuments: usize, queryDocuments: usize): void {
  const masked = f32x4.splat(-Infinity),
    zero = i32x4.splat(0);
  const q0 = v128.load(queryDocuments),
    q1 = v128.load(queryDocuments, 16);
  for (let key = 0; key < keys; key++, scores += 32) {
    const document = v128.load32_splat(keyDocuments + ((<usize>key) << 2));
    const shared = i32x4.eq(document, zero);
    v128.store(scores, v128.bitselect(v128.load(scores), masked, v128.or(shared, i32x4.eq(document, q0))));
    v128.store(scores, v128.bitselect(v128.load(scores, 16), masked, v128.or(shared, i32x4.eq(document, q1))), 16);
  }
}

/**
 * Masks keys that lie `window` or more positions before a query, but for the first `first` of the sequence.
 * @param key position of the panel's first row; @param query position of its first column
 */
export function maskBeforeWindow(scores: usize, key: i32, keys: i32, query: i32, window: i32, first: i32): void {
  const masked = f32x4.splat(-Infinity);
  const last0 = i32x4.add(i32x4.splat(query - window), i32x4(0, 1, 2, 3)), // the last key outside the window
    last1 = i32x4.add(last0, i32x4.splat(4));
  const end = min(key + keys, query - window + 8);
  for (let position = max(key, first); position < end; position++) {
    const at = scores + ((<usize>(position - key)) << 5);
    const p = i32x4.splat(position);
    v128.store(at, v128.bitselect(masked, v128.load(at), i32x4.le_s(p, last0)));
    v128.store(at, v128.bitselect(masked, v128.load(at, 16), i32x4.le_s(p, last1)), 16);
  }
}
