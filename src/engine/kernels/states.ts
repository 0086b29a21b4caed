/** States of tokens between the contract's rows, (B, T, channels), and a micro-batch's panels, (rows, tokens). */
import { PANEL } from './dimensions.ts';
import type { MicroBatch } from './micro-batches.ts';
import type { Kernels } from './module.ts';

/** Where a micro-batch's states stand in memory. */
export interface PanelledStates {
  address: number;
  /** Rows of a panel, `channels` of which hold a state. */
  rows: number;
  channels: number;
  /** Tokens of a sequence with its padding. */
  positions: number;
  /** T */
  length: number;
}

/** Copies the states of one micro-batch to their place in `target`, which begins at `offset` and holds the whole batch. */
export function readStates(
  { floats }: Kernels,
  states: PanelledStates,
  part: MicroBatch,
  target: Float32Array,
  offset = 0,
): void {
  forEachToken(states, part, (from, row) => {
    const to = offset + row * states.channels;
    for (let channel = 0; channel < states.channels; channel++) target[to + channel] = floats[from + channel * PANEL]!;
  });
}

/** Copies the states of one micro-batch out of `source`, which holds the whole batch; what pads them becomes zero. */
export function writeStates({ floats }: Kernels, states: PanelledStates, part: MicroBatch, source: Float32Array): void {
  const { address, rows, channels, positions } = states;
  floats.fill(0, address / 4, address / 4 + rows * part.sequences * positions);
  forEachToken(states, part, (to, row) => {
    const from = row * channels;
    for (let channel = 0; channel < channels; channel++) floats[to + channel * PANEL] = source[from + channel]!;
  });
}

/** Calls `action` with each token's first number in memory and its row in the batch. */
function forEachToken(
  { address, rows, positions, length }: PanelledStates,
  { first, sequences }: MicroBatch,
  action: (place: number, row: number) => void,
): void {
  for (let sequence = 0; sequence < sequences; sequence++) {
    for (let t = 0; t < length; t++) {
      const token = sequence * positions + t;
      const place = address / 4 + Math.floor(token / PANEL) * rows * PANEL + (token % PANEL);
      action(place, (first + sequence) * length + t);
    }
  }
}
