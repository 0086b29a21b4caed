import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CorpusError, formatSections, parseSections, splitDocuments } from '../../training/text/documents.ts';
import { MOST_CHARACTERS, sectionsOf } from './own-text.ts';

describe('a reader’s own text', () => {
  it('keeps lines as documents and holds a tenth of the sections out', () => {
    const lines = Array.from({ length: 60 }, (_, i) => `line ${i}`);
    const { training, heldOut } = splitDocuments(sectionsOf(`\n${lines.join('\r\n\n')}\n`));
    expect(heldOut).toHaveLength(6);
    expect([...training, ...heldOut].sort()).toEqual([...lines].sort());
  });

  it('cuts one long line at sentences, and one without sentences at words', () => {
    const sentences = Array.from({ length: 30 }, (_, i) => `This is number ${i}.`).join(' ');
    expect(sectionsOf(sentences).flat()).toHaveLength(30);
    const words = Array.from({ length: 100 }, (_, i) => `word${i}`).join(' ');
    expect(sectionsOf(words).flat()).toHaveLength(20);
    expect(sectionsOf(words).flat().join(' ')).toBe(words);
  });

  it('refuses what is too short or too long, and says what to do', () => {
    expect(() => sectionsOf('')).toThrow(/fewer than 20 words; take a longer one/);
    expect(() => sectionsOf('a '.repeat(MOST_CHARACTERS))).toThrow(/take a part of it/);
  });

  it('makes a corpus of any text, or says why not, and loses no word', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string(), fc.lorem(), fc.constantFrom('\n', '. ', '\r\n', '\u2028'))),
        (parts) => {
          const text = parts.join(' ');
          try {
            const sections = sectionsOf(text);
            expect(parseSections(formatSections(sections))).toEqual(sections);
            const words = (of: string) => of.split(/\s+/).filter((word) => word !== '');
            expect(words(sections.flat().join(' '))).toEqual(words(text));
          } catch (error) {
            expect(error).toBeInstanceOf(CorpusError);
          }
        },
      ),
    );
  });
});
