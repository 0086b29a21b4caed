/** The page of this folder, built as the site is, and served until it has reported. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/** Numbers of workers, 0 being the page's own thread; or one worker whose script is missing. */
export type Workers = '0' | '1' | '2' | '4' | 'missing';

/** What the page says of some workers: the hashes, or why there are none. */
export interface Report {
  workers: Workers;
  bits?: Record<string, unknown>;
  error?: string;
  userAgent: string;
}

export interface Site {
  /** The page's address for these workers, one after the other; what it reports goes to `listener`. */
  address(workers: readonly Workers[], listener: (report: Report) => void): string;
  close(): void;
}

const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
};

/** Builds the page into a temporary folder and serves it on a free port of this machine alone. */
export async function startSite(): Promise<Site> {
  const folder = mkdtempSync(join(tmpdir(), 'first-token-bits-'));
  await build({
    configFile: false,
    root: fileURLToPath(new URL('page', import.meta.url)),
    base: './',
    logLevel: 'warn',
    build: { outDir: folder, emptyOutDir: true, target: 'es2022' },
    worker: { format: 'es' },
  });
  let tell: (report: Report) => void = () => {};
  const server = createServer((request, response) => answer(request, response, folder, (report) => tell(report)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address(workers, listener) {
      tell = listener;
      return `http://127.0.0.1:${port}/index.html?${workers.map((name) => `workers=${name}`).join('&')}`;
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
  tell: (report: Report) => void,
): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  if (request.method === 'POST' && pathname === '/report') {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    tell(JSON.parse(Buffer.concat(parts).toString()) as Report);
    response.writeHead(204).end();
    return;
  }
  try {
    const body = readFileSync(join(folder, normalize(pathname)));
    response.writeHead(200, { 'content-type': TYPES[extname(pathname)] ?? 'application/octet-stream' }).end(body);
  } catch {
    response.writeHead(404).end();
  }
}
