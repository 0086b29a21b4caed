/** Where the points of a curve lie in its drawing: scales, paths and ticks, in pixels. */

export interface Point {
  step: number;
  value: number;
}

export interface Frame {
  width: number;
  height: number;
  /** Space for the axes. */
  left: number;
  right: number;
  top: number;
  bottom: number;
}

export interface Scale {
  x: (step: number) => number;
  y: (value: number) => number;
}

/** Steps run from 0 to `lastStep`, values over `domain`, upwards. A value outside lies on the edge. */
export function scaleOf(frame: Frame, lastStep: number, [low, high]: readonly [number, number]): Scale {
  const { width, height, left, right, top, bottom } = frame;
  const share = (value: number) => Math.min(1, Math.max(0, (value - low) / (high - low)));
  return {
    x: (step) => left + (width - left - right) * (step / lastStep),
    y: (value) => height - bottom - (height - top - bottom) * share(value),
  };
}

/** The line through the points, as an SVG path; empty without points. */
export function lineOf(points: readonly Point[], { x, y }: Scale): string {
  return points.map(({ step, value }, i) => `${i === 0 ? 'M' : 'L'}${pixel(x(step))},${pixel(y(value))}`).join('');
}

/** The area between `low` and `high`, as an SVG path; empty without points. */
export function bandOf(points: readonly { step: number; low: number; high: number }[], scale: Scale): string {
  if (points.length === 0) return '';
  const upper = points.map(({ step, high }) => ({ step, value: high }));
  const lower = points.map(({ step, low }) => ({ step, value: low })).reverse();
  return `${lineOf(upper, scale)}L${lineOf(lower, scale).slice(1)}Z`;
}

/** Round numbers from `low` to `high`, about `count` of them. */
export function ticksOf(low: number, high: number, count: number): number[] {
  const raw = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= raw)!;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/**
 * At most `limit` points of a long series: the mean of each stretch, at its last step.
 * @param values the value of step 1, 2, 3, ...
 */
export function thinned(values: readonly number[], limit: number): Point[] {
  const stretch = Math.max(1, Math.ceil(values.length / limit));
  const points: Point[] = [];
  for (let start = 0; start < values.length; start += stretch) {
    const part = values.slice(start, start + stretch);
    points.push({ step: start + part.length, value: part.reduce((sum, value) => sum + value, 0) / part.length });
  }
  return points;
}

function pixel(length: number): string {
  return (Math.round(length * 10) / 10).toString();
}
