import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dragged, gripAt, nearest, type Range, withEnd } from './range.ts';

const STEPS = [0, 20, 40, 60, 80, 100];
const ALL: Range = { from: 0, to: 5 };

describe('taking hold of a range', () => {
  it('draws a new one while the whole run is chosen', () => {
    expect(gripAt(STEPS, ALL, ALL, 2, 5)).toBe('new');
  });

  it('moves an end, the whole, or draws another, by where it begins', () => {
    const range = { from: 1, to: 3 };
    expect(gripAt(STEPS, range, ALL, 23, 5)).toBe('from');
    expect(gripAt(STEPS, range, ALL, 58, 5)).toBe('to');
    expect(gripAt(STEPS, range, ALL, 40, 5)).toBe('shift');
    expect(gripAt(STEPS, range, ALL, 90, 5)).toBe('new');
  });
});

describe('a drag', () => {
  it('chooses from evaluation to evaluation, whichever way it goes', () => {
    const drag = { grip: 'new', anchor: 62, before: ALL } as const;
    expect(dragged(drag, STEPS, ALL, 19)).toEqual({ from: 1, to: 3 });
    expect(dragged(drag, STEPS, ALL, 100)).toEqual({ from: 3, to: 5 });
  });

  it('moves one end and can pass the other', () => {
    const before = { from: 1, to: 3 };
    expect(dragged({ grip: 'to', anchor: 60, before }, STEPS, ALL, 81)).toEqual({ from: 1, to: 4 });
    expect(dragged({ grip: 'from', anchor: 20, before }, STEPS, ALL, 100)).toEqual({ from: 3, to: 5 });
  });

  it('shifts the range and stops at the edge', () => {
    const drag = { grip: 'shift', anchor: 40, before: { from: 1, to: 3 } } as const;
    expect(dragged(drag, STEPS, ALL, 60)).toEqual({ from: 2, to: 4 });
    expect(dragged(drag, STEPS, ALL, 100)).toEqual({ from: 3, to: 5 });
    expect(dragged(drag, STEPS, ALL, 0)).toEqual({ from: 0, to: 2 });
  });

  it('never leaves the steps in sight and never comes to nothing', () => {
    const index = fc.integer({ min: 0, max: 5 });
    const rangeWithin = (within: Range) =>
      fc
        .tuple(fc.integer({ min: within.from, max: within.to - 1 }), fc.integer({ min: 1, max: 5 }))
        .map(([from, wide]) => ({ from, to: Math.min(within.to, from + wide) }));
    const within = fc
      .tuple(index, index)
      .filter(([a, b]) => a < b)
      .map(([from, to]) => ({ from, to }));
    const cases = within.chain((inside) => fc.tuple(fc.constant(inside), rangeWithin(inside)));
    const grip = fc.constantFrom('new', 'shift', 'from', 'to');
    const step = fc.integer({ min: 0, max: 100 });
    fc.assert(
      fc.property(cases, grip, step, step, ([inside, before], kind, anchor, to) => {
        const range = dragged({ grip: kind as 'new', anchor, before }, STEPS, inside, to);
        expect(range.from).toBeGreaterThanOrEqual(inside.from);
        expect(range.to).toBeLessThanOrEqual(inside.to);
        expect(range.to).toBeGreaterThan(range.from);
      }),
    );
  });
});

it('a slider stops before the other end', () => {
  expect(withEnd({ from: 1, to: 3 }, 'from', 5)).toEqual({ from: 2, to: 3 });
  expect(withEnd({ from: 1, to: 3 }, 'to', 0)).toEqual({ from: 1, to: 2 });
  expect(withEnd({ from: 1, to: 3 }, 'to', 5)).toEqual({ from: 1, to: 5 });
});

it('the nearest evaluation is found', () => {
  expect([0, 9, 11, 71, 200].map((step) => nearest(STEPS, step))).toEqual([0, 0, 1, 4, 5]);
});
