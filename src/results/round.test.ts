import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { roundNumber, roundNumbers } from './round.ts';

describe('roundNumber', () => {
  it('keeps six significant digits and every whole number', () => {
    expect(roundNumber(0.123456789)).toBe(0.123457);
    expect(roundNumber(-1234.56789)).toBe(-1234.57);
    expect(roundNumber(0.000012345678)).toBe(0.0000123457);
    expect(roundNumber(12_345_678)).toBe(12_345_678);
    expect(roundNumber(0)).toBe(0);
  });

  it('changes nothing when done twice, and little when done once', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }), (value) => {
        const rounded = roundNumber(value);
        expect(roundNumber(rounded)).toBe(rounded);
        expect(Math.abs(rounded - value)).toBeLessThanOrEqual(5.1e-6 * Math.abs(value));
      }),
    );
  });
});

describe('roundNumbers', () => {
  it('reaches numbers at any depth and nothing else', () => {
    const input = { loss: 1.23456789, heads: [[0.333333333, null]], id: '1.23456789' };
    expect(roundNumbers(input)).toEqual({ loss: 1.23457, heads: [[0.333333, null]], id: '1.23456789' });
    expect(input.loss).toBe(1.23456789);
  });
});
