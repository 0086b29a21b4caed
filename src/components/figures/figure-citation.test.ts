import { describe, expect, test } from 'vitest';
import { syntheticResults } from '../../../tests/figures/synthetic-results.ts';
import { citationFormats, parseBibtex } from '../../content/citation-formats.ts';
import { figureCitation } from './figure-citation.ts';
import { FIGURES } from './index.ts';

const data = syntheticResults();
const publication = { edition: 'An edition', author: 'Its authors', url: 'https://example.org/figures/x/' };

describe.each(FIGURES)('the citation of figure $id', (figure) => {
  const item = figureCitation(figure, data, publication);
  const formats = citationFormats(item);

  test('is dated by its runs, not by the build', () => {
    expect(item.issued).toEqual({ 'date-parts': [[2025, 1]] });
  });

  test('as BibTeX parses back', () => {
    const [parsed] = parseBibtex(formats.bibtex);
    expect(parsed).toMatchObject({ id: `first-token-${figure.id}`, URL: publication.url });
    expect(parsed!.title).toBe(item.title);
    expect(parsed!.issued!['date-parts'][0]![0]).toBe(2025);
    expect(parsed!.note).toContain(data.runs[0]!.id);
  });

  test('as RIS has its fields, from type to end of record', () => {
    const fields = formats.ris
      .trimEnd()
      .split('\n')
      .map((line) => line.slice(0, 2));
    expect(fields[0]).toBe('TY');
    expect(fields.at(-1)).toBe('ER');
    for (const field of ['AU', 'TI', 'PY', 'UR']) expect(fields).toContain(field);
    expect(formats.ris).toMatch(/\nER {2}- \n$/);
  });

  test('as CSL-JSON is one item without internals', () => {
    const [csl, ...others] = JSON.parse(formats.csl);
    expect(others).toEqual([]);
    expect(csl).toMatchObject({ type: 'webpage', author: [{ literal: 'Its authors' }], URL: publication.url });
    expect(csl).not.toHaveProperty('_graph');
  });

  test('as text names author, year, title, edition and address', () => {
    for (const part of ['Its authors', '2025', figure.title, 'An edition', publication.url]) {
      // APA raises the first letter behind a colon.
      expect(formats.text.toLowerCase()).toContain(part.toLowerCase());
    }
  });
});
