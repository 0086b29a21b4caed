/** What the article fetches when its reader comes near: drawings, tables of numbers, interactive pieces. */
import { expect, type Page, test } from '@playwright/test';
import { PIECES } from '../../src/components/article/pieces.ts';
import { openQuiet } from '../support/visit.ts';
import { comeTo } from './pieces.ts';

// Requests are held up here, and a worker's could not be.
test.use({ serviceWorkers: 'block' });

const FIGURE = '#figure-emergence';
/** What is fetched may take its time where much else is asked of the machine. */
const fetched = expect.configure({ timeout: 30_000 });

const layoutOf = (page: Page) => page.locator(`${FIGURE} .drawing-later`).getAttribute('data-layout');

/** Brings a figure into view and waits until its drawing stands in the page. */
async function drawn(page: Page, figure = FIGURE): Promise<void> {
  await page.locator(figure).scrollIntoViewIfNeeded();
  await fetched(page.locator(`${figure} .drawing-later > svg`)).toBeVisible();
}

test.describe('a drawing', () => {
  test('is fetched as its reader comes near, takes the place of its picture, and moves nothing', async ({ page }) => {
    const drawings: string[] = [];
    page.on('request', (request) => request.url().includes('/drawings/') && drawings.push(request.url()));
    await openQuiet(page, '/');
    expect(drawings).toEqual([]);
    const place = page.locator(`${FIGURE} .drawing-later`);
    const height = () => place.evaluate((element) => element.getBoundingClientRect().height);
    const before = await height();
    await drawn(page);
    expect(Math.abs((await height()) - before)).toBeLessThan(1);
    await expect(place.locator('picture')).toBeHidden();
  });

  test('has the layout that fits, also when that changes', async ({ page }) => {
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.goto('/');
    await drawn(page);
    for (const [width, layout] of [
      [1440, 'wide'],
      [768, 'medium'],
      [390, 'narrow'],
    ] as const) {
      await page.setViewportSize({ width, height: 900 });
      await page.locator(FIGURE).scrollIntoViewIfNeeded();
      await fetched.poll(() => layoutOf(page)).toBe(layout);
      await expect(page.locator(`${FIGURE} .drawing-later > svg`)).toHaveCount(1);
      const [own, given] = await page
        .locator(`${FIGURE} .drawing-later`)
        .evaluate((place) => [place.querySelector('svg')!.clientWidth, place.parentElement!.clientWidth]);
      expect(own).toBeLessThanOrEqual(given!);
    }
  });

  test('follows the theme', async ({ page }) => {
    await page.emulateMedia({ colorScheme: 'light' });
    await page.goto('/');
    await drawn(page);
    const ink = () =>
      page
        .locator(`${FIGURE} .drawing-later > svg text`)
        .first()
        .evaluate((text) => getComputedStyle(text).fill);
    const light = await ink();
    await page.getByRole('button', { name: 'Dark theme' }).click();
    expect(await ink()).not.toBe(light);
  });

  test('can be read off', async ({ page }) => {
    await page.goto('/');
    await drawn(page);
    const slider = page.locator(`${FIGURE} [role="slider"]`);
    await slider.focus();
    await fetched(page.locator('.crosshair')).toBeAttached();
    await page.keyboard.press('Home');
    await expect(slider).toHaveAttribute('aria-valuetext', /^Training step 0: /);
  });

  test('stays a picture where it cannot be fetched', async ({ page }) => {
    // Pictures are loaded by the browser itself and pass.
    await page.route('**/drawings/*.svg', (route) =>
      route.request().resourceType() === 'fetch' ? route.abort() : route.fallback(),
    );
    await page.goto('/');
    await page.locator(FIGURE).scrollIntoViewIfNeeded();
    const picture = page.locator(`${FIGURE} picture img`);
    await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
    await expect(page.locator(`${FIGURE} .drawing-later > svg`)).toHaveCount(0);
    await expect(page.locator(`${FIGURE} [role="slider"]`)).toBeHidden();
  });
});

test('the numbers are fetched when they are unfolded, and are those of the figure’s page', async ({ page }) => {
  const cells = () =>
    page
      .locator(`${FIGURE} .figure-data tr`)
      .evaluateAll((rows) => rows.map((row) => row.textContent!.replace(/\s+/g, ' ').trim()));
  await page.goto('/figures/emergence/');
  const own = (await cells()).map((row) => row.replaceAll(' ', ''));
  expect(own.length).toBeGreaterThan(3);
  await page.goto('/');
  await expect(page.locator(`${FIGURE} table`)).toHaveCount(0);
  await page.locator(`${FIGURE} summary`).click();
  await fetched(page.locator(`${FIGURE} table`)).toBeVisible();
  expect((await cells()).map((row) => row.replaceAll(' ', ''))).toEqual(own);
});

test.describe('an interactive piece', () => {
  test('is fetched once the reader does anything, and wakes when it is seen', async ({ page }) => {
    await openQuiet(page, '/');
    const waiting = page.locator('.piece-place > .instead');
    await expect(waiting).toHaveCount(Object.keys(PIECES).length);
    await page.keyboard.press('Shift');
    await fetched(waiting).toHaveCount(0);
    const machine = page.locator('#mixing-machine');
    await machine.scrollIntoViewIfNeeded();
    await fetched(machine.locator('astro-island:not([ssr])')).toHaveCount(1);
  });

  test('has the styles and the scripts of its own page', async ({ page }) => {
    await page.goto('/');
    await comeTo(page, 'related-work');
    await page.locator('#related-work summary').click();
    const year = page.locator('#related-work').getByRole('columnheader', { name: 'Year' });
    await expect(year).toHaveAttribute('aria-sort', 'descending');
    await year.getByRole('button').click();
    await expect(year).toHaveAttribute('aria-sort', 'ascending');
    await expect(page.locator('#related-work svg.wide')).toHaveCSS('display', 'block');
    await expect(page.locator('#related-work .legend')).toHaveCSS('list-style-type', 'none');
  });

  test('is there for a link into it', async ({ page }) => {
    await page.goto('/#collapse-proof');
    await fetched(page.locator('#collapse-proof')).toBeInViewport();
  });

  test('leads elsewhere where it cannot be fetched', async ({ page, request }) => {
    await page.route('**/pieces/**', (route) => route.abort());
    await page.goto('/');
    await page.keyboard.press('Shift');
    const links = page.locator('.piece-place > .instead a');
    await expect(links).toHaveCount(Object.keys(PIECES).length);
    for (const link of await links.all()) {
      const address = new URL((await link.getAttribute('href'))!, page.url());
      const text = await (await request.get(address.href)).text();
      if (address.hash !== '') expect(text, address.href).toContain(`id="${address.hash.slice(1)}"`);
    }
  });
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  for (const [width, layout] of [
    [390, 'narrow'],
    [768, 'medium'],
    [1440, 'wide'],
  ] as const) {
    test(`at ${width} px pictures stand for the drawings, in the layout that fits`, async ({ page }) => {
      await page.setViewportSize({ width, height: 900 });
      await page.goto('/');
      const picture = page.locator(`${FIGURE} picture img`);
      await picture.scrollIntoViewIfNeeded();
      await expect(picture).toBeVisible();
      const { width: shown } = (await picture.boundingBox())!;
      expect(shown).toBeGreaterThan(300);
      const source = await picture.evaluate((image: HTMLImageElement) => image.currentSrc);
      expect(source).toContain(`/drawings/${layout}-`);
      const response = await page.request.get(source);
      expect(response.headers()['content-type']).toContain('image/svg+xml');
    });
  }

  test('pieces and tables lead to where they stand', async ({ page }) => {
    await page.goto('/');
    await expect(page.locator('.piece-place > .instead a')).toHaveCount(Object.keys(PIECES).length);
    await page.locator(`${FIGURE} summary`).click();
    await page.getByRole('link', { name: 'The table on the figure’s own page' }).filter({ visible: true }).click();
    await expect(page).toHaveURL(/\/figures\/emergence\/#numbers$/);
    await expect(page.locator('#numbers table')).toBeVisible();
  });
});

test('every figure is printed, in the layout of a sheet, whether its reader has seen it or not', async ({ page }) => {
  const printed = new Set<string>();
  page.on('requestfinished', (request) => printed.add(request.url()));
  await page.setViewportSize({ width: 1440, height: 900 });
  await openQuiet(page, '/');
  const pictures = page.locator('.drawing-print');
  const sources = await pictures.evaluateAll((images) => images.map((image) => (image as HTMLImageElement).src));
  expect(sources.length).toBeGreaterThan(1);
  for (const source of sources) expect(source).toContain('/drawings/medium-');
  await page.pdf();
  expect(sources.filter((source) => !printed.has(source))).toEqual([]);
  await page.emulateMedia({ media: 'print' });
  for (const picture of await pictures.all()) await expect(picture).toBeVisible();
  await expect(page.locator('.drawing-later picture').filter({ visible: true })).toHaveCount(0);
});

test('pieces that were rendered apart have no id in common, so every label names its own control', async ({ page }) => {
  test.setTimeout(180_000);
  await page.goto('/');
  for (const piece of Object.keys(PIECES) as (keyof typeof PIECES)[]) await comeTo(page, piece);
  const common = await page.evaluate(() => {
    const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
    return [...new Set(ids.filter((id, index) => ids.indexOf(id) !== index))];
  });
  expect(common).toEqual([]);
});
