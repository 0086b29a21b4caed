/** Which keys the queries of a panel reach, and where they stand in the panel's weights: see `assembly/attention.ts`. */
import type { ModelConfig } from '../../transformer/config.ts';
import { PANEL, roundUp } from './dimensions.ts';

export interface Span {
  /** A query sees so many keys that end with its own... */
  window: number;
  /** ...and so many at the sequence's beginning. */
  first: number;
  /** Panels before its own that a panel's windows reach into. */
  reach: number;
  /** Panels that hold the first keys. */
  firstPanels: number;
}

/** The span of a configuration's window; without one, every earlier key. */
export function spanOf(config: ModelConfig): Span {
  const { length: window, first } = config.window ?? { length: roundUp(config.contextLength, PANEL), first: 0 };
  return { window, first, reach: Math.ceil((window - 1) / PANEL), firstPanels: Math.ceil(first / PANEL) };
}

/** The row of a key in the weights of the panel of a query that is not before it; -1 where the panel does not reach it. */
export function rowOfKey({ reach, firstPanels }: Span, query: number, key: number): number {
  const panel = Math.floor(query / PANEL);
  const keyPanel = Math.floor(key / PANEL);
  const atFirst = Math.min(firstPanels, panel + 1);
  const afterGap = Math.max(atFirst, panel - reach);
  if (keyPanel < atFirst) return key;
  return keyPanel < afterGap ? -1 : key - (afterGap - atFirst) * PANEL;
}
