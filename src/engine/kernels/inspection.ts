/** Reads out of a micro-batch's arena what `Engine.inspect` shows, out of panels and without their padding. */
import type { Inspect, Inspection } from '../engine.ts';
import { PANEL, roundUp } from './dimensions.ts';
import type { MicroBatch } from './micro-batches.ts';
import type { Kernels } from './module.ts';
import type { Plan } from './plan.ts';
import { rowOfKey, type Span } from './span.ts';
import { readStates } from './states.ts';

/** The arrays that an inspection of B sequences of T tokens fills. */
export function emptyInspection(plan: Plan, sequences: number, length: number, what: Inspect): Inspection {
  const { layers, heads, width, vocabulary } = plan.dimensions;
  const tokens = sequences * length;
  return {
    ...(what.attention && { attention: new Float32Array(layers * heads * tokens * length) }),
    ...(what.states && { states: new Float32Array((layers + 1) * tokens * width) }),
    ...(what.valueNorms && { valueNorms: new Float32Array(layers * heads * tokens) }),
    ...(what.logits && { logits: new Float32Array(tokens * vocabulary) }),
  };
}

/** Fills the part of one micro-batch, of which `Network.forward` has just run. */
export function readInspection(
  kernels: Kernels,
  plan: Plan,
  span: Span,
  { sequences: total, length }: { sequences: number; length: number },
  part: MicroBatch,
  into: Inspection,
): void {
  const { heads, headRows, attentionParts, width, widthRows, vocabulary, vocabularyRows } = plan.dimensions;
  const positions = roundUp(length, PANEL);
  const { floats } = kernels;
  const { attention, states, valueNorms, logits } = into;

  const copyTokens = (address: number, rows: number, channels: number, target: Float32Array, offset: number) =>
    readStates(kernels, { address, rows, channels, positions, length }, part, target, offset);

  plan.layers.forEach((layer, index) => {
    if (states) copyTokens(layer.input, widthRows, width, states, index * total * length * width);
    if (valueNorms)
      kernels.run.valueNorms(
        ...([layer.queryKeyValue, plan.scratch, (part.sequences * positions) / PANEL] as const),
        ...([heads, headRows, attentionParts] as const),
      );
    for (let sequence = 0; sequence < part.sequences; sequence++) {
      for (let head = 0; head < heads; head++) {
        const row = (index * total + part.first + sequence) * heads + head;
        if (valueNorms) {
          const from = plan.scratch / 4 + (head * part.sequences + sequence) * positions;
          valueNorms.set(floats.subarray(from, from + length), row * length);
        }
        if (!attention) continue;
        const block = layer.weights / 4 + (sequence * heads + head) * positions * positions;
        for (let query = 0; query < length; query++) {
          const from = block + Math.floor(query / PANEL) * positions * PANEL + (query % PANEL);
          const to = (row * length + query) * length;
          for (let key = 0; key <= query; key++) {
            const keyRow = rowOfKey(span, query, key);
            // Softpick leaves numbers below zero where a weight is zero.
            if (keyRow >= 0) attention[to + key] = Math.max(0, floats[from + keyRow * PANEL]!);
          }
        }
      }
    }
  });
  if (states) copyTokens(plan.last, widthRows, width, states, plan.layers.length * total * length * width);
  if (logits) copyTokens(plan.logits, vocabularyRows, vocabulary, logits, 0);
}
