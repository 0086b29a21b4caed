/** A model that reads with a cache one can shrink, as a reader meets it. */
import { expect, type Page, test } from '@playwright/test';
import { violationsOf } from '../support/axe.ts';

const demo = (page: Page) => page.locator('#shrink');
const button = (page: Page, name: string) => demo(page).getByRole('button', { name, exact: true });
const status = (page: Page) => demo(page).locator('[data-status]');
const size = (page: Page) => demo(page).getByRole('slider', { name: 'Tokens it can hold' });
const place = (page: Page) => demo(page).getByRole('slider', { name: /^Token \d+ of \d+$/ });
const first = (page: Page, side: 'left' | 'right') => demo(page).locator(`[data-first=${side}]`);
const COMPARED = /^From token \d+ on, a token costs [\d.]+ nats keeping .*, [\d.]+ nats keeping .*\.\s*$/;

async function open(page: Page): Promise<void> {
  await page.goto('/play/');
  await demo(page).scrollIntoViewIfNeeded();
}
async function openRead(page: Page): Promise<void> {
  await open(page);
  await expect(status(page)).toHaveText(COMPARED, { timeout: 45_000 });
}

test('the smaller the cache, the sooner the first token leaves it; kept, it stays', async ({ page }) => {
  await openRead(page);
  const entries = Number(await size(page).inputValue());
  const left = (count: number) => `The first token left this cache when token ${count + 1} was read.`;
  await expect(first(page, 'left')).toHaveText(left(entries));
  await expect(first(page, 'right')).toHaveText('The first token is in this cache.');
  await expect(demo(page).locator('[data-leaves]')).toHaveCount(1);
  const before = await status(page).textContent();
  await size(page).focus();
  await page.keyboard.press('ArrowLeft');
  await expect(first(page, 'left')).toHaveText(left(entries - 1), { timeout: 20_000 });
  // One entry less can round to the same loss; the smallest cache cannot.
  await page.keyboard.press('Home');
  await expect(status(page)).not.toHaveText(before!.trim(), { timeout: 20_000 });
});

test('another policy reads anew: everything keeps the first token', async ({ page }) => {
  await openRead(page);
  await demo(page).getByLabel('One cache keeps').selectOption('everything');
  await expect(first(page, 'left')).toHaveText('The first token is in this cache.', { timeout: 20_000 });
  await expect(demo(page).locator('[data-leaves]')).toHaveCount(0);
  const count = await place(page).getAttribute('max');
  await expect(demo(page)).toContainText(`everything holds ${Number(count) + 1} of ${Number(count) + 1} tokens`);
  await demo(page).getByLabel('The other keeps').selectOption('keys unlike the rest (KeyDiff)');
  await expect(demo(page).getByRole('group', { name: 'Cache that keeps keys unlike the rest (KeyDiff)' })).toBeVisible({
    timeout: 20_000,
  });
  await expect(first(page, 'right')).toHaveText(/^The first token (left|is in)/);
});

test('it reads on, pauses, takes single tokens, and says when the first token goes', async ({ page }) => {
  await openRead(page);
  const entries = Number(await size(page).inputValue());
  const event = demo(page).locator('[data-event]');
  await event.evaluate((element) => {
    const heard: string[] = [];
    Object.assign(window, { heard });
    new MutationObserver(() => heard.push(element.textContent ?? '')).observe(element, {
      ...{ childList: true, characterData: true, subtree: true },
    });
  });
  await button(page, 'Read it again').click();
  await expect(button(page, 'Pause')).toBeFocused();
  await expect
    .poll(() => page.evaluate(() => (window as unknown as { heard: string[] }).heard.join(' ')), { timeout: 20_000 })
    .toContain(`Token ${entries + 1}: the first token leaves the cache that keeps the nearest tokens.`);
  await page.keyboard.press('Space');
  const at = Number(await place(page).inputValue());
  await page.waitForTimeout(300);
  expect(Number(await place(page).inputValue())).toBe(at);
  await button(page, 'One token').click();
  expect(Number(await place(page).inputValue())).toBe(at + 1);
  await place(page).focus();
  await page.keyboard.press('Home');
  await expect(first(page, 'left')).toHaveText('The first token is in this cache.');
});

test('it reads the reader’s own text, and says when that is too short', async ({ page }) => {
  await openRead(page);
  await demo(page).getByRole('combobox', { name: 'Text', exact: true }).selectOption('your own');
  await expect(status(page)).toHaveText(/^Write or paste a text/);
  await expect(button(page, 'Read it')).toBeDisabled();
  const own = demo(page).getByLabel('Your text, best some paragraphs of English');
  await own.fill('The king slept.');
  await button(page, 'Read it').click();
  await expect(status(page)).toHaveText('The text is too short to fill the cache.', { timeout: 20_000 });
  await own.fill('And the woman said to the king, <bos> is no word. '.repeat(40));
  await button(page, 'Read it').click();
  await expect(status(page)).toHaveText(COMPARED, { timeout: 20_000 });
  await expect(demo(page).getByRole('group', { name: 'Cache that keeps the nearest tokens' })).toContainText('woman');
});

test('without the model it says so, and a second try can succeed', async ({ page }) => {
  await page.route('**/models/**', (route) => route.fulfill({ status: 404 }));
  await open(page);
  await expect(demo(page).getByRole('alert')).toHaveText(/404 for .*models.*Check the connection and try again/);
  await page.unroute('**/models/**');
  await button(page, 'Try again').click();
  await expect(status(page)).toHaveText(COMPARED, { timeout: 45_000 });
});

test('without the worker it says so', async ({ page }) => {
  await page.route(/cache\.worker/, (route) => route.abort());
  await open(page);
  await expect(demo(page).getByRole('alert')).toHaveText(/worker that reads could not be started.*reload the page/);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`on a phone nothing sticks out, is too small, or is not accessible (${colorScheme})`, async ({ page }) => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.emulateMedia({ colorScheme });
    await openRead(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    const heights = await demo(page)
      .locator('button, input, select')
      .evaluateAll((elements) => elements.map((element) => element.getBoundingClientRect().height));
    expect(Math.min(...heights)).toBeGreaterThanOrEqual(44);
    expect(await violationsOf(page, '#shrink')).toEqual([]);
  });
}

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('the figure of the experiment is pointed to', async ({ page }) => {
    await page.goto('/play/');
    await expect(page.getByRole('link', { name: 'figure of the experiment' })).toBeVisible();
    await expect(demo(page)).toBeHidden();
  });
});
