/** The curves of the laboratory: which there are, and what they show of a run. */
import type { Evaluation } from '../../results/schema.ts';
import type { Point } from '../lab/curve-geometry.ts';
import { meanOf } from './run-files.ts';

export interface Series {
  id: string;
  title: string;
  unit: string;
  of: (evaluation: Evaluation) => number;
  format: (value: number) => string;
}

const twoDigits = (value: number) => value.toFixed(2);
const percent = (value: number) => `${Math.round(100 * value)} %`;

export const SERIES: readonly Series[] = [
  {
    id: 'loss',
    title: 'Loss on held-out text',
    unit: 'nats a token',
    of: ({ validationLoss }) => validationLoss,
    format: twoDigits,
  },
  {
    id: 'first-attention',
    title: 'Attention to the first token',
    unit: 'mean over heads',
    of: ({ firstAttention }) => firstAttention,
    format: twoDigits,
  },
  {
    id: 'sink-rate',
    title: 'Sink rate',
    unit: 'of heads, above ε = 0.3',
    of: ({ sinkRate }) => sinkRate['0.3'],
    format: percent,
  },
  {
    id: 'value-norm',
    title: 'Value of the first token',
    unit: 'norm over that of the others',
    of: ({ headFirstValueNorm }) => meanOf(headFirstValueNorm),
    format: twoDigits,
  },
];

export function pointsOf({ of }: Series, evaluations: readonly Evaluation[]): Point[] {
  return evaluations.map((evaluation) => ({ step: evaluation.step, value: of(evaluation) }));
}

/** The axis that holds all values: rates from 0 to 1, a loss from where it begins, whatever else from 0. */
export function domainOf({ id }: Series, values: readonly number[]): [number, number] {
  if (id === 'sink-rate') return [0, 1];
  if (values.length === 0) return [0, id === 'loss' ? 6 : 1];
  const top = Math.max(...values);
  if (id === 'loss') {
    const low = Math.floor(Math.min(...values) * 2) / 2;
    return [low, Math.max(low + 0.5, Math.ceil(top * 2) / 2)];
  }
  const high = Math.max(0.1, Math.ceil(top * 10 + 0.5) / 10);
  return [0, id === 'first-attention' ? Math.min(1, high) : high];
}

/** The last point that is not after a step; the first where none is. */
export function pointAt(points: readonly Point[], step: number): Point | undefined {
  return points.findLast((point) => point.step <= step) ?? points[0];
}
