/**
 * Recomputes the SHA-256 of published files in the browser. Files are read anew from the site; where the network is gone,
 * from the copy that an earlier check kept. A folder on the reader's own disk can be checked in their place.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { ManifestFile } from '../../results/manifest.ts';

/** Where files come from. */
export interface FileSource {
  /**
   * The bytes of a file, and whether they are a kept copy; null where it is not there.
   * @throws {Error} where it cannot be reached.
   */
  read(path: string): Promise<{ bytes: Uint8Array; kept: boolean } | null>;
}

export type Finding =
  | { path: string; outcome: 'same'; kept: boolean }
  | { path: string; outcome: 'other'; found: string; listed: string }
  | { path: string; outcome: 'missing' }
  | { path: string; outcome: 'unreachable'; reason: string };

/** How many files are on their way at a time; a browser asks one host for about as many. */
const AT_A_TIME = 6;

/** Holds files against a manifest, in its order; gives every finding as it is made. */
export async function* checkFiles(files: readonly ManifestFile[], source: FileSource): AsyncGenerator<Finding> {
  const underway: Promise<Finding>[] = [];
  for (let next = 0; next < files.length || underway.length > 0; ) {
    while (underway.length < AT_A_TIME && next < files.length) underway.push(checkFile(files[next++]!, source));
    yield (await underway.shift())!;
  }
}

async function checkFile({ path, sha256: listed, unpackedSha256 }: ManifestFile, source: FileSource): Promise<Finding> {
  try {
    const file = await source.read(path);
    if (file === null) return { path, outcome: 'missing' };
    const found = bytesToHex(sha256(file.bytes));
    const same = found === listed || found === unpackedSha256;
    return same ? { path, outcome: 'same', kept: file.kept } : { path, outcome: 'other', found, listed };
  } catch (error) {
    return { path, outcome: 'unreachable', reason: (error as Error).message };
  }
}

const COPIES = 'first-token-check';

/** The site's own files, below this address. */
export function siteFiles(base: string): FileSource {
  const opening = openCopies();
  return {
    async read(path) {
      const url = new URL(path, base).href;
      const copies = await opening;
      let response: Response;
      try {
        // Not what the browser holds from before: what the site gives now.
        response = await fetch(url, { cache: 'no-store' });
      } catch (error) {
        const kept = await copies?.match(url);
        if (!kept) throw new Error(`no network, and no copy kept here (${(error as Error).message})`);
        return { bytes: await bytesOf(kept), kept: true };
      }
      if (response.status === 404) return null;
      if (!response.ok) throw new Error(`the site answered ${response.status}`);
      // A copy is a convenience: a browser that is out of room, or keeps none, checks all the same.
      await copies?.put(url, response.clone()).catch(() => {});
      return { bytes: await bytesOf(response), kept: false };
    },
  };
}

/** A folder that the reader chose: the site’s `dist`, or `public` of the repository, or the folder above either. */
export function chosenFiles(files: Iterable<File>): FileSource {
  const byPath = new Map([...files].map((file) => [`/${file.webkitRelativePath || file.name}`, file]));
  return {
    async read(path) {
      // `x/public/results/a.json` and `x/dist/results/a.json` may both be there: the shortest stands nearest to the choice.
      const ends = [...byPath.keys()].filter((name) => name.endsWith(`/${path}`)).sort((a, b) => a.length - b.length);
      const file = ends[0] === undefined ? undefined : byPath.get(ends[0]);
      return file ? { bytes: new Uint8Array(await file.arrayBuffer()), kept: false } : null;
    },
  };
}

async function bytesOf(response: Response): Promise<Uint8Array> {
  return new Uint8Array(await response.arrayBuffer());
}

/** Null where the browser keeps none, as on pages that are not served securely. */
async function openCopies(): Promise<Cache | null> {
  try {
    return await caches.open(COPIES);
  } catch {
    return null;
  }
}
