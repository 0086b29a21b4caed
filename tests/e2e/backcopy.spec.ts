/** The smallest model that grows a sink, as a reader meets it. */
import { expect, type Page, test } from '@playwright/test';
import { violationsOf } from '../support/axe.ts';

const lab = (page: Page) => page.locator('#grow');
const button = (page: Page, name: string) => lab(page).getByRole('button', { name, exact: true });
const status = (page: Page) => lab(page).locator('[data-status]');
const moment = (page: Page) => lab(page).locator('[data-moment]');
const panel = (page: Page, title: string) => lab(page).locator('figure').filter({ hasText: title });
async function expectPhase(page: Page, phase: string, timeout = 30_000): Promise<void> {
  await expect(lab(page)).toHaveAttribute('data-phase', phase, { timeout });
}

async function valueIn(page: Page, title: string, kind: 'other' | 'trigger'): Promise<number> {
  const value = panel(page, title).locator(`[data-value=${kind}]`);
  return Number.parseFloat((await value.textContent()) ?? '');
}

async function open(page: Page): Promise<void> {
  await page.goto('/play/');
  await lab(page).scrollIntoViewIfNeeded();
  await expect(button(page, 'Grow it')).toBeEnabled();
}

test('nothing that trains is loaded before it is asked for; the published models stand there', async ({ page }) => {
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  await open(page);
  await page.waitForTimeout(500);
  expect(requests.filter((url) => /training\.worker|kernels.*\.wasm|corpora\//.test(url))).toEqual([]);
  expect(await valueIn(page, 'Attention to <bos>', 'other')).toBeGreaterThan(
    await valueIn(page, 'Attention to <bos>', 'trigger'),
  );
  await expect(
    lab(page).getByRole('img', { name: /tokens, published model of seed \d+, trained: triggers pay/ }),
  ).toBeVisible();
});

test('it grows a sink with the published bits, and every moment of it can be gone back to', async ({ page }) => {
  test.setTimeout(240_000);
  await open(page);
  await button(page, 'Grow it').click();
  await expectPhase(page, 'running', 60_000);
  // Nothing is read out while it runs.
  await expect(lab(page).locator('[data-announcement]')).toHaveText('');
  await expectPhase(page, 'finished', 180_000);
  await expect(lab(page).locator('[data-retrace]')).toHaveText(
    /^This retraced the published run of seed \d+: at all \d+ evaluations every parameter has the same bits\.$/,
  );
  await expect(lab(page).locator('[data-announcement]')).toHaveText(
    /Done: .* Step [\d,]+: queries that need not copy pay/,
  );
  const attention = await valueIn(page, 'Attention to <bos>', 'other');
  expect(attention).toBeGreaterThan(0.3);
  expect(await valueIn(page, 'Attention to <bos>', 'trigger')).toBeLessThan(0.1);
  expect(await valueIn(page, 'Value of <bos>', 'other')).toBeLessThan(0.7);
  expect(await valueIn(page, 'Loss', 'trigger')).toBeLessThan(0.3);

  const time = lab(page).getByRole('slider', { name: 'Recorded step' });
  await time.focus();
  await page.keyboard.press('Home');
  await expect(moment(page)).toHaveText(/^Step 0: /);
  await expect(time).toHaveAttribute('aria-valuetext', 'step 0');
  expect(await valueIn(page, 'Attention to <bos>', 'other')).toBeLessThan(attention / 2);
  expect(await valueIn(page, 'Loss', 'trigger')).toBeGreaterThan(2);
  await expect(lab(page).getByRole('img', { name: /your model at step 0: triggers pay/ })).toBeVisible();
});

test('it takes one measurement at a time, pauses, goes on, and begins anew with another seed', async ({ page }) => {
  test.setTimeout(120_000);
  await open(page);
  const advance = button(page, 'To the next measurement');
  await advance.click();
  await expect(moment(page)).toHaveText(/^Step 0: /, { timeout: 60_000 });
  await advance.click();
  await expect(moment(page)).toHaveText(/^Step [1-9]\d*: /, { timeout: 30_000 });
  await expectPhase(page, 'paused');
  await expect(lab(page).locator('[data-announcement]')).toHaveText(/Step [1-9]\d*: queries/);
  const settled = await status(page).textContent();
  await page.waitForTimeout(700);
  expect(await status(page).textContent()).toBe(settled);
  const seed = Number(settled!.match(/^Seed (\d+)\. Paused at step/)![1]);

  await button(page, 'Resume').focus();
  await page.keyboard.press('Enter');
  await expect(button(page, 'Pause')).toBeFocused();
  await page.keyboard.press('Space');
  await expectPhase(page, 'paused');
  await button(page, 'Another seed').click();
  await expect(status(page)).toHaveText(new RegExp(`^Seed ${seed + 1}\\.`));
  await expectPhase(page, 'running', 60_000);
});

test('a token is chosen by keyboard, and what it attends to is told', async ({ page }) => {
  await open(page);
  const token = lab(page).getByRole('slider', { name: 'Attending token' });
  await token.focus();
  await page.keyboard.press('Home');
  await expect(token).toHaveAttribute('aria-valuetext', /attends 100 % to itself\. It is the first token$/);
  await page.keyboard.press('ArrowRight');
  await expect(token).toHaveAttribute('aria-valuetext', /\(2\) attends \d+ % to /);
});

test('without the text it says what is missing, and a second try can succeed', async ({ page }) => {
  await page.route('**/corpora/**', (route) => route.fulfill({ status: 404 }));
  await open(page);
  await button(page, 'Grow it').click();
  await expect(status(page)).toHaveText(/404 for .*corpora.*Check the connection and start again/);
  await page.unroute('**/corpora/**');
  await button(page, 'Grow it again').click();
  await expectPhase(page, 'running', 60_000);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`on a phone nothing sticks out, is too small, or is not accessible (${colorScheme})`, async ({ page }) => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.emulateMedia({ colorScheme });
    await open(page);
    await button(page, 'To the next measurement').click();
    await expect(moment(page)).toHaveText(/^Step 0: /, { timeout: 60_000 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    const heights = await lab(page)
      .locator('button, input')
      .evaluateAll((elements) => elements.map((element) => element.getBoundingClientRect().height));
    expect(Math.min(...heights)).toBeGreaterThanOrEqual(44);
    expect(await violationsOf(page, '#grow')).toEqual([]);
  });
}

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('the published curves stand there, and nothing is offered that cannot work', async ({ page }) => {
    await page.goto('/play/');
    await expect(panel(page, 'Attention to <bos>')).toBeVisible();
    expect(await panel(page, 'Value of <bos>').locator('path.mean').getAttribute('d')).toMatch(/^M.*L/);
    await expect(lab(page).getByText('Attention to <bos>, token by token')).toBeVisible();
    for (const control of await lab(page).locator('button, input').all()) await expect(control).toBeHidden();
    await expect(page.getByText('a clone of the repository grows all of them')).toBeVisible();
  });
});
