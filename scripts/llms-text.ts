/**
 * An Astro integration: `llms.txt` (https://llmstxt.org), the site for readers that are programs. It is made from the heads of the
 * built pages, so a new page is in it; results and figures come with the files that hold their numbers.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AstroIntegration } from 'astro';
import { findResults } from '../src/content/results.ts';
import { AUTHOR, EDITION, LICENCE, SITE_NAME } from '../src/layouts/site.ts';
import { PAPER } from '../src/paper/paper.ts';
import { type BuiltPage, builtPages } from './built-pages.ts';

export function llmsText(): AstroIntegration {
  return {
    name: 'llms-text',
    hooks: {
      'astro:build:done': ({ dir }) => {
        const folder = fileURLToPath(dir);
        const outcome = (id: string) => findResults(id)?.verdict.outcome;
        writeFileSync(join(folder, 'llms.txt'), llmsTextOf(builtPages(folder), outcome));
      },
    },
  };
}

/**
 * The text, of the pages that indexes may find.
 * @param outcome the verdict of an experiment; undefined where it has not been run.
 */
export function llmsTextOf(pages: readonly BuiltPage[], outcome: (experiment: string) => string | undefined): string {
  const listed = pages.filter(
    ({ indexed, canonical, path }) => indexed && canonical && !/(^|\/)(404|embed)(\/|\.)/.test(path),
  );
  const first = listed.find(({ path }) => path === '')!;
  const root = first.canonical!;
  const within = (folder: string) => listed.filter(({ path }) => new RegExp(`^${folder}/[^/]+/$`).test(path));
  const idOf = ({ path }: BuiltPage) => path.split('/')[1]!;
  const link = ({ title, canonical, description }: BuiltPage, more = '') =>
    `- [${title.replace(` · ${SITE_NAME}`, '')}](${canonical}): ${description}${more}`;
  const experiments = within('experiments').map((page) => {
    const verdict = outcome(idOf(page));
    const results = verdict
      ? ` Verdict: ${verdict}. [Every run, JSON](${root}results/${idOf(page)}.json)`
      : ' Not yet run.';
    return link(page, results);
  });
  const figures = within('figures').map((page) =>
    link(
      page,
      ` [CSV](${page.canonical}data.csv), [JSON](${page.canonical}data.json), [SVG](${page.canonical}figure.svg)`,
    ),
  );
  const others = listed.filter((page) => page !== first && page.path.split('/').length <= 2);
  return `${[
    `# ${SITE_NAME}`,
    `> ${first.description}`,
    `${EDITION}, of “${PAPER.title}” (${PAPER.authors.join(', ')}, ${PAPER.url}). It is not the work of the paper’s authors. ` +
      'Numbers that are not marked as the paper’s were measured here, on small transformers, with several seeds; every ' +
      'criterion was written before the runs that it judges. To cite a number, cite the page of its figure, which has BibTeX, RIS and CSL-JSON. ' +
      `By ${AUTHOR}, ${LICENCE} licence.`,
    section(
      'Pages',
      [first, ...others].map((page) => link(page)),
    ),
    section('Experiments and results', [`- [Index of the results](${root}results/index.json): JSON`, ...experiments]),
    section('Figures', figures),
    section('Optional', [
      `- [Hashes of all files](${root}results/manifest.json): JSON`,
      `- [Revisions](${root}feed.xml): Atom`,
    ]),
  ].join('\n\n')}\n`;
}

function section(title: string, items: string[]): string {
  return `## ${title}\n\n${items.join('\n')}`;
}
