import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LARGEST, moved, neighbour, pinched, type View, WHOLE, withInView, zoomed } from './view.ts';

const size = { width: 1000, height: 400 };
const point = fc.record({ x: fc.integer({ min: 0, max: 1000 }), y: fc.integer({ min: 0, max: 400 }) });
const view: fc.Arbitrary<View> = fc
  .record({ factor: fc.integer({ min: 10, max: 60 }), about: point })
  .map(({ factor, about }) => zoomed(WHOLE, factor / 10, about, size));
const drawn = ({ scale, x, y }: View, p: { x: number; y: number }) => ({ x: scale * p.x + x, y: scale * p.y + y });

describe('a view', () => {
  it('never shows what is beyond the drawing, however one zooms and moves', () => {
    fc.assert(
      fc.property(view, fc.integer({ min: 1, max: 40 }), point, point, (start, factor, about, by) => {
        const next = moved(zoomed(start, factor / 10, about, size), { x: by.x - 500, y: by.y - 200 }, size);
        expect(next.scale).toBeGreaterThanOrEqual(1);
        expect(next.scale).toBeLessThanOrEqual(LARGEST);
        expect(drawn(next, { x: 0, y: 0 }).x).toBeLessThanOrEqual(1e-9);
        expect(drawn(next, { x: 0, y: 0 }).y).toBeLessThanOrEqual(1e-9);
        expect(drawn(next, { x: 1000, y: 400 }).x).toBeGreaterThanOrEqual(1000 - 1e-6);
        expect(drawn(next, { x: 1000, y: 400 }).y).toBeGreaterThanOrEqual(400 - 1e-6);
      }),
    );
  });

  it('zooms in about a point that stays', () => {
    fc.assert(
      fc.property(view, point, (start, about) => {
        const next = zoomed(start, 1.3, about, size);
        const below = { x: (about.x - start.x) / start.scale, y: (about.y - start.y) / start.scale };
        expect(drawn(next, below).x).toBeCloseTo(about.x, 6);
        expect(drawn(next, below).y).toBeCloseTo(about.y, 6);
      }),
    );
  });

  it('grows as two fingers part', () => {
    const next = pinched(
      WHOLE,
      [
        { x: 450, y: 200 },
        { x: 550, y: 200 },
      ],
      [
        { x: 400, y: 200 },
        { x: 600, y: 200 },
      ],
      size,
    );
    expect(next.scale).toBeCloseTo(2, 10);
    expect(drawn(next, { x: 500, y: 200 })).toEqual({ x: expect.closeTo(500, 6), y: expect.closeTo(200, 6) });
  });

  it('brings a point into sight', () => {
    const far = zoomed(WHOLE, 4, { x: 0, y: 0 }, size);
    const next = drawn(withInView(far, { x: 900, y: 300 }, size), { x: 900, y: 300 });
    expect(next.x).toBeLessThanOrEqual(850 + 1e-6);
    expect(next.y).toBeLessThanOrEqual(340 + 1e-6);
  });
});

it('an arrow key leads to the nearest node that way, and nowhere from the last', () => {
  const nodes = [
    { x: 0, y: 0 },
    { x: 10, y: 1 },
    { x: 5, y: 8 },
    { x: -10, y: 0 },
  ];
  expect(neighbour(nodes, 0, 'ArrowRight')).toBe(1);
  expect(neighbour(nodes, 0, 'ArrowDown')).toBe(2);
  expect(neighbour(nodes, 0, 'ArrowLeft')).toBe(3);
  expect(neighbour(nodes, 3, 'ArrowLeft')).toBe(3);
});
