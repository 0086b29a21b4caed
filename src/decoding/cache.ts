/**
 * Keys and values of the tokens that a decoder still sees. Every head has as many entries as the others, in the order of
 * the text, but not always of the same tokens. Keys are those before RoPE: the slot, not the place in the text, is the
 * position (StreamingLLM, Xiao et al. 2023, §3.2).
 */
import { type CachePolicy, mostSimilarKey } from './policy.ts';

/** Lengths of a cache: layers, heads of a layer, channels of a head. */
export interface CacheShape {
  layers: number;
  heads: number;
  headWidth: number;
}

/** Keys and values of the tokens that are kept, the same slots for every head, and where in the text each token stood. */
export class KeyValueCache {
  /** Slots of a head. */
  capacity: number;
  /** Slots in use. */
  length = 0;
  /** (L, H, capacity, Dh) */
  keys: Float32Array;
  /** (L, H, capacity, Dh) */
  values: Float32Array;
  /** (L, H, capacity): where in the text the token of a slot stood, from 0. */
  positions: Int32Array;

  constructor(
    readonly shape: CacheShape,
    capacity: number,
  ) {
    this.capacity = capacity;
    const slots = this.rows * capacity;
    this.keys = new Float32Array(slots * shape.headWidth);
    this.values = new Float32Array(slots * shape.headWidth);
    this.positions = new Int32Array(slots);
  }

  private get rows(): number {
    return this.shape.layers * this.shape.heads;
  }

  /** Takes in the token at a place in the text and returns its slot, whose keys and values are still to be written. */
  open(position: number): number {
    const slot = this.length++;
    for (let row = 0; row < this.rows; row++) this.positions[row * this.capacity + slot] = position;
    return slot;
  }

  /** Gives up entries until `length` are left; a policy that keeps all gives up none. */
  shrink(length: number, policy: CachePolicy): void {
    while (this.length > length && policy.kind !== 'full') {
      if (policy.kind === 'key-diff') this.evictMostSimilar(policy.recent);
      else this.evict(policy.first);
    }
  }

  /** Gives up one slot in every head; the later ones move up. */
  evict(slot: number): void {
    for (let row = 0; row < this.rows; row++) this.remove(row, slot);
    this.length--;
  }

  private evictMostSimilar(recent: number): void {
    const { headWidth } = this.shape;
    const choices = this.length - recent;
    for (let row = 0; row < this.rows; row++) {
      this.remove(row, mostSimilarKey(this.keys, row * this.capacity * headWidth, this.length, headWidth, choices));
    }
    this.length--;
  }

  private remove(row: number, slot: number): void {
    const { headWidth } = this.shape;
    const at = row * this.capacity + slot;
    const end = row * this.capacity + this.length;
    this.keys.copyWithin(at * headWidth, (at + 1) * headWidth, end * headWidth);
    this.values.copyWithin(at * headWidth, (at + 1) * headWidth, end * headWidth);
    this.positions.copyWithin(at, at + 1, end);
  }

  /** The same entries with other room; `capacity` must hold them all. */
  resized(capacity: number): KeyValueCache {
    const { headWidth } = this.shape;
    const other = new KeyValueCache(this.shape, capacity);
    other.length = this.length;
    for (let row = 0; row < this.rows; row++) {
      const [from, to] = [row * this.capacity, row * capacity];
      const entries = (all: Float32Array) => all.subarray(from * headWidth, (from + this.length) * headWidth);
      other.keys.set(entries(this.keys), to * headWidth);
      other.values.set(entries(this.values), to * headWidth);
      other.positions.set(this.positions.subarray(from, from + this.length), to);
    }
    return other;
  }
}
