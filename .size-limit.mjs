/**
 * The budget of JavaScript that a page loads before its reader does anything: the page's scripts, the components of its
 * islands and all that these import statically. What loads on demand (Plot, TensorFlow.js, workers) does not count.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const LIMIT = '60 kB';
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

function scriptsOf(page) {
  const html = readFileSync(page, 'utf8');
  const urls = [
    ...[...html.matchAll(/<script\b[^>]*\bsrc="([^"]+)"/g)],
    ...[...html.matchAll(/\b(?:component-url|renderer-url|before-hydration-url)="([^"]+)"/g)],
    ...[...html.matchAll(/<link\b[^>]*rel="modulepreload"[^>]*href="([^"]+)"/g)],
  ].map(([, url]) => local(url));
  const files = new Set();
  for (const url of urls) withImports(url, files);
  return [...files];
}

const pages = readdirSync(site, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.html'));
export default pages
  .map((page) => ({ page, path: scriptsOf(join(site, page)) }))
  .filter(({ path }) => path.length > 0)
  .map(({ page, path }) => ({
    name: `JavaScript of ${page} before interaction`,
    path,
    limit: LIMIT,
    gzip: true,
    brotli: false,
  }));
