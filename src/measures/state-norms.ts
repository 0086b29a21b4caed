/** How large the residual stream is: trained models often hold their sink in a state far larger than the others. */

/** The shape of states (L + 1, B, T, D), from before the first block to after the last. */
export interface StatesShape {
  layers: number;
  /** B */
  sequences: number;
  /** T, at least 2 */
  length: number;
  /** D */
  width: number;
}

/**
 * L2 norm of the first position's state over the mean norm of the others, averaged over sequences: (L + 1). Far above 1
 * it is the residual-state peak of Guo et al. (2024, arXiv:2410.13835).
 */
export function firstStateNormRatio(states: Float32Array, shape: StatesShape): number[] {
  const { layers, sequences, length: T, width: D } = shape;
  if (states.length !== (layers + 1) * sequences * T * D || T < 2) {
    throw new RangeError(
      `states of ${layers} layers, ${sequences} sequences, ${T} tokens (at least 2) and ${D} channels have not ` +
        `${states.length} numbers`,
    );
  }
  const normAt = (row: number): number => {
    let squares = 0;
    for (let channel = 0; channel < D; channel++) {
      const value = states[row * D + channel]!;
      squares += value * value;
    }
    return Math.sqrt(squares);
  };
  return Array.from({ length: layers + 1 }, (_, state) => {
    let sum = 0;
    for (let sequence = 0; sequence < sequences; sequence++) {
      const row = (state * sequences + sequence) * T;
      let others = 0;
      for (let t = 1; t < T; t++) others += normAt(row + t);
      sum += normAt(row) / (others / (T - 1));
    }
    return sum / sequences;
  });
}
