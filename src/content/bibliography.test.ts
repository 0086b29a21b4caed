import { describe, expect, test } from 'vitest';
import { PAPER } from '../paper/paper.ts';
import { work } from './bibliography.ts';
import { citationFormats, parseBibtex, referenceHtml, shortAuthors, yearOf } from './citation-formats.ts';

describe('bibliography', () => {
  test('knows the paper, as the site names it', () => {
    const paper = work(PAPER.citation);
    expect(paper.title).toBe(PAPER.title);
    expect(paper.author!.map(({ given, family }) => `${given} ${family}`)).toEqual(PAPER.authors);
    expect(paper.URL).toBe(PAPER.url);
  });

  test('lists its keys where one is unknown', () => {
    expect(() => work('nobody1900')).toThrow(/no entry “nobody1900”\. It has:\n {2}barbero2024glasses/);
  });

  test('names authors briefly', () => {
    expect(shortAuthors(work('gu2024emerges'))).toBe('Gu et al.');
    expect(shortAuthors({ id: 'a', type: 'book', author: [{ family: 'A' }, { family: 'B' }] })).toBe('A & B');
    expect(shortAuthors({ id: 'a', type: 'book', author: [{ literal: 'The Team' }] })).toBe('The Team');
    expect(yearOf(work('gu2024emerges'))).toBe('2024');
  });

  test('a list of authors known in part is no author called others', () => {
    expect(shortAuthors(work('dubey2024llama3'))).toBe('Dubey et al.');
    const html = referenceHtml(work('dubey2024llama3'));
    expect(html).toContain('Dubey, A., et al.');
    expect(html).not.toContain('others');
  });

  test('a reference links its address', () => {
    expect(referenceHtml(work('dong2021rank'))).toContain('<a href="https://arxiv.org/abs/2103.03404">');
  });

  test('the paper as BibTeX parses back to the same authors', () => {
    const [parsed] = parseBibtex(citationFormats(work(PAPER.citation)).bibtex);
    expect(parsed!.id).toBe(PAPER.citation);
    expect(parsed!.author).toEqual(work(PAPER.citation).author);
  });
});
