/** The still pictures of the article's pieces: where there is no script, and in print. */
import { expect, type Page, test } from '@playwright/test';
import { PIECES, type PieceId } from '../../src/components/article/pieces.ts';
import { violationsOf } from '../support/axe.ts';
import { openQuiet } from '../support/visit.ts';
import { comeTo } from './pieces.ts';

const IDS = Object.keys(PIECES) as PieceId[];
/** Of the height of a frame: what may be empty below its picture. */
const EMPTY = 0.15;
/** Pieces that draw nothing of their own in print: what they show in the page is printed. */
const PRINTED_AS_THEY_ARE: PieceId[] = ['perturbation-explorer', 'head-switch', 'backcopy-run', 'related-work'];

const frameOf = (page: Page, id: PieceId) => page.locator(`iframe[src$="/pieces/${id}/still/"]`);

/** The page within a frame, once it stands. */
async function within(page: Page, id: PieceId) {
  const frame = (await (await frameOf(page, id).elementHandle())!.contentFrame())!;
  await frame.waitForLoadState('load');
  await frame.evaluate(async () => void (await document.fonts.ready));
  return frame;
}

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });
  test.describe.configure({ timeout: 180_000 });

  for (const [width, scheme] of [
    [390, 'light'],
    [768, 'dark'],
    [1440, 'light'],
    [1440, 'dark'],
  ] as const) {
    test(`at ${width} px, ${scheme}: every piece has its picture, and its frame fits it`, async ({ page }) => {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme: scheme });
      await page.goto('/');
      for (const id of IDS) {
        await frameOf(page, id).scrollIntoViewIfNeeded();
        await expect(frameOf(page, id), id).toBeVisible();
        const frame = await within(page, id);
        const seen = await frame.evaluate(() => {
          const { scrollWidth, scrollHeight } = document.documentElement;
          const shown = [...document.querySelectorAll('svg')].filter((svg) => svg.checkVisibility());
          const marks = shown.flatMap((svg) => [...svg.querySelectorAll('path[d*="L"], path[d*="h"], circle, rect')]);
          const areas = shown.map((svg) => svg.getBoundingClientRect()).map((box) => box.width * box.height);
          return {
            overflow: [scrollWidth - innerWidth, scrollHeight - innerHeight],
            empty: 1 - document.querySelector('main')!.getBoundingClientRect().height / innerHeight,
            marks: marks.length,
            area: areas.reduce((sum, area) => sum + area, 0),
            controls: [...document.querySelectorAll('button, input, select, summary')].filter((control) =>
              control.checkVisibility(),
            ).length,
            dark: matchMedia('(prefers-color-scheme: dark)').matches,
            paper: getComputedStyle(document.body).backgroundColor,
          };
        });
        expect(Math.max(...seen.overflow), `${id} scrolls within its frame`).toBeLessThanOrEqual(0);
        expect(seen.empty, `${id}: share of its frame that is empty`).toBeLessThan(EMPTY);
        expect(seen.marks, id).toBeGreaterThan(2);
        expect(seen.area, id).toBeGreaterThan(20_000);
        expect(seen.controls, `${id}: controls that do nothing`).toBe(0);
        expect(seen.dark).toBe(scheme === 'dark');
        expect(seen.paper, id).toBe(await page.evaluate(() => getComputedStyle(document.body).backgroundColor));
      }
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    });
  }

  test('a phone of 320 px shows them whole, too', async ({ page }) => {
    await page.setViewportSize({ width: 320, height: 700 });
    await page.goto('/');
    for (const id of IDS) {
      const frame = await within(page, id);
      const beyond = await frame.evaluate(() => [
        document.documentElement.scrollWidth - innerWidth,
        document.documentElement.scrollHeight - innerHeight,
      ]);
      expect(Math.max(...beyond), id).toBeLessThanOrEqual(0);
    }
  });

  test('a frame is named by its piece, and what is around it leads to more', async ({ page }) => {
    await page.goto('/');
    for (const id of IDS) {
      await expect(frameOf(page, id)).toHaveAttribute('title', PIECES[id].title);
      const link = page.locator('.piece-place', { has: frameOf(page, id) }).locator('.instead a');
      await expect(link).toHaveText(PIECES[id].instead.label);
    }
  });

  test('they are printed, light', async ({ page }) => {
    await page.emulateMedia({ media: 'print' });
    await page.goto('/');
    for (const id of IDS) {
      await expect(frameOf(page, id)).toBeVisible();
      const frame = await within(page, id);
      const beyond = await frame.evaluate(() => document.documentElement.scrollHeight - innerHeight);
      expect(beyond, id).toBeLessThanOrEqual(0);
    }
  });
});

test.describe('the page of a still picture', () => {
  for (const id of IDS) {
    for (const [colorScheme, width] of [
      ['light', 362],
      ['dark', 884],
    ] as const) {
      test(`axe: ${id}, ${colorScheme}`, async ({ page }) => {
        await page.emulateMedia({ colorScheme });
        const errors: string[] = [];
        page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
        await page.setViewportSize({ width, height: 900 });
        await page.goto(`/pieces/${id}/still/`);
        expect(await violationsOf(page)).toEqual([]);
        await expect(page.locator('script, astro-island')).toHaveCount(0);
        expect(errors).toEqual([]);
      });
    }
  }
});

test('with JavaScript no still page is fetched', async ({ page }) => {
  const stills: string[] = [];
  page.on('request', (request) => request.url().includes('/still/') && stills.push(request.url()));
  await openQuiet(page, '/');
  await comeTo(page, 'growth');
  await expect(page.locator('iframe')).toHaveCount(0);
  expect(stills).toEqual([]);
});

test('in print every piece stands still: a picture, and nothing to press', async ({ page }) => {
  test.setTimeout(180_000);
  await page.goto('/');
  for (const id of IDS) await comeTo(page, id);
  await page.emulateMedia({ media: 'print' });
  for (const id of IDS) {
    const place = page.locator(`[data-piece$="/pieces/${id}/"]`);
    await expect(place.locator('svg').filter({ visible: true }).first(), id).toBeVisible();
    await expect(place.locator('.needs-script').filter({ visible: true }), id).toHaveCount(0);
    if (!PRINTED_AS_THEY_ARE.includes(id)) await expect(place.locator('.still-picture'), id).toBeVisible();
  }
});
