/** What mixing does to token vectors, layer by layer; the measures are those of the experiments. */
import { distancesToPrevious, effectiveRank, residualToMean } from '../../measures/collapse.ts';
import { exp, log } from '../../transformer/elementary.ts';
import { WIDTH } from './averaging.ts';

export interface Measured {
  /** Distance of all tokens to their mean, over the norm of all: rank collapse where it is 0 (paper, equation 1). */
  residual: number;
  /** How many directions the tokens take, from 1 to the smaller of n and D. */
  rank: number;
  /** Distance of the last two tokens over the norm of the last: representational collapse where it is 0 (equation 2). */
  lastTwo: number;
}

export type Measure = keyof Measured;

export function measure(states: Float64Array): Measured {
  return {
    residual: residualToMean(states, WIDTH),
    rank: effectiveRank(states, WIDTH, { exp, log }),
    lastTwo: distancesToPrevious(states, WIDTH).at(-1)!,
  };
}
