import { expect, it } from 'vitest';
import { spanOf, stepAt, windowScale } from './geometry.ts';

const frame = { width: 252, height: 100, left: 40, right: 12, top: 10, bottom: 20 };
const window = { first: 100, last: 300 };

it('a window of steps fills the plot, and a position leads back to its step', () => {
  const { x, y } = windowScale(frame, window, [1, 3]);
  expect([x(100), x(300), y(1), y(3)]).toEqual([40, 240, 80, 10]);
  expect(stepAt(frame, window, x(170))).toBeCloseTo(170);
  expect([stepAt(frame, window, -50), stepAt(frame, window, 900)]).toEqual([100, 300]);
});

it('a span has room around its values, even where they are all the same', () => {
  const [low, high] = spanOf([2, 4, 3]);
  expect(low).toBeCloseTo(1.88);
  expect(high).toBeCloseTo(4.12);
  const [zero, above] = spanOf([0, 0]);
  expect(above).toBeGreaterThan(zero);
});
