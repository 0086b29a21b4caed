/** A range of training steps, chosen by dragging over a plot: always from one evaluation to a later one. */

/** Indices of evaluations, `from` before `to`. */
export interface Range {
  from: number;
  to: number;
}

/** What a drag does to the range: draws another, shifts it, or moves one of its ends. */
export type Grip = 'new' | 'shift' | 'from' | 'to';

export interface Drag {
  grip: Grip;
  /** The step where it began. */
  anchor: number;
  /** The range as it was then. */
  before: Range;
}

/** The evaluation nearest to a step. */
export function nearest(steps: readonly number[], step: number): number {
  let best = 0;
  for (const [index, candidate] of steps.entries()) {
    if (Math.abs(candidate - step) < Math.abs(steps[best]! - step)) best = index;
  }
  return best;
}

/**
 * What a drag that begins at a step takes hold of.
 * @param within the steps that the plot shows; a range that fills it cannot be taken hold of.
 * @param reach how near to an end is on it, in steps.
 */
export function gripAt(steps: readonly number[], range: Range, within: Range, step: number, reach: number): Grip {
  if (range.from <= within.from && range.to >= within.to) return 'new';
  const [from, to] = [steps[range.from]!, steps[range.to]!];
  const [toFrom, toTo] = [Math.abs(step - from), Math.abs(step - to)];
  if (Math.min(toFrom, toTo) <= reach) return toFrom < toTo ? 'from' : 'to';
  return step > from && step < to ? 'shift' : 'new';
}

/** The range when a drag has come to a step. */
export function dragged({ grip, anchor, before }: Drag, steps: readonly number[], within: Range, step: number): Range {
  const here = nearest(steps, step);
  switch (grip) {
    case 'new': {
      const start = nearest(steps, anchor);
      return ordered(start, here, within);
    }
    case 'from':
      return ordered(here, before.to, within);
    case 'to':
      return ordered(before.from, here, within);
    case 'shift': {
      const wide = before.to - before.from;
      const moved = here - nearest(steps, anchor);
      const from = Math.min(Math.max(before.from + moved, within.from), within.to - wide);
      return { from, to: from + wide };
    }
  }
}

/** From the lesser to the greater, inside, and never empty. */
function ordered(a: number, b: number, within: Range): Range {
  const inside = (index: number) => Math.min(Math.max(index, within.from), within.to);
  const from = Math.min(inside(Math.min(a, b)), within.to - 1);
  return { from, to: Math.max(inside(Math.max(a, b)), from + 1) };
}

/** The range with one end moved by its slider; the other end stays and keeps its distance. */
export function withEnd(range: Range, end: 'from' | 'to', index: number): Range {
  return end === 'from'
    ? { from: Math.min(index, range.to - 1), to: range.to }
    : { from: range.from, to: Math.max(index, range.from + 1) };
}
