/** How figures write numbers, in labels and in sentences. */
import { formatDigits, formatQuotable } from '../../content/number-format.ts';
import type { Estimate, Quotable } from '../../results/schema.ts';
import type { Cell } from './figure.ts';

export type Style = Pick<Quotable, 'format' | 'digits'>;
export const SHARE: Style = { format: 'fraction', digits: 2 };
export const PERCENT: Style = { format: 'percent', digits: 0 };
export const NATS: Style = { format: 'nats', digits: 2 };
export const RATIO: Style = { format: 'ratio', digits: 2 };

/** `0.23`, `37 %`, `3.35 nats` */
export function written(value: number, style: Style): string {
  return formatQuotable({ value, ...style });
}

/** `37 % (95 % interval 31 to 43 %)` */
export function withInterval({ mean, low, high }: Estimate, style: Style): string {
  return `${written(mean, style)} (95\u202f% interval ${formatDigits(low, style)} to ${written(high, style)})`;
}

/** `0.2`, `0.25`: the ticks of a scale of shares. */
export function shareTick(value: number): string {
  return formatDigits(value, SHARE).replace(/0$/, '');
}

/** `25 %` */
export function percentTick(value: number): string {
  return written(value, PERCENT);
}

/** The columns `id`, `id-low`, `id-high` of a table: an estimate and its interval. */
export function estimateColumns(id: string, label: string): { id: string; label: string }[] {
  return [
    { id, label },
    { id: `${id}-low`, label: `${label}, low` },
    { id: `${id}-high`, label: `${label}, high` },
  ];
}

/** The cells of those columns; empty where there is no estimate. */
export function estimateCells(estimate: Estimate | null): Cell[] {
  return estimate ? [estimate.mean, estimate.low, estimate.high] : [null, null, null];
}
