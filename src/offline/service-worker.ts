/**
 * The offline copy. Pages and results of one build are kept in one cache, named after the build, and never meet those of
 * another:
 *
 * - All files of the copy are fetched, and their hashes compared with the build's, before the worker is installed; if one
 *   differs or fails, nothing is. So a half-deployed site leaves the old copy as it was.
 * - The worker of a new build takes over when no page of the old one is open any more.
 * - A page comes from the network where there is one. If it is of another build than this worker, all that it asks for
 *   comes from the network, too, or not at all.
 * - Without a network, pages of this build come from its cache, and what they ask for as well.
 *
 * Files that are not part of the copy (weights, runs, corpora) are kept when they were used, up to a limit, the oldest going first.
 */
import { type Build, HASH_DIGITS, markedBuild } from './build.ts';

declare const BUILD: Build;
const worker = self as unknown as ServiceWorkerGlobalScope;

const PREFIX = `first-token:${BUILD.base}:`;
const WHOLE = `${PREFIX}${BUILD.version}:whole`;
const USED = `${PREFIX}${BUILD.version}:used`;
/** Pages of other builds that this worker serves, by the ids of their windows: a worker forgets, a cache does not. */
const OTHERS = `${PREFIX}${BUILD.version}:others`;

/** Room for what is kept when used, bytes. */
const USED_LIMIT = 24 * 2 ** 20;
/** How many files are on their way at a time. */
const AT_A_TIME = 6;
/** A page says within these bytes of which build it is. */
const HEAD_BYTES = 1024;

worker.addEventListener('install', (event) => event.waitUntil(keepWhole()));
worker.addEventListener('activate', (event) => event.waitUntil(dropOtherBuilds()));
worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const path = pathOf(request.url);
  if (path === undefined || request.method !== 'GET' || request.headers.has('range')) return;
  // Asked for as the site has it now, not as it is kept.
  if (request.cache === 'no-store') return;
  if (request.mode === 'navigate') event.respondWith(page(event, path));
  else if (BUILD.files[path] !== undefined || startsWorker(request)) event.respondWith(file(event, path));
});

/** The file of a build that an address names; undefined outside of the site's folder. */
function pathOf(address: string): string | undefined {
  const { origin, pathname } = new URL(address);
  if (origin !== worker.location.origin || !pathname.startsWith(BUILD.base)) return undefined;
  const path = decodeURIComponent(pathname.slice(BUILD.base.length));
  return path === '' || path.endsWith('/') ? `${path}index.html` : path;
}

function addressOf(path: string): string {
  return BUILD.base + path.replace(/(^|\/)index\.html$/, '$1');
}

async function page({ request, resultingClientId }: FetchEvent, path: string): Promise<Response> {
  try {
    const response = await fetch(request);
    const build = await buildOf(response);
    if (build !== undefined && build !== BUILD.version) await markAsOther(resultingClientId);
    return response;
  } catch (error) {
    const kept = await (await caches.open(WHOLE)).match(addressOf(path));
    if (kept) return kept;
    throw error;
  }
}

async function file(event: FetchEvent, path: string): Promise<Response> {
  const { request, clientId, resultingClientId } = event;
  if (await isOther(clientId)) {
    // What a page starts is of the page's build, and asks for files itself.
    if (startsWorker(request)) await markAsOther(resultingClientId);
    return fetch(request);
  }
  const kept = (await match(WHOLE, path)) ?? (await match(USED, path));
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok && response.type === 'basic') event.waitUntil(keepUsed(path, response.clone()).catch(() => {}));
  return response;
}

function startsWorker({ destination }: Request): boolean {
  return destination === 'worker' || destination === 'sharedworker';
}

async function match(cache: string, path: string): Promise<Response | undefined> {
  return (await caches.open(cache)).match(addressOf(path));
}

/** The build of a page from its first bytes; undefined for what is no page of ours. */
async function buildOf(response: Response): Promise<string | undefined> {
  if (!response.headers.get('content-type')?.startsWith('text/html')) return undefined;
  const reader = response.clone().body!.getReader();
  const decoder = new TextDecoder();
  let head = '';
  while (head.length < HEAD_BYTES && markedBuild(head) === undefined) {
    const { done, value } = await reader.read();
    if (done) break;
    head += decoder.decode(value, { stream: true });
  }
  reader.cancel().catch(() => {});
  return markedBuild(head);
}

async function markAsOther(client: string): Promise<void> {
  await (await caches.open(OTHERS)).put(markAddress(client), new Response());
}

async function isOther(client: string): Promise<boolean> {
  return (await caches.match(markAddress(client), { cacheName: OTHERS })) !== undefined;
}

function markAddress(client: string): string {
  return `${BUILD.base}?client=${encodeURIComponent(client)}`;
}

/** @throws {Error} where a file is missing, or is not of this build: nothing is installed then. */
async function keepWhole(): Promise<void> {
  await caches.delete(WHOLE);
  const cache = await caches.open(WHOLE);
  const waiting = [...BUILD.whole];
  const lane = async () => {
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
      await cache.put(addressOf(path), await ofThisBuild(path));
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, lane));
}

/** A file with the build's own bytes: from the copy of an earlier build where they are the same, else from the site. */
async function ofThisBuild(path: string): Promise<Response> {
  const earlier = await caches.match(addressOf(path));
  if (earlier && (await hash(await earlier.clone().arrayBuffer())) === BUILD.files[path]) return earlier;
  const response = await fetch(addressOf(path), { cache: 'no-cache' });
  if (!response.ok) throw new Error(`${path}: the site answered ${response.status}`);
  const found = await hash(await response.clone().arrayBuffer());
  if (found !== BUILD.files[path]) throw new Error(`${path}: the site has another build of it than ${BUILD.version}`);
  return response;
}

async function dropOtherBuilds(): Promise<void> {
  const names = (await caches.keys()).filter(
    (name) => name.startsWith(PREFIX) && ![WHOLE, USED, OTHERS].includes(name),
  );
  await Promise.all(names.map((name) => caches.delete(name)));
}

/** Keeps a file if it is of this build and not too large, and lets the oldest go until all are within the limit. */
async function keepUsed(path: string, response: Response): Promise<void> {
  const bytes = await response.arrayBuffer();
  if (bytes.byteLength > USED_LIMIT / 2 || (await hash(bytes)) !== BUILD.files[path]) return;
  const headers = new Headers(response.headers);
  for (const name of ['content-encoding', 'content-length']) headers.delete(name);
  headers.set('x-kept-bytes', String(bytes.byteLength));
  const cache = await caches.open(USED);
  await cache.put(addressOf(path), new Response(bytes, { headers }));
  // Oldest first.
  const kept = await Promise.all(
    (await cache.keys()).map(async (request) => ({ request, bytes: keptBytes(await cache.match(request)) })),
  );
  let total = kept.reduce((sum, entry) => sum + entry.bytes, 0);
  for (const entry of kept) {
    if (total <= USED_LIMIT) break;
    await cache.delete(entry.request);
    total -= entry.bytes;
  }
}

function keptBytes(response: Response | undefined): number {
  return Number(response?.headers.get('x-kept-bytes') ?? 0);
}

async function hash(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return [...digest]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .slice(0, HASH_DIGITS);
}
