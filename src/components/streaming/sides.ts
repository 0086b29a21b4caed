/** Two readings side by side, as they are drawn. */
import { firstLeaves, type Reading, runningMean } from './reading.ts';

/** Tokens over which a mean of losses is taken. */
export const SPAN = 64;

export interface Side {
  kind: 'left' | 'right';
  /** What its cache keeps. */
  name: string;
  reading: Reading;
  /** The running mean of its losses. */
  values: number[];
  /** The token at which the first leaves its cache. */
  leaves: number | null;
}

export function sidesOf(readings: readonly Reading[], names: readonly string[]): Side[] {
  return readings.map((reading, index) => ({
    kind: index === 0 ? 'left' : 'right',
    name: names[index]!,
    reading,
    values: runningMean(reading.losses, SPAN),
    leaves: firstLeaves(reading),
  }));
}
