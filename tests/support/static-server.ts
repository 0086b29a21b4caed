/** A site served from a folder that can change while it is visited, as when a new build is put in an old one's place. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
};

export interface StaticServer {
  address: string;
  /** The folder that is served. */
  folder: string;
  /** What is served in place of single files, by path; null where the site has none. */
  replaced: Map<string, string | null>;
  /** Ends every connection; later requests fail as they do without a network. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

export async function serve(folder: string): Promise<StaticServer> {
  const http = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url!, 'http://localhost').pathname.slice(1)).replace(
      /(^|\/)$/,
      '$1index.html',
    );
    const file = join(server.folder, path);
    const replaced = server.replaced.get(path);
    const found = replaced !== null && (replaced !== undefined || (existsSync(file) && statSync(file).isFile()));
    response.writeHead(found ? 200 : 404, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' });
    response.end(found ? (replaced ?? readFileSync(file)) : '');
  });
  let port = 0;
  const server: StaticServer = {
    address: '',
    folder,
    replaced: new Map(),
    stop: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
    async start() {
      await new Promise<void>((resolve) => http.listen(port, 'localhost', resolve));
      port = (http.address() as AddressInfo).port;
      server.address = `http://localhost:${port}`;
    },
  };
  await server.start();
  return server;
}
