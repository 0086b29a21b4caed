/**
 * The budget of JavaScript, with all that is imported statically: what a page loads at once, and what each of its islands
 * loads when its reader comes near. What loads on demand (Plot, TensorFlow.js, workers) does not count. And the budget of
 * the article's first view without its fonts; tests/e2e/speed.spec.ts weighs the whole of it in a browser.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ARTICLE = { limit: '85 kB', gzip: true, brotli: false };
const BUDGET = { limit: '60 kB', gzip: true, brotli: false };
/** The laboratory is one instrument and nothing beside it; its reader comes for it, so it does not wait. */
const LABORATORY = { ...BUDGET, limit: '100 kB' };
const site = 'dist';
const base = (process.env.BASE ?? '/').replace(/\/*$/, '/');

function local(url) {
  return join(site, url.startsWith(base) ? url.slice(base.length) : url);
}

/** A built file and everything it imports statically; the bundler writes such imports as `from"./x.js"` or `import"./x.js"`. */
function withImports(file, seen = new Set()) {
  if (seen.has(file) || !existsSync(file)) return seen;
  seen.add(file);
  const code = readFileSync(file, 'utf8');
  for (const [, path] of code.matchAll(/(?:\bfrom|\bimport)\s*["']([^"']+\.js)["']/g)) {
    withImports(path.startsWith('/') ? local(path) : join(file, '..', path), seen);
  }
  return seen;
}

/** The islands of a page: each tag's own files, and whether they wait until a reader comes near. */
function islandsOf(html) {
  return [...html.matchAll(/<astro-island\b[^>]*>/g)].map(([tag]) => ({
    waits: /\bclient="visible"/.test(tag),
    urls: [...tag.matchAll(/\b(?:component-url|renderer-url|before-hydration-url)="([^"]+)"/g)].map(([, url]) => url),
  }));
}

function filesOf(urls) {
  const files = new Set();
  for (const url of urls) withImports(local(url), files);
  return [...files];
}

/** What a page loads at once: its scripts, and the islands that do not wait. */
function scriptsOf(page) {
  const html = readFileSync(page, 'utf8');
  const urls = [
    ...[...html.matchAll(/<script\b[^>]*\bsrc="([^"]+)"/g)].map(([, url]) => url),
    ...[...html.matchAll(/<link\b[^>]*rel="modulepreload"[^>]*href="([^"]+)"/g)].map(([, url]) => url),
    ...islandsOf(html).flatMap(({ waits, urls }) => (waits ? [] : urls)),
  ];
  return filesOf(urls);
}

/** What a page cannot be painted without, but for its fonts: itself, its styles, its scripts. */
function firstViewOf(page) {
  const links = readFileSync(page, 'utf8').matchAll(/<link\b[^>]*rel="stylesheet"[^>]*href="([^"]+)"/g);
  return [page, ...[...links].map(([, url]) => local(url)), ...scriptsOf(page)];
}

const pages = readdirSync(site, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.html'));
const islands = new Map();
for (const page of pages) {
  for (const { waits, urls } of islandsOf(readFileSync(join(site, page), 'utf8'))) {
    if (waits) islands.set(urls[0], urls);
  }
}

export default [
  { name: 'First view of the article, without its fonts', path: firstViewOf(join(site, 'index.html')), ...ARTICLE },
  ...pages
    .map((page) => ({
      name: `JavaScript of ${page} at first`,
      path: scriptsOf(join(site, page)),
      ...(page === join('lab', 'index.html') ? LABORATORY : BUDGET),
    }))
    .filter(({ path }) => path.length > 0),
  ...[...islands].map(([url, urls]) => ({
    name: `${url.split('/').at(-1)}, when its reader comes near`,
    path: filesOf(urls),
    ...BUDGET,
  })),
];
