/** Where a file of the source stands at a commit, for pages; read while the site is built. */
import { readFileSync } from 'node:fs';
import { SOURCE_URL } from './site.ts';

/** The repository's address: what whoever deploys the site says, else what `package.json` says, else none. */
function repository(): string | undefined {
  if (SOURCE_URL) return SOURCE_URL.replace(/\/$/, '');
  const { repository: named } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    repository?: string | { url: string };
  };
  const url = typeof named === 'string' ? named : named?.url;
  return url?.replace(/^git\+/, '').replace(/\.git$/, '');
}

/** The address of a file at a commit; undefined where there is no repository to lead to, or no commit. */
export function sourceLink(path: string, commit: string): string | undefined {
  const address = repository();
  return address && /^[0-9a-f]{7,40}$/.test(commit) ? `${address}/blob/${commit}/${path}` : undefined;
}
