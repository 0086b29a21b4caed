/** Reading one head's attention out of all maps, as numbers, words and pixels. */
import type { AttentionMaps } from './protocol.ts';

/** (T, T) of one head: a view, not a copy. */
export function headMap({ maps, heads, length: T }: AttentionMaps, layer: number, head: number): Float32Array {
  const start = (layer * heads + head) * T * T;
  return maps.subarray(start, start + T * T);
}

/** Mean attention of all T queries to the first token, row 1 included, as the measures have it. */
export function firstAttentionOf(map: Float32Array, T: number): number {
  let sum = 0;
  for (let query = 0; query < T; query++) sum += map[query * T]!;
  return sum / T;
}

/** The head that attends most to the first token: it is worth being shown first. */
export function strongestHead(attention: AttentionMaps): { layer: number; head: number } {
  let strongest = { layer: 0, head: 0, share: -1 };
  for (let layer = 0; layer < attention.layers; layer++) {
    for (let head = 0; head < attention.heads; head++) {
      const share = firstAttentionOf(headMap(attention, layer, head), attention.length);
      if (share > strongest.share) strongest = { layer, head, share };
    }
  }
  return { layer: strongest.layer, head: strongest.head };
}

/** The weights of one query over the keys it may see. */
export function rowOf(map: Float32Array, T: number, query: number): Float32Array {
  return map.subarray(query * T, query * T + query + 1);
}

/** "“light” (12) attends 43 % to <bos> (1), 20 % to “the” (9)": the largest weights of one query; positions count from 1. */
export function rowInWords(row: Float32Array, labels: readonly string[]): string {
  const query = row.length - 1;
  const parts = [...row]
    .map((weight, key) => ({ weight, key }))
    .sort((a, b) => b.weight - a.weight)
    .slice(0, 3)
    .filter(({ weight }) => weight >= 0.05)
    .map(({ weight, key }) => `${Math.round(100 * weight)} % to ${key === query ? 'itself' : named(labels, key)}`);
  const what = parts.length > 0 ? parts.join(', ') : 'a little to each';
  return `${named(labels, query)} attends ${what}`;
}

/** Whether a token is a mark, not a piece of text. */
export function isSpecial(label: string): boolean {
  return label === '<bos>' || label === '<eos>';
}

/** A token's label as running text: the tokenizer shows a space as `␣`. */
export function asText(label: string): string {
  return label.replaceAll('␣', ' ');
}

function named(labels: readonly string[], position: number): string {
  const label = labels[position] ?? '';
  const name = isSpecial(label) ? label : `“${asText(label).trim() || 'space'}”`;
  return `${name} (${position + 1})`;
}

/** How strongly a weight is painted, 0 to 1: the root lets small weights be seen. */
export function shadeOf(weight: number): number {
  return Math.sqrt(Math.min(1, Math.max(0, weight)));
}

/**
 * Paints a map on a T x T canvas, a pixel a weight, in the canvas's own text colour; what a causal query cannot see
 * stays empty, what it could see and does not is a breath of colour.
 */
export function paint(canvas: HTMLCanvasElement, map: Float32Array | null, T: number): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  canvas.width = T;
  canvas.height = T;
  context.fillStyle = getComputedStyle(canvas).color;
  for (let query = 0; query < T; query++) {
    for (let key = 0; key <= query; key++) {
      context.globalAlpha = 0.06 + 0.94 * shadeOf(map ? map[query * T + key]! : 0);
      context.fillRect(key, query, 1, 1);
    }
  }
}
