/** The pages of this folder, built as the site is, and served until they have reported; beside them what the site publishes. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import type { Problem } from '../../src/components/verify/compare.ts';
import type { Receipt } from '../../src/components/verify/receipt.ts';
import type { Choice, SiteFacts } from '../../src/components/verify/runs.ts';
import type { Stretch } from '../../src/results/stretch.ts';

/** Numbers of workers, 0 being the page's own thread; or one worker whose script is missing. */
export type Workers = '0' | '1' | '2' | '4' | 'missing';

/** What the page says of some workers: the hashes, or why there are none. */
export interface Report {
  workers: Workers;
  bits?: Record<string, unknown>;
  error?: string;
  userAgent: string;
}

/** The run that a page is to verify, and which stretch of it. */
export interface VerificationOrder {
  site: SiteFacts;
  choice: Choice;
  stretch: Stretch;
}

/** What came of it. */
export interface VerificationReport {
  userAgent: string;
  receipt: Receipt | null;
  problem: Problem | null;
}

export interface Site {
  /** The page's address for these workers, one after the other; what it reports goes to `listener`. */
  address(workers: readonly Workers[], listener: (report: Report) => void): string;
  /** The address of the page that verifies; what it reports goes to `listener`. */
  verification(order: VerificationOrder, listener: (report: VerificationReport) => void): string;
  close(): void;
}

const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
};

const PAGES = fileURLToPath(new URL('page', import.meta.url));
/** Results, corpora and checkpoints are served as they are published. */
const PUBLISHED = fileURLToPath(new URL('../../public', import.meta.url));

/** Builds the pages into a temporary folder and serves it on a free port of this machine alone. */
export async function startSite(): Promise<Site> {
  const folder = mkdtempSync(join(tmpdir(), 'first-token-bits-'));
  await build({
    configFile: false,
    root: PAGES,
    base: './',
    logLevel: 'warn',
    build: {
      outDir: folder,
      emptyOutDir: true,
      target: 'es2022',
      rollupOptions: { input: ['index.html', 'verify.html'].map((page) => join(PAGES, page)) },
    },
    worker: { format: 'es' },
  });
  let tell: (report: never) => void = () => {};
  const server = createServer((request, response) =>
    answer(request, response, folder, (report) => tell(report as never)),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address(workers, listener) {
      tell = listener;
      return `http://127.0.0.1:${port}/index.html?${workers.map((name) => `workers=${name}`).join('&')}`;
    },
    verification(order, listener) {
      tell = listener;
      return `http://127.0.0.1:${port}/verify.html?${new URLSearchParams({ order: JSON.stringify(order) })}`;
    },
    close() {
      server.close();
      server.closeAllConnections();
      rmSync(folder, { recursive: true });
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  folder: string,
  tell: (report: unknown) => void,
): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  if (request.method === 'POST' && pathname === '/report') {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    tell(JSON.parse(Buffer.concat(parts).toString()));
    response.writeHead(204).end();
    return;
  }
  try {
    const path = normalize(pathname);
    const body = readFileSync(join(/^.(results|corpora|checkpoints)\b/.test(path) ? PUBLISHED : folder, path));
    response.writeHead(200, { 'content-type': TYPES[extname(pathname)] ?? 'application/octet-stream' }).end(body);
  } catch {
    response.writeHead(404).end();
  }
}
