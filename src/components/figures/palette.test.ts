import { describe, expect, test } from 'vitest';
import { HIGH_CONTRAST, inlineColours, PALETTE, paletteRules } from './palette.ts';

/** Relative luminance (WCAG 2.2). */
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light! + 0.05) / (dark! + 0.05);
}

type Triple = [number, number, number];

/** What is left of linear RGB without one kind of cones (Machado, Oliveira & Fernandes 2009, severity 1). */
const SIGHT: Record<string, Triple[]> = {
  'full sight': [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
};

const product = (matrix: Triple[], [a, b, c]: number[]) => matrix.map((row) => row[0] * a! + row[1] * b! + row[2] * c!);

/** A colour as it is seen, in OKLab (Ottosson 2020). */
function seen(hex: string, sight: Triple[]): number[] {
  const linear = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  const cones = product(
    [
      [0.4122214708, 0.5363325363, 0.0514459929],
      [0.2119034982, 0.6806995451, 0.1073969566],
      [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    product(sight, linear).map((channel) => Math.max(0, channel)),
  ).map(Math.cbrt);
  return product(
    [
      [0.2104542553, 0.793617785, -0.0040720468],
      [1.9779984951, -2.428592205, 0.4505937099],
      [0.0259040371, 0.7827717662, -0.808675766],
    ],
    cones,
  );
}

describe('palette', () => {
  test.each(Object.entries(SIGHT))('curves stay apart with %s', (_, sight) => {
    const names = ['first', 'second', 'third', 'fourth', 'ink'] as const;
    for (const palette of [PALETTE, HIGH_CONTRAST]) {
      for (const theme of ['light', 'dark'] as const) {
        for (const [i, a] of names.entries()) {
          for (const b of names.slice(i + 1)) {
            const [one, other] = [seen(palette[a][theme], sight), seen(palette[b][theme], sight)];
            const distance = Math.hypot(...one.map((value, axis) => value - other[axis]!));
            expect(distance, `${a} ${palette[a][theme]} and ${b} ${palette[b][theme]}`).toBeGreaterThan(0.06);
          }
        }
      }
    }
  });

  test.each(['ink', 'muted', 'first', 'second', 'third', 'fourth'] as const)(
    '%s is readable as text on its ground',
    (name) => {
      for (const theme of ['light', 'dark'] as const) {
        expect(contrast(PALETTE[name][theme], PALETTE.paper[theme]), theme).toBeGreaterThanOrEqual(4.5);
        expect(contrast(HIGH_CONTRAST[name][theme], HIGH_CONTRAST.paper[theme]), theme).toBeGreaterThanOrEqual(7);
      }
    },
  );

  test('with more contrast, rules are seen as lines are to be', () => {
    for (const theme of ['light', 'dark'] as const) {
      expect(contrast(HIGH_CONTRAST.rule[theme], HIGH_CONTRAST.paper[theme]), theme).toBeGreaterThanOrEqual(3);
    }
  });

  test('every colour is declared, and known ones are inlined', () => {
    for (const name of Object.keys(PALETTE))
      expect(paletteRules().split(`--figure-${name}: light-dark(#`)).toHaveLength(3);
    expect(inlineColours('fill="var(--figure-ink)"')).toBe(`fill="${PALETTE.ink.light}"`);
    expect(() => inlineColours('fill="var(--figure-mauve)"')).toThrow(/--figure-mauve is no colour/);
  });
});
