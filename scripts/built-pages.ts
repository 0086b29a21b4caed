/** The pages of a built site, with what their heads say of them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseHTML } from 'linkedom';

export interface BuiltPage {
  /** The file, from the site's folder, with `/`. */
  file: string;
  /** As pages link to it, without the site's folder: `figures/emergence/`; empty for the first page. */
  path: string;
  title: string;
  description: string;
  /** Full address; undefined where the head names none. */
  canonical: string | undefined;
  /** Full address of the picture for sharing. */
  picture: string | undefined;
  /** Whether it is to be found by indexes. */
  indexed: boolean;
}

/** Every `.html` file of the folder, by path. */
export function builtPages(folder: string): BuiltPage[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => file.endsWith('.html'))
    .sort()
    .map((file) => pageOf(file, readFileSync(join(folder, file), 'utf8')));
}

/** What the head of a page says. */
export function pageOf(file: string, html: string): BuiltPage {
  const { document } = parseHTML(`${html.slice(0, html.indexOf('</head>'))}</head><body></body></html>`);
  const meta = (selector: string) => document.querySelector(selector)?.getAttribute('content') ?? undefined;
  return {
    file,
    path: file.replace(/(^|\/)index\.html$/, '$1'),
    title: document.querySelector('title')?.textContent ?? '',
    description: meta('meta[name="description"]') ?? '',
    canonical: document.querySelector('link[rel="canonical"]')?.getAttribute('href') ?? undefined,
    picture: meta('meta[property="og:image"]'),
    indexed: !meta('meta[name="robots"]')?.includes('noindex'),
  };
}
