import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type HeadWrite, headWrite, offAndOn, outputGram, splitBy, writtenLength } from './no-op.ts';
import { singleTokenClass, TOKEN_CLASSES, tokenClassLabel } from './no-op-classes.ts';

const numbers = (length: number) => fc.array(fc.integer({ min: -9, max: 9 }), { minLength: length, maxLength: length });

describe('the length of a write', () => {
  it('is that of the value through the head’s own rows of the output matrix', () => {
    fc.assert(
      fc.property(numbers(36), numbers(3), fc.constantFrom(0, 1), (matrix, value, head) => {
        const output = Float32Array.from(matrix);
        const written = Array.from({ length: 6 }, (_, o) =>
          value.reduce((sum, v, i) => sum + v * output[(head * 3 + i) * 6 + o]!, 0),
        );
        const length = writtenLength(value, outputGram(output, 6, head, 3));
        expect(length).toBeCloseTo(Math.hypot(...written), 6);
      }),
    );
  });

  it('of a query is worked by hand', () => {
    const identity = Float64Array.of(1, 0, 0, 1);
    const write = headWrite(
      [0.5, 0.25, 0.25],
      [
        [0, 2],
        [4, 0],
        [-4, 0],
      ],
      [2, 4, 4],
      identity,
    );
    expect(write).toEqual({ first: 1, parts: 3, whole: 1 });
  });
});

describe('off and on', () => {
  it('compares the quarter of queries that attend to the first token most with the one that does least', () => {
    const attention = [0.1, 0.9, 0.5, 0.3, 0.7, 0.8, 0.2, 0.4];
    const writes = attention.map((a): HeadWrite => ({ first: a, parts: 2, whole: 4 - 2 * a }));
    const { attentionOff, firstShare, firstOverWhole, offOverOn } = offAndOn(attention, writes);
    expect(attentionOff).toBeCloseTo(0.85, 12);
    expect(firstShare).toBeCloseTo(1.7 / 4, 12);
    expect(firstOverWhole).toBeCloseTo(1.7 / 4.6, 12);
    expect(offOverOn).toBeCloseTo(4.6 / 7.4, 12);
  });
});

describe('a split', () => {
  it('explains all where the class decides, and nothing where it is empty, full, or nothing varies', () => {
    expect(splitBy([1, 5, 1, 5], [0, 1, 0, 1])).toEqual({ explained: 1, inside: 5, outside: 1, share: 0.5 });
    expect(splitBy([1, 5, 3], [0, 0, 0])).toEqual({ explained: 0, inside: 3, outside: 3, share: 0 });
    expect(splitBy([1, 5, 3], [1, 1, 1])).toEqual({ explained: 0, inside: 3, outside: 3, share: 1 });
    expect(splitBy([2, 2, 2], [1, 0, 1]).explained).toBe(0);
    // Means 1 and 4 around 3: (1 - 3)^2 + 2 (4 - 3)^2 = 6 of (1 - 3)^2 + (5 - 3)^2 = 8.
    expect(splitBy([1, 3, 5], [1, 0, 0]).explained).toBeCloseTo(6 / 8, 12);
  });

  it('is the square of the correlation, and does not mind which side is the class', () => {
    const rows = fc.array(fc.tuple(fc.integer({ min: -50, max: 50 }), fc.constantFrom(0, 1)), { minLength: 2 });
    fc.assert(
      fc.property(rows, (pairs) => {
        const [x, y] = [pairs.map(([value]) => value), pairs.map(([, member]) => member)];
        const n = pairs.length;
        const [mx, my] = [x.reduce((a, b) => a + b) / n, y.reduce<number>((a, b) => a + b, 0) / n];
        let [xy, xx, yy] = [0, 0, 0];
        for (const [i, value] of x.entries()) {
          xy += (value - mx) * (y[i]! - my);
          xx += (value - mx) ** 2;
          yy += (y[i]! - my) ** 2;
        }
        const expected = xx === 0 || yy === 0 ? 0 : (xy * xy) / (xx * yy);
        const { explained, inside, outside } = splitBy(x, y);
        expect(explained).toBeCloseTo(expected, 9);
        const flipped = splitBy(
          x,
          y.map((member) => 1 - member),
        );
        expect(flipped.explained).toBeCloseTo(expected, 9);
        expect([flipped.outside, flipped.inside]).toEqual([inside, outside].map((mean) => expect.closeTo(mean, 9)));
      }),
    );
  });
});

describe('classes of tokens', () => {
  const labels = (text: string) => TOKEN_CLASSES.filter(({ holds }) => holds(text)).map(({ label }) => label);

  it.each([
    [' the', ['begins a word']],
    ['The', ['begins a word', 'holds a capital']],
    [' Yahweh', ['begins a word', 'holds a capital']],
    ['ing', ['continues a word']],
    ['7', ['holds a digit']],
    [',', ['is punctuation', 'ends a clause']],
    ['.”', ['is punctuation', 'ends a sentence', 'opens or closes a quotation']],
    ['’', ['is punctuation', 'is an apostrophe']],
    ['', ['is a special token']],
  ])('%j', (text, expected) => {
    expect(labels(text)).toEqual(expected);
  });

  it('and single tokens have numbers that can be read again', () => {
    const label = (token: number) => `token ${token}`;
    expect(tokenClassLabel(5, label)).toBe('ends a clause');
    expect(tokenClassLabel(singleTokenClass(7), label)).toBe('is “token 7”');
  });
});
