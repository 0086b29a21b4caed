/** The check page: the reader's browser holds every published file against its SHA-256. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from '@playwright/test';
import { parseManifest } from '../../src/results/manifest.ts';

// Some hundred files: a slow machine takes its time.
test.setTimeout(240_000);

const CHECK = 'Check the files of this site';

test('finds every file as it was published', async ({ page }) => {
  await page.goto('/check/');
  await page.getByRole('button', { name: CHECK }).click();
  const status = page.getByRole('status');
  await expect(status).toContainText(/All \d+ files are as the manifest lists them/, { timeout: 90_000 });
  const [shown, most] = await page.locator('progress').evaluate((bar: HTMLProgressElement) => [bar.value, bar.max]);
  expect(shown).toBe(most);
  expect(shown).toBeGreaterThan(50);
  await expect(page.locator('.wrong')).toHaveCount(0);
});

test('turns red at one altered letter, names the file and both hashes', async ({ page }) => {
  await page.route('**/results/emergence.json', async (route) => {
    const response = await route.fetch();
    const text = await response.text();
    await route.fulfill({ response, body: text.replace('"quick"', '"quicK"').replace('"full"', '"fulL"') });
  });
  await page.goto('/check/');
  await page.getByRole('button', { name: CHECK }).click();
  await expect(page.getByRole('status')).toContainText(/1 of \d+ files are not as the manifest/, { timeout: 90_000 });
  await expect(page.locator('.wrong li')).toHaveCount(1);
  await expect(page.locator('.wrong li')).toContainText('results/emergence.json has other bytes');
  await expect(page.locator('.wrong code')).toHaveText([/^[0-9a-f]{64}$/, /^[0-9a-f]{64}$/]);
});

test('does not believe a manifest that was altered with its files', async ({ page }) => {
  await page.route('**/results/manifest.json', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: (await response.text()).replace(/[0-9a-f]{64}/, '0'.repeat(64)) });
  });
  await page.goto('/check/');
  await page.getByRole('button', { name: CHECK }).click();
  await expect(page.getByRole('status')).toContainText('another manifest than the one this page was built with');
});

test('works without a network from the copies of an earlier check, and says so', async ({ page, context }) => {
  await page.goto('/check/');
  const button = page.getByRole('button', { name: CHECK });
  await button.click();
  await expect(page.getByRole('status')).toContainText('All', { timeout: 90_000 });
  await context.setOffline(true);
  await button.click();
  await expect(page.getByRole('status')).toContainText('from copies that an earlier check kept', { timeout: 90_000 });
  await expect(page.getByRole('status')).toContainText('All');
});

test('checks a copy on the reader’s disk, a spoiled one too', async ({ page, request }) => {
  const folder = mkdtempSync(join(tmpdir(), 'first-token-copy-'));
  try {
    const manifest = await (await request.get('/results/manifest.json')).text();
    const paths = parseManifest(manifest).files.map(({ path }) => path);
    for (const path of [...paths, 'results/manifest.json']) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), await (await request.get(`/${path}`)).body());
    }
    await page.goto('/check/');
    const choose = page.getByLabel('Check a copy on my disk');
    await choose.setInputFiles(folder);
    await expect(page.getByRole('status')).toContainText('All', { timeout: 90_000 });
    writeFileSync(join(folder, 'results', 'index.json'), '{}\n');
    rmSync(join(folder, 'results', 'emergence.json'));
    await choose.setInputFiles(folder);
    await expect(page.getByRole('status')).toContainText(/2 of \d+ files are not/, { timeout: 90_000 });
    await expect(page.locator('.wrong li')).toHaveCount(2);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('before its script has come there is nothing to press that would do nothing', async ({ page }) => {
  await page.route(/\/_astro\/Check\.[^/]+\.js$/, (route) => route.abort());
  await page.goto('/check/');
  await expect(page.getByRole('button', { name: CHECK })).toBeDisabled();
  await expect(page.locator('input[type="file"]')).toBeDisabled();
});
