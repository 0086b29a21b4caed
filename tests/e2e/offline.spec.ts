/** The offline copy: whole, of one build, and never mixed with another. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { SERVICE_WORKER, writeOfflineCopy } from '../../scripts/offline-copy.ts';
import { type StaticServer, serve } from '../support/static-server.ts';

test.use({ serviceWorkers: 'allow' });
test.describe.configure({ mode: 'serial', timeout: 240_000 });

const RESULTS = 'results/emergence.json';
const FIGURE = 'figures/emergence/';

const oldBuild = 'dist';
const newBuild = mkdtempSync(join(tmpdir(), 'first-token-'));
let server: StaticServer;

test.beforeAll(async () => {
  cpSync(oldBuild, newBuild, { recursive: true });
  const change = (path: string, from: string | RegExp, to: string) => {
    const text = readFileSync(join(newBuild, path), 'utf8');
    expect(text).toMatch(from);
    writeFileSync(join(newBuild, path), text.replace(from, to));
  };
  change(RESULTS, '"title"', '"build":"new","title"');
  for (const path of ['index.html', `${FIGURE}index.html`]) change(path, '<title>', '<title>New: ');
  await writeOfflineCopy(newBuild, '/');
});
test.afterAll(() => rmSync(newBuild, { recursive: true }));

test.beforeEach(async () => {
  server = await serve(oldBuild);
});
test.afterEach(() => server.stop().catch(() => {}));

/** Opens the site and waits until its copy is there. */
async function visit(page: Page): Promise<void> {
  await page.goto(server.address);
  await page.evaluate(() => navigator.serviceWorker.ready);
}

/** Of which build the results are that a page gets; `none` where it gets nothing. */
function resultsOf(page: Page): Promise<string> {
  return page.evaluate(async (path) => {
    try {
      const response = await fetch(`/${path}`);
      const { build = 'old', experiment } = await response.json();
      return experiment === 'emergence' ? build : 'broken';
    } catch {
      return 'none';
    }
  }, RESULTS);
}

const open = (page: Page, path = '') => page.goto(`${server.address}/${path}`);

test('without a network the article, a figure’s page and its results still open', async ({ page }) => {
  await visit(page);
  await server.stop();
  await open(page);
  // What the article fetches when its reader comes near belongs to the copy, too.
  await page.locator('#figure-emergence').scrollIntoViewIfNeeded();
  await expect(page.locator('#figure-emergence .drawing-later > svg')).toBeVisible({ timeout: 30_000 });
  await expect(page.locator('#mixing-machine')).toBeAttached({ timeout: 30_000 });
  expect(await page.evaluate(() => getComputedStyle(document.body).margin)).toBe('0px');
  await open(page, FIGURE);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  expect(await resultsOf(page)).toBe('old');
});

test('large files are kept when they were used, and only then', async ({ page }) => {
  await visit(page);
  const { experiments } = JSON.parse(readFileSync(join(oldBuild, 'results/index.json'), 'utf8'));
  expect(experiments.length).toBeGreaterThan(0);
  const { runs } = JSON.parse(readFileSync(join(oldBuild, RESULTS), 'utf8'));
  const addresses = [runs[0].id, runs[1].id].map((id) => `/results/runs/${id}.json`);
  await open(page, FIGURE);
  const status = (address: string) =>
    page.evaluate(
      (url) =>
        fetch(url).then(
          ({ status }) => status,
          () => 0,
        ),
      address,
    );
  expect(await status(addresses[0]!)).toBe(200);
  await expect
    .poll(() => page.evaluate(async (url) => (await caches.match(url)) !== undefined, addresses[0]!))
    .toBe(true);
  await server.stop();
  expect(await status(addresses[0]!)).toBe(200);
  expect(await status(addresses[1]!)).toBe(0);
});

test('a page of a new build never gets results of the old one, nor the other way round', async ({ page }) => {
  await visit(page);
  server.folder = newBuild;
  server.replaced.set(SERVICE_WORKER, null); // the old worker stays for now
  await open(page, FIGURE);
  await expect(page).toHaveTitle(/^New: /);
  expect(await resultsOf(page)).toBe('new');

  await server.stop();
  expect(await resultsOf(page)).toBe('none');
  await open(page, FIGURE);
  await expect(page).not.toHaveTitle(/^New: /);
  expect(await resultsOf(page)).toBe('old');
  await server.start();
  expect(await resultsOf(page)).toBe('old');
});

test('a new build takes over as a whole: not half deployed, and not under a page of the old one', async ({
  page,
  context,
}) => {
  const update = (on: Page) =>
    on.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready;
      try {
        await registration.update();
      } catch {
        return 'failed';
      }
      const coming = registration.installing;
      if (coming) {
        await new Promise<void>((resolve) =>
          coming.addEventListener('statechange', () => coming.state !== 'installing' && resolve()),
        );
      }
      return registration.waiting ? 'waits' : 'failed';
    });
  await visit(page);
  await open(page, FIGURE);

  // All of the new build but one file.
  server.replaced.set(SERVICE_WORKER, readFileSync(join(newBuild, SERVICE_WORKER), 'utf8'));
  server.folder = newBuild;
  server.replaced.set(RESULTS, readFileSync(join(oldBuild, RESULTS), 'utf8'));
  expect(await update(page)).toBe('failed');

  server.replaced.clear();
  expect(await update(page)).toBe('waits');
  expect(await resultsOf(page)).toBe('old');

  await page.close();
  await expect(async () => {
    const next = await context.newPage();
    await open(next, FIGURE);
    const builds = await next.evaluate(
      async () => (await caches.keys()).filter((name) => name.endsWith(':whole')).length,
    );
    await next.close();
    expect(builds).toBe(1);
  }).toPass();

  await server.stop();
  const next = await context.newPage();
  await open(next, FIGURE);
  await expect(next).toHaveTitle(/^New: /);
  expect(await resultsOf(next)).toBe('new');
});
