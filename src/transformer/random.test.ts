import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomGenerator, xoshiro128StarStar } from './random.ts';

describe('randomGenerator', () => {
  it('draws the golden numbers of a purpose', () => {
    const random = randomGenerator('0/initialisation');
    expect(Array.from({ length: 4 }, random.uint32)).toEqual([756683830, 2766075768, 2095995073, 1953941847]);
  });

  it('draws what the authors’ C code draws from the state 1, 2, 3, 4', () => {
    // The first outputs of https://prng.di.unimi.it/xoshiro128starstar.c (version 1.1), as other libraries test them.
    const random = xoshiro128StarStar([1, 2, 3, 4]);
    expect(Array.from({ length: 10 }, random.uint32)).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ]);
  });

  it('leaves the state of zeros, in which the recurrence would stay', () => {
    const random = xoshiro128StarStar([0, 0, 0, 0]);
    expect(new Set(Array.from({ length: 20 }, random.uint32)).size).toBeGreaterThan(10);
  });

  it('is xoshiro128** as published: the same recurrence in 32-bit BigInt arithmetic', async () => {
    const purpose = 'a check by other means';
    const digest = new DataView(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(purpose)));
    const s = [0, 4, 8, 12].map((offset) => BigInt(digest.getUint32(offset, true)));
    const word = (value: bigint) => BigInt.asUintN(32, value);
    const rotl = (value: bigint, bits: bigint) => word((value << bits) | (value >> (32n - bits)));
    const random = randomGenerator(purpose);
    for (let i = 0; i < 1000; i++) {
      const expected = word(rotl(word(s[1]! * 5n), 7n) * 9n);
      const t = word(s[1]! << 9n);
      s[2] = s[2]! ^ s[0]!;
      s[3] = s[3]! ^ s[1]!;
      s[1] = s[1]! ^ s[2]!;
      s[0] = s[0]! ^ s[3]!;
      s[2] = s[2]! ^ t;
      s[3] = rotl(s[3]!, 11n);
      expect(random.uint32()).toBe(Number(expected));
    }
  });

  it('gives every purpose its own stream, and the same one every time', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        const draw = (purpose: string) => Array.from({ length: 4 }, randomGenerator(purpose).uint32);
        expect(draw(a)).toEqual(draw(a));
        if (a !== b) expect(draw(a)).not.toEqual(draw(b));
      }),
    );
  });

  it('draws below a bound, every number about as often', () => {
    const random = randomGenerator('below');
    const counts = new Array<number>(7).fill(0);
    for (let i = 0; i < 70_000; i++) counts[random.below(7)]!++;
    // Chi-squared with 6 degrees of freedom: 22.5 is exceeded once in a thousand purposes, and this purpose is fixed.
    expect(counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0)).toBeLessThan(22.5);
  });

  it('refuses a bound that cannot be', () => {
    for (const bound of [0, -1, 1.5, 2 ** 32 + 1, Number.NaN]) {
      expect(() => randomGenerator('x').below(bound)).toThrow(/whole number from 1/);
    }
    expect(randomGenerator('x').below(1)).toBe(0);
    expect(randomGenerator('x').below(2 ** 32)).toBe(randomGenerator('x').uint32());
  });

  it('draws uniform numbers that float32 holds exactly, of mean one half', () => {
    const random = randomGenerator('uniform');
    const draws = Array.from({ length: 10_000 }, random.uniform);
    for (const draw of draws) {
      expect(draw >= 0 && draw < 1).toBe(true);
      expect(Math.fround(draw)).toBe(draw);
    }
    expect(draws.reduce((a, b) => a + b) / draws.length).toBeCloseTo(0.5, 1);
  });
});
