/** Where points of a plot lie that shows a window of the steps: scales in pixels, and the span of what is in sight. */
import type { Frame, Scale } from '../lab/curve-geometry.ts';

/** Steps from the left edge to the right one. */
export interface StepWindow {
  first: number;
  last: number;
}

/** Nothing is held inside: what lies beyond the window is clipped by who draws. */
export function windowScale(
  { width, height, left, right, top, bottom }: Frame,
  { first, last }: StepWindow,
  [low, high]: readonly [number, number],
): Scale {
  return {
    x: (step) => left + ((width - left - right) * (step - first)) / (last - first),
    y: (value) => height - bottom - ((height - top - bottom) * (value - low)) / (high - low),
  };
}

/** The step under a horizontal position; beyond the plot, that of its edge. */
export function stepAt({ width, left, right }: Frame, { first, last }: StepWindow, x: number): number {
  const share = (x - left) / (width - left - right);
  return first + (last - first) * Math.min(1, Math.max(0, share));
}

/** The least and the greatest of the values with a little room around them; never of no height. */
export function spanOf(values: readonly number[]): [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = Math.max(0.06 * (high - low), 0.005);
  return [low - room, high + room];
}
