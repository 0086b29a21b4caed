/**
 * An Astro integration, the last one: marks every built page with the build that it is of, and writes the service worker
 * that keeps a copy of this build for readers without a network (`src/offline/service-worker.ts`).
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { AstroIntegration } from 'astro';
import { build as bundle } from 'vite';
import { type Build, buildMark, HASH_DIGITS } from '../src/offline/build.ts';

export const SERVICE_WORKER = 'service-worker.js';

/** A script of more bytes, as those of the TensorFlow.js backends, is kept when it is used. */
const LARGEST_SCRIPT = 250_000;

export function offlineCopy(): AstroIntegration {
  let base = '/';
  return {
    name: 'offline-copy',
    hooks: {
      'astro:config:done': ({ config }) => {
        base = config.base;
      },
      'astro:build:done': async ({ dir, logger }) => {
        const folder = fileURLToPath(dir);
        const { version, whole } = await writeOfflineCopy(folder, base);
        const packed = whole.reduce((sum, path) => sum + gzipSync(readFileSync(join(folder, path))).length, 0);
        logger.info(
          `build ${version}: a copy for reading offline has ${whole.length} files, ${Math.round(packed / 1000)} kB packed`,
        );
      },
    },
  };
}

/** Marks the pages of a built site and writes its service worker. A second call marks it anew. */
export async function writeOfflineCopy(folder: string, base: string): Promise<Build> {
  const build = markPages(folder, base);
  const code = await bundledWorker();
  writeFileSync(join(folder, SERVICE_WORKER), `const BUILD = ${JSON.stringify(build)};\n${code}`);
  return build;
}

/**
 * Marks every page with the version of the build, and lists the files as they are then.
 * @throws {Error} naming a page that declares no encoding.
 */
export function markPages(folder: string, base: string): Build {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path !== SERVICE_WORKER && statSync(join(folder, path)).isFile())
    // Hosts read such files and do not serve them.
    .filter((path) => !/(^|\/)[_.](headers|redirects|nojekyll)$/.test(path))
    .sort();
  const pages = paths.filter((path) => path.endsWith('.html'));
  const unmarked = new Map(pages.map((path) => [path, withoutMark(readFileSync(join(folder, path), 'utf8'))]));
  const version = sha256(
    paths.map((path) => `${path} ${sha256(unmarked.get(path) ?? readFileSync(join(folder, path)))}`).join('\n'),
  );
  for (const [path, html] of unmarked) writeFileSync(join(folder, path), withMark(html, version, path));
  const contents = paths.map((path) => [path, readFileSync(join(folder, path))] as const);
  return {
    version,
    base: `${base.replace(/\/$/, '')}/`,
    files: Object.fromEntries(contents.map(([path, content]) => [path, sha256(content)])),
    whole: contents.filter(([path, content]) => belongsToCopy(path, content.length)).map(([path]) => path),
  };
}

/**
 * Whether a file is needed to read the site: pages, what they are drawn with, and results and curves of each experiment.
 * Still pictures of pieces are for readers without scripts, who have no such copy.
 */
export function belongsToCopy(path: string, bytes: number): boolean {
  if (path.endsWith('.html')) return path !== '404.html' && !/\/(embed|still)\/index\.html$/.test(path);
  if (path.startsWith('_astro/')) return bytes <= LARGEST_SCRIPT;
  return (
    path === 'favicon.svg' || /^((results|curves|estimates)\/[^/]+\.json|figures\/[^/]+\/drawings\/[^/]+)$/.test(path)
  );
}

/** Behind the declaration of the encoding, so that it is among the first bytes. */
function withMark(html: string, version: string, path: string): string {
  const encoding = /<meta charset="utf-8"\s*\/?>/i.exec(html);
  if (!encoding) throw new Error(`${path}: it declares no encoding, and the mark of the build is to stand behind that`);
  const end = encoding.index + encoding[0].length;
  return html.slice(0, end) + buildMark(version) + html.slice(end);
}

function withoutMark(html: string): string {
  return html.replace(/<meta name="build" content="[0-9a-f]*">/, '');
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex').slice(0, HASH_DIGITS);
}

/** The worker's code as one script. */
async function bundledWorker(): Promise<string> {
  const output = await bundle({
    configFile: false,
    logLevel: 'warn',
    build: {
      write: false,
      copyPublicDir: false,
      target: 'es2022',
      rollupOptions: { input: join('src', 'offline', 'service-worker.ts'), output: { format: 'iife' } },
    },
  });
  const [chunk] = (Array.isArray(output) ? output[0]! : (output as { output: { type: string; code?: string }[] }))
    .output;
  if (chunk?.type !== 'chunk') throw new Error('the service worker has no code');
  return chunk.code!;
}
