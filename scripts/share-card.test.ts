import { describe, expect, test } from 'vitest';
import { pngOf } from '../src/components/figures/downloads.ts';
import { CARD, shareCard, wrap } from './share-card.ts';

const drawing = (height: number) => ({
  svg: `<svg xmlns="http://www.w3.org/2000/svg" width="940" height="${height}" fill="var(--figure-muted)"><rect id="drawn" width="940" height="${height}"/></svg>`,
  width: 940,
  height,
});
const card = { title: 'Packing & <bos>', description: 'Does the sink need it?', siteName: 'A site' };

/** Width and height in the header of a PNG. */
function sizeOf(png: Uint8Array): [number, number] {
  const view = new DataView(png.buffer, png.byteOffset);
  return [view.getUint32(16), view.getUint32(20)];
}

describe('a card', () => {
  test.each([
    ['with a figure', { ...card, drawing: drawing(300) }],
    ['without', card],
  ])('%s is a picture of the size that is asked for, in colours that need no page', (_, content) => {
    const svg = shareCard(content);
    expect(svg).toContain('Packing &amp; &lt;bos>');
    expect(svg).not.toContain('var(--');
    expect(sizeOf(pngOf(svg, 1))).toEqual([CARD.width, CARD.height]);
  });

  test('shows a figure whole where it stays readable, else as wide as there is room', () => {
    const widthOf = (height: number) =>
      Number(/<svg x="[^"]*" y="[^"]*" width="([^"]*)"/.exec(shareCard({ ...card, drawing: drawing(height) }))![1]);
    expect(widthOf(300)).toBeCloseTo(CARD.width - 128);
    expect(widthOf(400)).toBeLessThan(CARD.width - 128);
    expect(widthOf(900)).toBeCloseTo(CARD.width - 128);
  });
});

describe('wrapping', () => {
  test('keeps every word, in order', () => {
    const text = 'one two three four five six seven eight nine ten';
    const lines = wrap(text, 100, 20, 20);
    expect(lines.length).toBeGreaterThan(2);
    expect(lines.join(' ')).toBe(text);
  });

  test('says where it left something out', () => {
    const lines = wrap('one two three four five six seven eight nine ten', 100, 20, 2);
    expect(lines).toHaveLength(2);
    expect(lines[1]).toMatch(/…$/);
  });
});
