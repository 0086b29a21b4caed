import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cos, exp, log, power, sin } from './elementary.ts';

/** Distance of two numbers in units of the last place of the second. */
function ulps(actual: number, expected: number): number {
  if (actual === expected) return 0;
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, Math.abs(expected));
  const next = view.getBigInt64(0) + 1n;
  view.setBigInt64(0, next);
  return Math.abs(actual - expected) / (view.getFloat64(0) - Math.abs(expected));
}

const cases = [
  { name: 'exp', own: exp, host: Math.exp, from: -700, to: 700 },
  { name: 'log', own: log, host: Math.log, from: 1e-300, to: 1e300 },
  { name: 'sin', own: sin, host: Math.sin, from: -500_000, to: 500_000 },
  { name: 'cos', own: cos, host: Math.cos, from: -500_000, to: 500_000 },
];

describe.each(cases)('$name', ({ own, host, from, to }) => {
  it('is within two units in the last place of the host’s', () => {
    fc.assert(
      fc.property(fc.double({ min: from, max: to, noNaN: true }), (x) => {
        expect(ulps(own(x), host(x))).toBeLessThanOrEqual(2);
      }),
      { numRuns: 2000 },
    );
  });

  it('is so near the origin and at moderate arguments, too', () => {
    fc.assert(
      fc.property(fc.double({ min: Math.max(from, -20), max: 20, noNaN: true }), (x) => {
        expect(ulps(own(x), host(x))).toBeLessThanOrEqual(2);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('values known exactly', () => {
  it('has the right ones', () => {
    expect(exp(0)).toBe(1);
    expect(exp(1000)).toBe(Number.POSITIVE_INFINITY);
    expect(exp(-1000)).toBe(0);
    expect(log(1)).toBe(0);
    expect(log(0)).toBe(Number.NEGATIVE_INFINITY);
    expect(sin(0)).toBe(0);
    expect(cos(0)).toBe(1);
    expect(power(10_000, 0)).toBe(1);
    expect(power(10_000, -0.5)).toBeCloseTo(0.01, 15);
  });
});
