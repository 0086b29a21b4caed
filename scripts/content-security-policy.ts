/**
 * An Astro integration: every built page says, in its head, what it may load and run. Nothing comes from elsewhere; of the
 * scripts within a page those run that the build wrote, each by its hash. So a text that a reader pastes, a file that they
 * load or a link that they follow cannot bring code of its own.
 *
 * Astro's own policy adds hashes to `style-src`, which forbids the style attributes of formulas and drawings; this one
 * leaves styles alone. A meta element serves hosts that let nobody set headers.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AstroIntegration } from 'astro';

export function contentSecurityPolicy(): AstroIntegration {
  return {
    name: 'content-security-policy',
    hooks: {
      'astro:build:done': ({ dir, logger }) => {
        const folder = fileURLToPath(dir);
        const pages = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
          path.endsWith('.html'),
        );
        for (const page of pages) {
          const file = join(folder, page);
          writeFileSync(file, withPolicy(readFileSync(file, 'utf8'), page));
        }
        logger.info(`${pages.length} pages have a Content-Security-Policy`);
      },
    },
  };
}

/**
 * The page with its policy behind the declaration of its encoding, before anything that loads.
 * @throws {Error} naming a page without such a declaration.
 */
export function withPolicy(html: string, page: string): string {
  const encoding = /<meta charset="utf-8"\s*\/?>/i.exec(html);
  if (!encoding) throw new Error(`${page}: it declares no encoding, and the policy is to stand behind that`);
  const end = encoding.index + encoding[0].length;
  const meta = `<meta http-equiv="Content-Security-Policy" content="${policyFor(html)}">`;
  return html.slice(0, end) + meta + html.slice(end);
}

/** The policy of a page, from the scripts that stand in it. */
export function policyFor(html: string): string {
  const hashes = inlineScripts(html).map((code) => `'sha256-${createHash('sha256').update(code).digest('base64')}'`);
  return Object.entries({
    'default-src': ["'none'"],
    // The kernels are WebAssembly; no text becomes code.
    'script-src': ["'self'", "'wasm-unsafe-eval'", ...new Set(hashes)],
    'style-src': ["'self'", "'unsafe-inline'"],
    'img-src': ["'self'", 'data:'],
    'font-src': ["'self'"],
    'connect-src': ["'self'"],
    'frame-src': ["'self'"],
    'worker-src': ["'self'"],
    'manifest-src': ["'self'"],
    'base-uri': ["'none'"],
    'form-action': ["'none'"],
  })
    .map(([directive, sources]) => `${directive} ${sources.join(' ')}`)
    .join('; ');
}

/** The code within a page that a browser would run; blocks of data are none. */
function inlineScripts(html: string): string[] {
  return [...html.matchAll(/<script\b([^>]*)>([\s\S]*?)<\/script>/gi)]
    .filter(([, attributes = '']) => !/\ssrc\s*=/i.test(attributes))
    .filter(([, attributes = '']) => {
      const type = /\stype\s*=\s*["']?([^"'\s>]+)/i.exec(attributes)?.[1];
      return type === undefined || type === 'module' || /javascript$/i.test(type);
    })
    .map(([, , code = '']) => code);
}
