/** The benchmark in the page, on a model so small that it takes a second. */
import { expect, type Page, test } from '@playwright/test';
import { violationsOf } from '../support/axe.ts';

const TINY = '/bench/?model=tiny&rounds=2';
/** What is loaded to race and for nothing else. */
const RACING = /worker|tfjs|tensorflow|\.wasm/;

const bench = (page: Page) => page.locator('.bench');
const button = (page: Page, name: string) => bench(page).getByRole('button', { name, exact: true });
const cells = (page: Page, contestant: string) => page.locator(`[data-contestant=${contestant}] td`).allTextContents();

async function expectPhase(page: Page, phase: string): Promise<void> {
  await expect(bench(page)).toHaveAttribute('data-phase', phase, { timeout: 45_000 });
}

test('nothing that races is loaded before Start', async ({ page }) => {
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(TINY);
  await expect(button(page, 'Start')).toBeEnabled();
  await page.waitForLoadState('networkidle');
  expect(requests.filter((url) => RACING.test(url))).toEqual([]);
});

test('all race, with one worker and two, after their losses were compared', async ({ page }) => {
  await page.goto(TINY);
  expect(await cells(page, 'one')).toEqual(['–', '–', '–', '–']);
  await button(page, 'Start').click();
  await expectPhase(page, 'finished');
  await expect(page.locator('[data-status]')).toHaveText('Done: medians of 2 rounds.');

  for (const contestant of ['one', 'two', 'tensorflow']) {
    for (const text of await cells(page, contestant)) expect(Number(text.replaceAll(',', ''))).toBeGreaterThan(0);
  }
  const [milliseconds, tokens, gflops] = await cells(page, 'product');
  expect(Number(milliseconds)).toBeGreaterThan(0);
  expect(Number(gflops)).toBeGreaterThan(0);
  expect(tokens).toBe('');
  expect((await cells(page, 'tensorflow')).at(-1)).toBe('1.0');
  const findings = page.locator('[data-findings]');
  await expect(findings).toContainText('TensorFlow.js trains the same model');
  await expect(findings).toContainText('One worker and two gave the same losses to the last bit.');

  expect(await violationsOf(page)).toEqual([]);
});

test('it can be stopped and started again, by keyboard', async ({ page }) => {
  await page.goto('/bench/?model=tiny&rounds=99');
  await button(page, 'Start').focus();
  await page.keyboard.press('Enter');
  await expectPhase(page, 'racing');
  await expect(button(page, 'Stop')).toBeFocused();
  await page.keyboard.press('Enter');
  await expectPhase(page, 'stopped');
  await expect(page.locator('[data-status]')).toHaveText(/^Stopped /);
  await page.keyboard.press('Enter');
  await expectPhase(page, 'racing');
});

test('the model that is chosen stands in the address', async ({ page }) => {
  await page.goto('/bench/');
  const choice = bench(page).getByRole('combobox', { name: 'Model' });
  await expect(choice).toBeEnabled();
  await choice.selectOption('narrow');
  await expect(page).toHaveURL(/\/bench\/\?model=narrow$/);
  await page.reload();
  await expect(choice).toHaveValue('narrow');
});

test('what cannot be loaded is named, and it can be tried again', async ({ page }) => {
  await page.route('**/kernels*.wasm', (route) => route.fulfill({ status: 503 }));
  await page.goto(TINY);
  await button(page, 'Start').click();
  await expectPhase(page, 'failed');
  await expect(page.locator('[data-status]')).toHaveText(/^The kernels could not be loaded: the server answered 503\./);
  await page.unroute('**/kernels*.wasm');
  await button(page, 'Start').click();
  await expectPhase(page, 'finished');
});
