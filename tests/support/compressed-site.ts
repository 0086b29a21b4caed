/** The built site as hosts serve it: compressed with gzip. The preview server of the other tests sends it as it is. */
import { readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const DIST = fileURLToPath(new URL('../../dist', import.meta.url));
const TEXTS: Record<string, string> = {
  '.html': 'text/html',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
};
const OTHERS: Record<string, string> = { '.woff2': 'font/woff2', '.wasm': 'application/wasm', '.png': 'image/png' };

export interface CompressedSite {
  origin: string;
  /** Bytes of the body that answers each path asked for so far. */
  sent: Map<string, number>;
  close(): Promise<void>;
}

/** Serves `dist` on a free port of this machine alone. */
export async function serveCompressed(): Promise<CompressedSite> {
  const bodies = new Map<string, Buffer>();
  const sent = new Map<string, number>();
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url!, 'http://localhost');
    const path = join(DIST, normalize(pathname), pathname.endsWith('/') ? 'index.html' : '');
    if (!statSync(path, { throwIfNoEntry: false })?.isFile()) {
      response.writeHead(404).end();
      return;
    }
    const text = TEXTS[extname(path)];
    const body = bodies.get(path) ?? (text ? gzipSync(readFileSync(path), { level: 9 }) : readFileSync(path));
    bodies.set(path, body);
    sent.set(pathname, body.length);
    response.writeHead(200, {
      'Content-Type': text ?? OTHERS[extname(path)] ?? 'application/octet-stream',
      ...(text && { 'Content-Encoding': 'gzip' }),
    });
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    sent,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
