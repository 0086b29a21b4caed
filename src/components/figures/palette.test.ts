import { describe, expect, test } from 'vitest';
import { inlineColours, PALETTE, paletteDeclarations } from './palette.ts';

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

describe('palette', () => {
  test.each(['ink', 'muted', 'first', 'second'] as const)('%s is readable as text on its ground', (name) => {
    for (const theme of ['light', 'dark'] as const) {
      expect(contrast(PALETTE[name][theme], PALETTE.paper[theme]), theme).toBeGreaterThanOrEqual(4.5);
    }
  });

  test('every colour is declared, and known ones are inlined', () => {
    for (const name of Object.keys(PALETTE)) expect(paletteDeclarations()).toContain(`--figure-${name}: light-dark(#`);
    expect(inlineColours('fill="var(--figure-ink)"')).toBe(`fill="${PALETTE.ink.light}"`);
    expect(() => inlineColours('fill="var(--figure-mauve)"')).toThrow(/--figure-mauve is no colour/);
  });
});
