import { describe, expect, test } from 'vitest';
import { syntheticResults } from '../../../tests/figures/synthetic-results.ts';
import { type CitationFormats, citationFormats, parseBibtex } from '../../content/citation-formats.ts';
import { withDateOfAccess } from '../../content/date-of-access.ts';
import { figureById } from '../figures/index.ts';
import { figureCitation } from './figure-citation.ts';
import { recordOf } from './record.ts';

const figure = figureById('emergence');
const record = recordOf(figure, syntheticResults());
const publication = { edition: 'An edition', author: 'Its authors', url: 'https://example.org/figures/x_y/' };

describe.each([
  ['without a date of access', null],
  ['with the date of access', new Date(2026, 2, 5)],
])('the citation of a figure %s', (_, date) => {
  const item = figureCitation(record, publication);
  const formats = Object.fromEntries(
    Object.entries(citationFormats(item, { accessible: true })).map(([name, text]) => [
      name,
      withDateOfAccess(text, date),
    ]),
  ) as unknown as CitationFormats;

  test('is dated by its runs, not by the build', () => {
    expect(item.issued).toEqual({ 'date-parts': [[2025, 1]] });
  });

  test('as BibTeX parses back', () => {
    const [parsed] = parseBibtex(formats.bibtex);
    expect(parsed).toMatchObject({ id: `first-token-${figure.id}`, URL: publication.url });
    expect(parsed!.title).toBe(item.title);
    expect(parsed!.issued!['date-parts'][0]![0]).toBe(2025);
    expect(parsed!.note).toContain(record.version);
    expect(formats.bibtex).toContain(`\tversion = {${record.version}},\n`);
    // LaTeX reads a bare `_` as a command; `url` is read by packages that know addresses.
    expect(formats.bibtex).toContain('\thowpublished = {https://example.org/figures/x\\textunderscore{}y/},\n');
    expect(formats.bibtex.includes('\turldate = {2026-03-05},\n')).toBe(date !== null);
    expect(formats.bibtex.match(/\{/g)).toHaveLength(formats.bibtex.match(/\}/g)!.length);
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
    expect(formats.ris).toContain(`\nET  - ${record.version}\n`);
    expect(formats.ris.includes('\nY2  - 2026/03/05/\n')).toBe(date !== null);
  });

  test('as CSL-JSON is one item without internals', () => {
    const [csl, ...others] = JSON.parse(formats.csl);
    expect(others).toEqual([]);
    expect(csl).toMatchObject({ type: 'webpage', author: [{ literal: 'Its authors' }], URL: publication.url });
    expect(csl).not.toHaveProperty('_graph');
    expect(csl.version).toBe(record.version);
    expect(csl.accessed).toEqual(date ? { 'date-parts': [[2026, 3, 5]] } : undefined);
  });

  test.each(['text', 'apa'] as const)('as %s names author, year, title, version, edition and address', (format) => {
    for (const part of ['Its authors', '2025', figure.title, record.version, 'An edition', publication.url]) {
      // APA raises the first letter behind a colon.
      expect(formats[format].toLowerCase()).toContain(part.toLowerCase());
    }
    expect(formats[format]).not.toMatch(/[⟦⟧%]/);
  });

  test('as prose says when it was seen, if it was', () => {
    const [apa, text] = date
      ? ['Retrieved March 5, 2026, from https://example.org/figures/x_y/\n', ', accessed 5 March 2026.\n']
      : ['. https://example.org/figures/x_y/\n', '/x_y/.\n'];
    expect(formats.apa.endsWith(apa)).toBe(true);
    expect(formats.text.endsWith(text)).toBe(true);
  });
});
