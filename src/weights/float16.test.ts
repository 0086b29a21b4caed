import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromFloat16Bits, LARGEST_FLOAT16, toFloat16Bits } from './float16.ts';

/** Every finite half-precision number that is not negative, by its bits, from the definition of the format. */
const FINITE = Array.from({ length: 0x7c00 }, (_, bits) => {
  const [exponent, mantissa] = [bits >>> 10, bits & 0x3ff];
  return exponent === 0 ? mantissa * 2 ** -24 : (1 + mantissa / 1024) * 2 ** (exponent - 15);
});

/** The bits of the nearest number by looking at all of them; the one after the last stands for infinity. */
function nearest(value: number): number {
  const magnitude = Math.abs(value);
  const next = [...FINITE, 65_536].findIndex((candidate) => candidate >= magnitude);
  const above = next < 0 ? 0x7c00 : next;
  const below = Math.max(above - 1, 0);
  const toAbove = (FINITE[above] ?? 65_536) - magnitude;
  const toBelow = magnitude - FINITE[below]!;
  const bits = toAbove < toBelow || (toAbove === toBelow && above % 2 === 0) || next < 0 ? above : below;
  return bits | (value < 0 || Object.is(value, -0) ? 0x8000 : 0);
}

describe('from half precision', () => {
  it('every finite number is what the format says', () => {
    for (const [bits, value] of FINITE.entries()) {
      expect(Object.is(fromFloat16Bits(bits), value)).toBe(true);
      expect(Object.is(fromFloat16Bits(bits | 0x8000), -value)).toBe(true);
    }
  });

  it('infinities and NaN', () => {
    expect(fromFloat16Bits(0x7c00)).toBe(Number.POSITIVE_INFINITY);
    expect(fromFloat16Bits(0xfc00)).toBe(Number.NEGATIVE_INFINITY);
    for (const bits of [0x7c01, 0x7e00, 0xffff]) expect(fromFloat16Bits(bits)).toBeNaN();
  });
});

describe('to half precision', () => {
  it('every number of half precision stays itself', () => {
    for (let bits = 0; bits < 0x10000; bits++) {
      const value = fromFloat16Bits(bits);
      expect(toFloat16Bits(value)).toBe(Number.isNaN(value) ? 0x7e00 : bits);
    }
  });

  it('halfway between two neighbours the even one, a little off it the nearer', () => {
    const step = (value: number, ulps: number): number => {
      const bits = new Int32Array(Float32Array.of(value).buffer);
      return new Float32Array(bits.map((b) => b + ulps).buffer)[0]!;
    };
    for (let bits = 0; bits < 0x7bff; bits++) {
      const middle = (FINITE[bits]! + FINITE[bits + 1]!) / 2; // exact in float32
      expect(toFloat16Bits(middle)).toBe(bits % 2 === 0 ? bits : bits + 1);
      expect(toFloat16Bits(step(middle, -1))).toBe(bits);
      expect(toFloat16Bits(step(middle, 1))).toBe(bits + 1);
    }
  });

  it('beyond the range an infinity, from halfway to the next number on', () => {
    expect(toFloat16Bits(LARGEST_FLOAT16)).toBe(0x7bff);
    expect(toFloat16Bits(65_519.996)).toBe(0x7bff);
    expect(toFloat16Bits(65_520)).toBe(0x7c00);
    expect(toFloat16Bits(-1e30)).toBe(0xfc00);
    expect(toFloat16Bits(Number.NEGATIVE_INFINITY)).toBe(0xfc00);
  });

  it('keeps the sign of zero, also of what rounds to it', () => {
    expect(toFloat16Bits(-0)).toBe(0x8000);
    expect(toFloat16Bits(-1e-10)).toBe(0x8000);
    expect(toFloat16Bits(2 ** -25)).toBe(0); // a tie between 0 and the smallest number
  });

  it('any float32 becomes the nearest number', () => {
    fc.assert(
      fc.property(fc.oneof(fc.float({ noNaN: true }), fc.float({ noNaN: true, min: -1, max: 1 })), (value) => {
        expect(toFloat16Bits(value)).toBe(nearest(value));
      }),
      { numRuns: 300 },
    );
  });
});
