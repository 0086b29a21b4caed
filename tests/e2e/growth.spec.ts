/** The curves of section 6 as a reader brushes them: a range chosen in one plot is what the others show and tell. */
import { expect, type Page, test } from '@playwright/test';
import { violationsOf } from '../support/axe.ts';
import { openQuiet } from '../support/visit.ts';
import { comeTo } from './pieces.ts';

const piece = (page: Page) => page.locator('#brush');
const panel = (page: Page, measure: string) => piece(page).locator(`[data-panel="${measure}"]`);
const slider = (page: Page, end: 'From' | 'To') => piece(page).getByRole('slider', { name: `${end} step` });
const words = (page: Page) => piece(page).locator('[data-range]');

async function open(page: Page): Promise<void> {
  await page.goto('/');
  await comeTo(page, 'growth');
  await expect(panel(page, 'validationLoss')).toBeVisible({ timeout: 30_000 });
}

/** The steps that a plot shows. */
async function windowOf(page: Page, measure: string): Promise<[number, number]> {
  const shown = panel(page, measure);
  return [Number(await shown.getAttribute('data-first')), Number(await shown.getAttribute('data-last'))];
}

/** Drags over a plot, from one share of its width to another. */
async function drag(page: Page, measure: string, from: number, to: number): Promise<void> {
  const plot = panel(page, measure).locator('.plot');
  await plot.scrollIntoViewIfNeeded();
  const box = (await plot.boundingBox())!;
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + from * box.width, y);
  await page.mouse.down();
  await page.mouse.move(box.x + ((from + to) / 2) * box.width, y);
  await page.mouse.move(box.x + to * box.width, y);
  await page.mouse.up();
}

test('its data is fetched only when a reader comes near', async ({ page }) => {
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  await openQuiet(page, '/');
  expect(requests.filter((url) => /curves\/|reruns\//.test(url))).toEqual([]);
  await comeTo(page, 'growth');
  await expect.poll(() => requests.some((url) => /curves\/emergence\.json$/.test(url))).toBe(true);
});

test('a range brushed in one plot is what the others show, and it is told in words', async ({ page }) => {
  await open(page);
  const whole = await windowOf(page, 'validationLoss');
  await drag(page, 'sinkRate-0.3', 0.35, 0.75);
  const range = await windowOf(page, 'validationLoss');
  expect(range[0]).toBeGreaterThan(whole[0]);
  expect(range[1]).toBeLessThan(whole[1]);
  for (const other of ['firstAttentionAboveChance', 'strongestHeadValueNorm']) {
    expect(await windowOf(page, other)).toEqual(range);
  }
  // The plot that was brushed keeps what is around it, with the range marked.
  expect(await windowOf(page, 'sinkRate-0.3')).toEqual(whole);
  await expect(piece(page).locator('[data-selection]')).toHaveCount(1);
  const [from, to] = range.map((step) => step.toLocaleString('en'));
  await expect(words(page)).toHaveText(
    new RegExp(`^From step ${from} to step ${to}, .*the loss .*; attention above chance .*`),
  );
  await expect(piece(page).locator('[data-change="validationLoss"]')).toHaveText(/^[+−]?\d\.\d\d \(.* to .*\)$/);

  // A click beside the range shows the whole run again.
  const plot = panel(page, 'sinkRate-0.3').locator('.plot');
  const box = (await plot.boundingBox())!;
  await plot.click({ position: { x: 0.95 * box.width, y: box.height / 2 } });
  expect(await windowOf(page, 'validationLoss')).toEqual(whole);
});

test('the range can be dragged on, and brushed further in a plot that shows it', async ({ page }) => {
  await open(page);
  await drag(page, 'sinkRate-0.3', 0.3, 0.6);
  const before = await windowOf(page, 'validationLoss');
  await drag(page, 'sinkRate-0.3', 0.45, 0.65);
  const moved = await windowOf(page, 'validationLoss');
  expect(moved[0]).toBeGreaterThan(before[0]);
  expect(moved[1] - moved[0]).toBe(before[1] - before[0]);
  await drag(page, 'validationLoss', 0.2, 0.7);
  const inner = await windowOf(page, 'sinkRate-0.3');
  expect(inner[0]).toBeGreaterThanOrEqual(moved[0]);
  expect(inner[1]).toBeLessThanOrEqual(moved[1]);
  expect(inner).not.toEqual(moved);
  expect(await windowOf(page, 'validationLoss')).toEqual(moved);
});

test('two sliders and a button do the same by keyboard, and what changed is read out', async ({ page }) => {
  await open(page);
  const whole = await windowOf(page, 'firstAttentionAboveChance');
  await slider(page, 'From').focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await slider(page, 'To').focus();
  await page.keyboard.press('ArrowLeft');
  const range = await windowOf(page, 'firstAttentionAboveChance');
  expect(range[0]).toBeGreaterThan(whole[0]);
  expect(range[1]).toBeLessThan(whole[1]);
  await expect(slider(page, 'From')).toHaveAttribute('aria-valuetext', `step ${range[0]}`);
  await expect(piece(page).locator('[data-announcement]')).toHaveText(/^From step/);
  // The ends cannot pass each other.
  await slider(page, 'To').press('Home');
  const narrow = await windowOf(page, 'firstAttentionAboveChance');
  expect(narrow[0]).toBe(range[0]);
  expect(narrow[1]).toBeGreaterThan(narrow[0]);
  await piece(page).getByRole('button', { name: 'Whole run' }).focus();
  await page.keyboard.press('Enter');
  expect(await windowOf(page, 'firstAttentionAboveChance')).toEqual(whole);
});

test('models of several lengths, or depths, are compared over the range', async ({ page }) => {
  await open(page);
  const models = piece(page).getByRole('combobox', { name: 'Models' });
  for (const [kind, column] of [
    ['Context lengths', /^context \d+$/],
    ['Depths', /^\d+ layers$/],
  ] as const) {
    const names = await models.locator('option').allTextContents();
    await models.selectOption(names.find((name) => name.startsWith(kind))!);
    await expect(words(page)).toHaveText(/the loss changes by between .*\(.*\) and .*\(.*\)/);
    await expect(piece(page).locator('thead th').last()).toHaveText(column);
    const columns = await piece(page).locator('thead th').count();
    expect(await piece(page).locator('[data-change="validationLoss"]').count()).toBe(columns - 1);
    expect(columns).toBeGreaterThan(2);
  }
});

test('curves that cannot be fetched are asked for again', async ({ page }) => {
  await page.route('**/curves/**', (route) => route.fulfill({ status: 503 }));
  await page.goto('/');
  await comeTo(page, 'growth');
  await expect(piece(page).getByRole('alert')).toContainText('could not be fetched', { timeout: 30_000 });
  await page.unroute('**/curves/**');
  await piece(page).getByRole('button', { name: 'Try again' }).click();
  await expect(panel(page, 'validationLoss')).toBeVisible();
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`brushed curves fit every width and have no accessibility violations (${colorScheme})`, async ({ page }) => {
    test.setTimeout(180_000);
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await open(page);
    for (const width of [390, 768, 1440]) {
      await page.setViewportSize({ width, height: 900 });
      await drag(page, 'validationLoss', 0.3, 0.7);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(overflow, `at ${width} px`).toBeLessThanOrEqual(0);
    }
    await page.setViewportSize({ width: colorScheme === 'light' ? 390 : 1440, height: 900 });
    expect(await violationsOf(page, '#brush')).toEqual([]);
  });
}

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('the figure above stands for it', async ({ page }) => {
    await page.goto('/');
    const place = page.locator('[data-piece$="/growth/"]');
    await expect(place.getByRole('link')).toHaveAttribute('href', '/figures/emergence/');
    await expect(piece(page)).toHaveCount(0);
    await expect(page.locator('#figure-emergence picture')).toBeVisible();
  });
});
