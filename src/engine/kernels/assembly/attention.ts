/**
 * Causal attention, head by head. Scores are kept transposed, (keys, queries): eight queries stand side by side, a
 * softmax runs down the keys, and keys after the last of the eight queries are never touched.
 *
 * Queries, keys and values are the rows of one matrix (3 heads headRows, tokens): all heads' queries, keys, values.
 * A sequence fills `panels` panels of 8 tokens. Weights: for each sequence and head, (8 panels, 8 panels) panelled.
 */
import { panelProduct, panelTransposedProduct } from './product';
import { softmax, softmaxBackward } from './softmax';
import { transpose } from './transpose';

/** Sets scores that query `first + lane` may not see to -Infinity. Only the last eight keys can come after a query. */
function maskLaterKeys(scores: usize, keys: i32): void {
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

/** Sets scores of keys of another document to -Infinity, but for document 0, which all may see. */
function maskOtherDocuments(scores: usize, keys: i32, keyDocuments: usize, queryDocuments: usize): void {
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
 * weights = softmax(scale k^T q) where allowed; out = v weights.
 * @param documents (sequences, 8 panels) int32, or 0 for a causal mask alone
 */
export function attentionForward(
  qkv: usize,
  out: usize,
  weights: usize,
  documents: usize,
  sequences: i32,
  panels: i32,
  heads: i32,
  headRows: i32,
  scale: f32,
): void {
  const part = (<usize>(heads * headRows)) << 5; // bytes of a panel of q, of k, of v, of out
  const stride = 3 * part;
  const blockBytes = (<usize>panels) << 8;
  for (let sequence = 0; sequence < sequences; sequence++) {
    for (let head = 0; head < heads; head++) {
      const offset = (<usize>(head * headRows)) << 5;
      const q = qkv + offset,
        k = q + part,
        v = k + part;
      for (let panel = 0; panel < panels; panel++) {
        const keys = (panel + 1) << 3;
        panelTransposedProduct(k, stride, q + <usize>panel * stride, weights, 0, keys, headRows);
        if (documents) maskOtherDocuments(weights, keys, documents, documents + ((<usize>panel) << 5));
        maskLaterKeys(weights, keys);
        softmax(weights, keys, scale);
        panelProduct(v, stride, weights, out + <usize>panel * part + offset, 0, headRows, panel + 1);
        weights += blockBytes;
      }
    }
    qkv += <usize>panels * stride;
    out += <usize>panels * part;
    if (documents) documents += (<usize>panels) << 5;
  }
}

/**
 * dQkv, laid out like qkv, from dOut.
 * @param scratch ((8 panels)^2 + 3 (8 panels) columns) numbers, columns = headRows rounded up to a multiple of 8
 */
export function attentionBackward(
  qkv: usize,
  dOut: usize,
  weights: usize,
  dQkv: usize,
  scratch: usize,
  sequences: i32,
  panels: i32,
  heads: i32,
  headRows: i32,
  scale: f32,
): void {
  const part = (<usize>(heads * headRows)) << 5;
  const stride = 3 * part;
  const blockBytes = (<usize>panels) << 8; // of a panel whose rows are the positions of a sequence
  const columnPanels = (headRows + 7) >>> 3;
  const dScores = scratch;
  const transposed = dScores + (<usize>(panels << 3) * blockBytes) / 8;
  const product = transposed + <usize>columnPanels * blockBytes;
  for (let sequence = 0; sequence < sequences; sequence++) {
    for (let head = 0; head < heads; head++) {
      const offset = (<usize>(head * headRows)) << 5;
      const q = qkv + offset,
        k = q + part,
        v = k + part;
      const dq = dQkv + offset,
        dk = dq + part,
        dv = dk + part;
      const d = dOut + offset;
      for (let panel = 0; panel < panels; panel++) {
        const block = <usize>panel * blockBytes;
        const keys = (panel + 1) << 3;
        panelTransposedProduct(v, stride, d + <usize>panel * part, dScores + block, 0, keys, headRows);
        softmaxBackward(weights + block, dScores + block, keys, scale);
        panelProduct(k, stride, dScores + block, dq + <usize>panel * stride, 0, headRows, panel + 1);
      }
      sumOverQueries(dScores, q, stride, dk, stride, transposed, product, panels, headRows);
      sumOverQueries(weights, d, part, dv, stride, transposed, product, panels, headRows);
      weights += <usize>panels * blockBytes;
    }
    qkv += <usize>panels * stride;
    dQkv += <usize>panels * stride;
    dOut += <usize>panels * part;
  }
}

/** target (headRows, keys) = vectors (headRows, queries) * perQuery (keys, queries)^T, over queries not before the key. */
function sumOverQueries(
  perQuery: usize,
  vectors: usize,
  vectorStride: usize,
  target: usize,
  targetStride: usize,
  transposed: usize,
  product: usize,
  panels: i32,
  headRows: i32,
): void {
  const blockBytes = (<usize>panels) << 8;
  const columnPanels = (headRows + 7) >>> 3;
  transpose(vectors, vectorStride, transposed, blockBytes, headRows, panels << 3);
  for (let column = 0; column < columnPanels; column++) {
    const at = <usize>column * blockBytes;
    for (let panel = 0; panel < panels; panel++) {
      const row = (<usize>panel) << 8;
      panelProduct(
        perQuery + <usize>panel * blockBytes + row,
        blockBytes,
        transposed + at + row,
        product + at + row,
        0,
        8,
        panels - panel,
      );
    }
  }
  transpose(product, blockBytes, target, targetStride, panels << 3, headRows);
}

/** norms (heads, tokens) = L2 norm of each head's value vector; tokens = 8 panels. */
export function valueNorms(qkv: usize, norms: usize, panels: i32, heads: i32, headRows: i32): void {
  const stride = (<usize>(3 * heads * headRows)) << 5;
  for (let head = 0; head < heads; head++) {
    for (let panel = 0; panel < panels; panel++) {
      let at = qkv + <usize>panel * stride + ((<usize>((2 * heads + head) * headRows)) << 5);
      let s0 = f32x4.splat(0),
        s1 = s0;
      for (let row = 0; row < headRows; row++, at += 32) {
        const x0 = v128.load(at),
          x1 = v128.load(at, 16);
        s0 = f32x4.add(s0, f32x4.mul(x0, x0));
        s1 = f32x4.add(s1, f32x4.mul(x1, x1));
      }
      v128.store(norms, f32x4.sqrt(s0));
      v128.store(norms, f32x4.sqrt(s1), 16);
      norms += 32;
    }
  }
}
