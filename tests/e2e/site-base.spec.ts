/** A build for a sub-path, as project pages are served: nothing of it may point outside of that folder. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';

const BASE = '/first-token/';
const SITE = 'https://example.org';

// Outside of the repository, where no linter or type checker would take the build for source.
const folder = mkdtempSync(join(tmpdir(), 'first-token-'));
test.afterAll(() => rmSync(folder, { recursive: true }));

test('every address of a build under a sub-path stays within it', () => {
  execFileSync('npm', ['run', 'build', '--', '--outDir', folder], {
    env: { ...process.env, BASE, SITE, SOURCE_URL: 'https://example.org/source' },
    stdio: 'pipe',
  });
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const escapes: string[] = [];
  let addresses = 0;
  for (const file of files.filter((name) => /\.(html|css|xml|txt)$/.test(name))) {
    const text = readFileSync(join(folder, file), 'utf8');
    const found = text.matchAll(/\b(?:href|src|content|url)=?[("']+(\/[^"')]*|https:\/\/example\.org[^"')]*)/g);
    for (const [, address = ''] of found) {
      addresses += 1;
      const path = address.startsWith(SITE) ? address.slice(SITE.length) : address;
      if (!path.startsWith(BASE) && path !== '/source' && !path.startsWith('/source/'))
        escapes.push(`${file}: ${address}`);
    }
  }
  expect(addresses).toBeGreaterThan(30);
  expect(escapes).toEqual([]);
  expect(readFileSync(join(folder, 'robots.txt'), 'utf8')).toContain(`${SITE}${BASE}sitemap-index.xml`);
});
