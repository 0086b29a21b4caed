/**
 * Causal attention, head by head. Scores are kept transposed, (keys, queries): eight queries stand side by side, a
 * softmax runs down the keys, and keys that none of the eight queries can see are never touched.
 *
 * Queries, keys and values are the first rows of one matrix (`parts` heads headRows, tokens): all heads' queries, keys,
 * values. A sequence fills `panels` panels of 8 tokens.
 *
 * Which panels of keys a panel of queries reaches: the first `firstPanels` of the sequence, its own, and `reach` before
 * its own; never one after its own. Their rows stand without a gap in the weights: for each sequence and head `panels`
 * panels, each with room for all keys.
 */
import { maskBeforeWindow, maskLaterKeys, maskOtherDocuments } from './masks';
import { panelProduct, panelTransposedProduct } from './product';
import { transpose } from './transpose';
import { weightsBackward, weightsForward } from './weights';

/** Panels of keys at the sequence's beginning that queries of this panel reach. */
// @ts-expect-error: decorator
@inline
function panelsAtFirst(panel: i32, firstPanels: i32): i32 {
  return min(firstPanels, panel + 1);
}

/** The panel of keys that follows those in what queries of this panel reach. */
// @ts-expect-error: decorator
@inline
function panelAfterGap(panel: i32, atFirst: i32, reach: i32): i32 {
  return max(atFirst, panel - reach);
}

/** c (keys reached, 8) = a^T b, for a (headRows, tokens) and a panel of b. */
// @ts-expect-error: decorator
@inline
function productWithKeys(a: usize, stride: usize, b: usize, c: usize, atFirst: i32, from: i32, to: i32, depth: i32): void {
  if (atFirst) panelTransposedProduct(a, stride, b, c, 0, atFirst << 3, depth);
  panelTransposedProduct(a + <usize>from * stride, stride, b, c + ((<usize>atFirst) << 8), 0, (to - from) << 3, depth);
}

/** c (rows, 8) = a b, for a (rows, tokens) and b (keys reached, 8). */
// @ts-expect-error: decorator
@inline
function productOverKeys(a: usize, stride: usize, b: usize, c: usize, atFirst: i32, from: i32, to: i32, rows: i32): void {
  if (atFirst) panelProduct(a, stride, b, c, 0, rows, atFirst);
  if (to > from) {
    panelProduct(a + <usize>from * stride, stride, b + ((<usize>atFirst) << 8), c, atFirst ? c : 0, rows, to - from);
  }
}

/**
 * weights = those of a kind of attention, from the scores scale k^T q; out = v weights.
 * @param aside 8 numbers for each panel of weights, if the kind needs them: see `weights.ts`
 * @param documents (sequences, 8 panels) int32, or 0 for none
 * @param window, first a query sees the `window` keys that end with its own, and the first `first` of the sequence
 * @param spare (8 panels, 8) numbers
 */
export function attentionForward(
  qkv: usize,
  out: usize,
  weights: usize,
  aside: usize,
  documents: usize,
  spare: usize,
  kind: i32,
  window: i32,
  first: i32,
  reach: i32,
  firstPanels: i32,
  sequences: i32,
  panels: i32,
  heads: i32,
  headRows: i32,
  parts: i32,
  scale: f32,
): void {
  const part = (<usize>(heads * headRows)) << 5; // bytes of a panel of q, of k, of v, of out
  const stride = <usize>parts * part;
  const blockBytes = (<usize>panels) << 8;
  for (let sequence = 0; sequence < sequences; sequence++) {
    for (let head = 0; head < heads; head++) {
      const offset = (<usize>(head * headRows)) << 5;
      const q = qkv + offset,
        k = q + part,
        v = k + part;
      for (let panel = 0; panel < panels; panel++) {
        const atFirst = panelsAtFirst(panel, firstPanels);
        const from = panelAfterGap(panel, atFirst, reach);
        const keys = (atFirst + panel + 1 - from) << 3;
        productWithKeys(k, stride, q + <usize>panel * stride, weights, atFirst, from, panel + 1, headRows);
        const query = panel << 3,
          later = weights + ((<usize>atFirst) << 8);
        if (documents) {
          const own = documents + ((<usize>query) << 2);
          if (atFirst) maskOtherDocuments(weights, atFirst << 3, documents, own);
          maskOtherDocuments(later, keys - (atFirst << 3), documents + ((<usize>from) << 5), own);
        }
        maskBeforeWindow(weights, 0, atFirst << 3, query, window, first);
        maskBeforeWindow(later, from << 3, keys - (atFirst << 3), query, window, first);
        maskLaterKeys(weights, keys);
        const seen = weightsForward(kind, weights, keys, scale, aside, spare);
        productOverKeys(v, stride, seen, out + <usize>panel * part + offset, atFirst, from, panel + 1, headRows);
        weights += blockBytes;
        aside += 32;
      }
    }
    qkv += <usize>panels * stride;
    out += <usize>panels * part;
    if (documents) documents += (<usize>panels) << 5;
  }
}

/**
 * dQkv, laid out like qkv, from dOut.
 * @param scratch ((8 panels)^2 + 2 (8 panels) columns) numbers, columns = headRows rounded up to a multiple of 8
 */
export function attentionBackward(
  qkv: usize,
  dOut: usize,
  weights: usize,
  aside: usize,
  dQkv: usize,
  scratch: usize,
  kind: i32,
  reach: i32,
  firstPanels: i32,
  sequences: i32,
  panels: i32,
  heads: i32,
  headRows: i32,
  parts: i32,
  scale: f32,
): void {
  const part = (<usize>(heads * headRows)) << 5;
  const stride = <usize>parts * part;
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
        const atFirst = panelsAtFirst(panel, firstPanels);
        const from = panelAfterGap(panel, atFirst, reach);
        const keys = (atFirst + panel + 1 - from) << 3;
        productWithKeys(v, stride, d + <usize>panel * part, dScores + block, atFirst, from, panel + 1, headRows);
        weightsBackward(kind, weights + block, dScores + block, keys, scale, aside);
        productOverKeys(k, stride, dScores + block, dq + <usize>panel * stride, atFirst, from, panel + 1, headRows);
        aside += 32;
      }
      sumOverQueries(dScores, q, stride, dk, stride, transposed, product, reach, firstPanels, panels, headRows);
      sumOverQueries(weights, d, part, dv, stride, transposed, product, reach, firstPanels, panels, headRows);
      weights += <usize>panels * blockBytes;
    }
    qkv += <usize>panels * stride;
    dQkv += <usize>panels * stride;
    dOut += <usize>panels * part;
  }
}

/** target (headRows, keys) = vectors (headRows, queries) * perQuery (keys, queries)^T, over queries that reach the key. */
function sumOverQueries(
  perQuery: usize,
  vectors: usize,
  vectorStride: usize,
  target: usize,
  targetStride: usize,
  transposed: usize,
  product: usize,
  reach: i32,
  firstPanels: i32,
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
      // The key's row is the same in all queries that have no gap before it; after them it moves up by a panel a panel.
      const withoutGap = panel < firstPanels ? panels : min(panels, firstPanels + reach + 1);
      const near = max(panel, withoutGap);
      const end = panel < firstPanels ? panels : min(panels, panel + reach + 1);
      const into = product + at + row;
      if (near > panel) {
        const a = perQuery + <usize>panel * blockBytes + row;
        panelProduct(a, blockBytes, transposed + at + row, into, 0, 8, near - panel);
      }
      if (end > near) {
        const keyRow = (<usize>(firstPanels + panel - (near - reach))) << 8;
        panelProduct(
          perQuery + <usize>near * blockBytes + keyRow,
          blockBytes - 256,
          transposed + at + ((<usize>near) << 8),
          into,
          near > panel ? into : 0,
          8,
          end - near,
        );
      }
    }
  }
  transpose(product, blockBytes, target, targetStride, panels << 3, headRows);
}

/** norms (heads, tokens) = L2 norm of each head's value vector; tokens = 8 panels. */
export function valueNorms(qkv: usize, norms: usize, panels: i32, heads: i32, headRows: i32, parts: i32): void {
  const stride = (<usize>(parts * heads * headRows)) << 5;
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
