import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CorpusError, decompressText, formatSections, parseSections, splitDocuments } from './documents.ts';

const lines = fc.string({ unit: 'binary', minLength: 1 }).filter((line) => !line.includes('\n'));
const sectionLists = fc.array(fc.array(lines, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 30 });

test('a text reads back as it was written', () => {
  fc.assert(
    fc.property(sectionLists, (sections) => {
      expect(parseSections(formatSections(sections))).toEqual(sections);
    }),
  );
});

test('one document a line, an empty line between sections', () => {
  expect(formatSections([['a', 'b'], ['c']])).toBe('a\nb\n\nc\n');
});

test.each([[''], ['a\nb']])('a document that is no line is refused: %j', (document) => {
  expect(() => formatSections([['a', document]])).toThrow(CorpusError);
});

describe('split', () => {
  test('every document stands on one side, in its order', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5), { maxLength: 60 }), (lengths) => {
        const sections = lengths.map((length, section) => Array.from({ length }, (_, i) => `${section}.${i}`));
        const { training, heldOut } = splitDocuments(sections);
        const order = new Map(sections.flat().map((document, index) => [document, index]));
        for (const side of [training, heldOut]) {
          const places = side.map((document) => order.get(document)!);
          expect(places).toEqual([...places].sort((a, b) => a - b));
        }
        expect([...training, ...heldOut].sort()).toEqual(sections.flat().sort());
      }),
    );
  });

  test('the tenth section of ten is held out, whole', () => {
    const sections = Array.from({ length: 21 }, (_, section) => [`${section} a`, `${section} b`]);
    expect(splitDocuments(sections).heldOut).toEqual(['9 a', '9 b', '19 a', '19 b']);
  });
});

describe('compressed text', () => {
  const text = 'In the beginning’ — \u{1f40d}\n';
  const bytes = new Uint8Array(gzipSync(text));

  test('is read', async () => {
    expect(await decompressText(bytes)).toBe(text);
  });

  test('is taken as it is where a server has decompressed it', async () => {
    expect(await decompressText(new TextEncoder().encode(text))).toBe(text);
  });

  test.each([
    ['cut short', bytes.slice(0, -12)],
    ['with a changed byte', bytes.map((byte, i) => (i === 20 ? byte ^ 0xff : byte))],
    ['no text at all', new Uint8Array([0xff, 0xfe, 0x80])],
  ])('%s is refused with a remedy', async (_, damaged) => {
    await expect(decompressText(damaged)).rejects.toThrow(CorpusError);
    await expect(decompressText(damaged)).rejects.toThrow(/damaged or cut short; fetch it again/);
  });
});
