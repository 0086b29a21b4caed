/**
 * Mixing, seen from outside: one token of a text is exchanged, and one measures how far the states of all tokens move
 * (paper §3.2, figure 2).
 */
import type { MapShape } from './sink.ts';

/** The shape of states (L + 1, B, T, D), with the place of the exchanged token. */
export interface PerturbedShape {
  /** L + 1: before the first block and after each. */
  depths: number;
  /** T */
  length: number;
  /** D */
  width: number;
  /** Position of the exchanged token, from 0. */
  position: number;
}

/** What an exchange did, averaged over all sequences. */
export interface Perturbation {
  /** (L + 1, T - position): relative change by depth, and by distance behind the exchanged token, itself first. */
  change: number[][];
  /** (L + 1): mean norm of the unchanged states of the tokens behind the exchanged one. */
  norm: number[];
  /** For each threshold, the share of tokens behind the exchanged one whose last state changed by more than it. */
  spread: number[];
}

export interface PerturbationProbe {
  /** Takes the states of B sequences, and those of the same sequences with one token exchanged. */
  add(states: Float32Array, exchanged: Float32Array): void;
  /** @throws {RangeError} before any sequence was added. */
  result(): Perturbation;
}

/**
 * Relative change ||v' - v|| / ||v|| in the L2 norm of each row of (rows, width), and the norms ||v||. The change of a
 * row of zeros is infinite, or 0 where it stays one.
 */
export function relativeChanges(
  states: Float32Array,
  exchanged: Float32Array,
  width: number,
): { changes: Float64Array; norms: Float64Array } {
  if (states.length !== exchanged.length || states.length % width !== 0) {
    throw new RangeError(
      `states: rows of ${width} channels cannot be paired in ${states.length} and ${exchanged.length} numbers`,
    );
  }
  const rows = states.length / width;
  const changes = new Float64Array(rows);
  const norms = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    let square = 0;
    let moved = 0;
    for (let i = row * width; i < (row + 1) * width; i++) {
      const before = states[i]!;
      const difference = exchanged[i]! - before;
      square += before * before;
      moved += difference * difference;
    }
    norms[row] = Math.sqrt(square);
    changes[row] = moved === 0 ? 0 : Math.sqrt(moved / square);
  }
  return { changes, norms };
}

/**
 * Averages the changes over any number of sequences.
 * @param thresholds of `spread`.
 */
export function perturbationProbe(shape: PerturbedShape, thresholds: readonly number[]): PerturbationProbe {
  const { depths, length, width, position } = shape;
  const distances = length - position;
  const change = Array.from({ length: depths }, () => new Array<number>(distances).fill(0));
  const norm = new Array<number>(depths).fill(0);
  const spread = new Array<number>(thresholds.length).fill(0);
  let count = 0;

  function add(states: Float32Array, exchanged: Float32Array): void {
    const sequences = states.length / (depths * length * width);
    if (!Number.isInteger(sequences)) {
      throw new RangeError(
        `states: ${states.length} numbers are no whole sequences of ${depths} x ${length} x ${width}`,
      );
    }
    const { changes, norms } = relativeChanges(states, exchanged, width);
    count += sequences;
    for (let depth = 0; depth < depths; depth++) {
      for (let b = 0; b < sequences; b++) {
        const row = (depth * sequences + b) * length + position;
        for (let d = 0; d < distances; d++) {
          change[depth]![d]! += changes[row + d]!;
          if (d > 0) norm[depth]! += norms[row + d]!;
          if (d === 0 || depth < depths - 1) continue;
          for (const [i, threshold] of thresholds.entries()) if (changes[row + d]! > threshold) spread[i]!++;
        }
      }
    }
  }

  function result(): Perturbation {
    if (count === 0) throw new RangeError('a probe without sequences has no result');
    const behind = count * (distances - 1);
    return {
      change: change.map((row) => row.map((sum) => sum / count)),
      norm: norm.map((sum) => sum / behind),
      spread: spread.map((sum) => sum / behind),
    };
  }

  return { add, result };
}

/** Mean change of the tokens behind the exchanged one, at one depth: a row of `Perturbation.change` but its first. */
export function meanChangeBehind(changes: readonly number[]): number {
  const behind = changes.slice(1);
  if (behind.length === 0) throw new RangeError('no token stands behind the exchanged one; exchange an earlier one');
  return behind.reduce((sum, change) => sum + change, 0) / behind.length;
}

/**
 * Mean weight that the queries behind a key pay to it, for each layer, (L): the direct way of what is exchanged there.
 * @param attention causal maps (L, B, H, T, T).
 * @param firstKey the weights of a query on the keys from here on are scaled to sum to one first: with 1, the weight on
 * the first position is handed to the others in proportion. A query without weight on them pays none.
 */
export function weightBehind(attention: Float32Array, shape: MapShape, key: number, firstKey = 0): number[] {
  const { layers, sequences, heads, length: T } = shape;
  const behind = T - 1 - key;
  if (behind < 1) throw new RangeError(`no query stands behind key ${key} of ${T}; take an earlier one`);
  return Array.from({ length: layers }, (_, layer) => {
    let sum = 0;
    for (let map = layer * sequences * heads; map < (layer + 1) * sequences * heads; map++) {
      for (let t = key + 1; t < T; t++) {
        const row = (map * T + t) * T;
        let total = 0;
        for (let j = firstKey; j <= t; j++) total += attention[row + j]!;
        if (total > 0) sum += attention[row + key]! / total;
      }
    }
    return sum / (sequences * heads * behind);
  });
}
