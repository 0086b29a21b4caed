/** A citation is pasted into documents that are not ours: nothing in it may break them or be lost on the way. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CslItem } from '@citation-js/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { citationFormats, parseBibtex } from './citation-formats.ts';
import { withDateOfAccess } from './date-of-access.ts';

/**
 * Every sign that LaTeX or BibTeX reads as a command, letters of many languages, and what titles of ours hold. An ogonek is
 * not among them: LaTeX has it with the package fontenc alone.
 */
const SIGNS = [...'&%$#_{}\\~^"@=,;:.!?/|()[]*+-<>\'` abcXYZ019éüñçßøŁČőåεβΔ–—’“”…×→½'];
/** Two of these in a row are another sign in LaTeX: `--` is a dash, `''` closes a quotation. */
const LIGATURES = /[-–—'`’“”",<>!?.…]{2}/;
const text = fc
  .array(fc.constantFrom(...SIGNS), { minLength: 1, maxLength: 30 })
  .map((signs) => signs.join('').replaceAll(/\s+/g, ' ').trim())
  .filter((words) => words !== '' && !LIGATURES.test(words) && !/<(?:i|b)>/.test(words));
const body = text.map((words) => words.replaceAll(/[^ -~]/g, '').trim() || 'A body');
const path = fc
  .array(fc.constantFrom('x_y', '~', '%20', '&b=1', '#', '/', '-'), { maxLength: 6 })
  .map((parts) => `/${parts.join('a')}`);

function itemOf(fields: { title: string; author: string; note: string; path: string }): CslItem {
  return {
    id: 'first-token-x',
    type: 'webpage',
    title: `${fields.title} [Figure]`,
    author: [{ literal: fields.author }],
    'container-title': 'An edition',
    issued: { 'date-parts': [[2026, 11]] },
    version: '0123456789',
    note: fields.note,
    URL: new URL(`https://example.org/figures${fields.path}`).href,
  };
}

const item = fc.record({ title: text, author: body, note: text, path }).map(itemOf);
const bibtexOf = (work: CslItem, date: Date | null = new Date(2026, 10, 24)) =>
  withDateOfAccess(citationFormats(work, { accessible: true }).bibtex, date);

/** The fields of an entry; each stands on a line of its own. */
function fieldsOf(bibtex: string): Record<string, string> {
  const lines = [...bibtex.matchAll(/^\t(\w+) = (?:\{(.*)\}|(\w+)),$/gm)];
  return Object.fromEntries(lines.map(([, name, braced, bare]) => [name!, braced ?? bare!]));
}

/** What is left of a field when all that LaTeX reads as meant is taken away; the rest is to be plain text. */
function plainRest(value: string): string {
  return value
    .replaceAll(/\$\\[a-z]+\$/gi, '')
    .replaceAll(/\\[&%$#_]/g, '')
    .replaceAll(/\\(?:[a-zA-Z]+|['`^"~=.])(?:\{\}| )?/g, '');
}

describe('BibTeX', () => {
  it('holds no sign that LaTeX would take for a command, and its braces close', () => {
    fc.assert(
      fc.property(item, (work) => {
        const bibtex = bibtexOf(work);
        const fields = fieldsOf(bibtex);
        // Head and end aside, every line is a field: no text breaks out of its braces.
        expect(Object.keys(fields)).toHaveLength(bibtex.trimEnd().split('\n').length - 2);
        for (const [name, value] of Object.entries(fields)) {
          let depth = 0;
          for (const brace of value.replaceAll(/[^{}]/g, '')) {
            depth += brace === '{' ? 1 : -1;
            expect(depth, value).toBeGreaterThanOrEqual(0);
          }
          expect(depth, value).toBe(0);
          if (name !== 'url') expect(plainRest(value), name).toMatch(/^[ -~]*$/);
          if (name !== 'url') expect(plainRest(value), name).not.toMatch(/[&%$#_^~\\]/);
        }
      }),
    );
  });

  it('gives back what was written', () => {
    fc.assert(
      fc.property(item, (work) => {
        const [read] = parseBibtex(bibtexOf(work, null));
        const plain = (words: unknown) => String(words).normalize('NFKD').replaceAll(/\s/g, '');
        expect(plain(read!.title)).toBe(plain(work.title));
        expect(read!.URL).toBe(work.URL);
        expect(read!.issued).toEqual(work.issued);
      }),
    );
  });

  it('names a month as every style knows it, and the day of access', () => {
    const fields = fieldsOf(bibtexOf(itemOf({ title: 'A', author: 'B', note: 'C', path: '/' })));
    expect(fields).toMatchObject({ year: '2026', month: 'nov', urldate: '2026-11-24', note: 'C. Accessed 2026-11-24' });
  });

  it('refuses a title that it cannot write', () => {
    expect(() => bibtexOf(itemOf({ title: 'a ≦ b', author: 'B', note: 'C', path: '/' }))).toThrow(
      'BibTeX has no way to write “≦”, which stands in the title',
    );
  });
});

describe('RIS, CSL-JSON and prose', () => {
  it('hold every field on a line of its own, or as JSON that reads back', () => {
    fc.assert(
      fc.property(item, (work) => {
        const formats = citationFormats(work, { accessible: true });
        const ris = withDateOfAccess(formats.ris, new Date(2026, 10, 24))
          .trimEnd()
          .split('\n');
        for (const line of ris) expect(line).toMatch(/^[A-Z][A-Z0-9] {2}-(?: .*)?$/);
        const tags = ris.map((line) => line.slice(0, 2));
        expect([tags[0], tags.at(-1)]).toEqual(['TY', 'ER']);
        expect(tags).toEqual(expect.arrayContaining(['AU', 'TI', 'PY', 'UR', 'ET', 'Y2']));
        const [csl] = JSON.parse(withDateOfAccess(formats.csl, new Date(2026, 10, 24)));
        // What csl-data.json requires, and what a style needs to print a web page.
        expect(csl).toMatchObject({ id: work.id, type: 'webpage', title: work.title, URL: work.URL });
        expect(csl).toMatchObject({
          author: work.author,
          issued: work.issued,
          accessed: { 'date-parts': [[2026, 11, 24]] },
        });
        for (const prose of [formats.apa, formats.text]) expect(prose.trimEnd().split('\n')).toHaveLength(1);
      }),
    );
  });
});

const has = (program: string) => spawnSync(program, ['--version']).status === 0;

describe.runIf(has('pdflatex') && has('bibtex'))('a document', () => {
  it('compiles without a package with every reference and with what is hard to write', () => {
    const folder = mkdtempSync(join(tmpdir(), 'first-token-latex-'));
    const hard = fc.sample(item, { numRuns: 40, seed: 1 }).map((work, i) => ({ ...work, id: `hard-${i}` }));
    const entries = [
      ...hard.map((work) => bibtexOf(work)),
      ...parseBibtex(readFileSync('src/content/references.bib', 'utf8')).map((work) => citationFormats(work).bibtex),
    ];
    writeFileSync(join(folder, 'cited.bib'), entries.join('\n'));
    const document = '\\documentclass{article}\\begin{document}\\nocite{*}Text.';
    writeFileSync(
      join(folder, 'main.tex'),
      `${document}\\bibliographystyle{plain}\\bibliography{cited}\\end{document}`,
    );
    const run = (program: string, args: string[]) => {
      const { status, stdout } = spawnSync(program, args, { cwd: folder, encoding: 'utf8' });
      expect(status, stdout).toBe(0);
      return stdout;
    };
    const latex = () => run('pdflatex', ['-interaction=nonstopmode', '-halt-on-error', 'main.tex']);
    try {
      latex();
      expect(run('bibtex', ['main'])).not.toMatch(/Warning|error/);
      latex();
      expect(readFileSync(join(folder, 'main.bbl'), 'utf8').match(/\\bibitem/g)).toHaveLength(entries.length);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, 120_000);
});
