import { describe, expect, it } from 'vitest';
import { bandOf, lineOf, scaleOf, thinned, ticksOf } from './curve-geometry.ts';

const scale = scaleOf({ width: 120, height: 60, left: 10, right: 10, top: 5, bottom: 5 }, 100, [0, 2]);

describe('a curve', () => {
  it('goes from the lower left corner to the upper right one', () => {
    const points = [0, 50, 100].map((step) => ({ step, value: step / 50 }));
    expect(lineOf(points, scale)).toBe('M10,55L60,30L110,5');
    expect(lineOf([], scale)).toBe('');
  });

  it('stays in its frame whatever the value', () => {
    expect([-5, 9].map(scale.y)).toEqual([55, 5]);
  });

  it('has a band that runs along its upper edge and back along its lower one', () => {
    const points = [0, 100].map((step) => ({ step, low: 0, high: 1 }));
    expect(bandOf(points, scale)).toBe('M10,30L110,30L110,55L10,55Z');
    expect(bandOf([], scale)).toBe('');
  });

  it('has ticks at round numbers inside its range', () => {
    expect(ticksOf(0, 600, 4)).toEqual([0, 200, 400, 600]);
    expect(ticksOf(2.5, 6.5, 4)).toEqual([3, 4, 5, 6]);
    expect(ticksOf(0, 0.5, 3)).toEqual([0, 0.2, 0.4]);
  });

  it('keeps the mean of what it leaves out', () => {
    expect(thinned([1, 3, 5, 7, 9], 3)).toEqual([
      { step: 2, value: 2 },
      { step: 4, value: 6 },
      { step: 5, value: 9 },
    ]);
    expect(thinned([4], 100)).toEqual([{ step: 1, value: 4 }]);
  });
});
