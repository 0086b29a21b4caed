/**
 * Every page without a violation that axe can find, on a phone, a tablet and a desk; where pages are drawn alike (figures,
 * experiments), one of them so and the others on a phone and a desk.
 */
import { expect, test } from '@playwright/test';
import { PAGES } from './e2e/pages.ts';
import { SIGHTS, violationsOf } from './support/axe.ts';
import { openQuiet } from './support/visit.ts';

/** Pages of one kind after the first. */
const repeated = (path: string) => {
  const kind = /^\/(figures|experiments)\/[^/]+\/$/.exec(path)?.[1];
  return kind !== undefined && PAGES.find((other) => new RegExp(`^/${kind}/[^/]+/$`).test(other)) !== path;
};

for (const path of PAGES) {
  for (const { width, colorScheme } of SIGHTS.filter(({ width }) => !repeated(path) || width !== 768)) {
    test(`axe: ${path}, ${colorScheme}, ${width} px`, async ({ page }) => {
      // The article with all its tables unfolded is a long page to go through.
      test.setTimeout(300_000);
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      await openQuiet(page, path);
      // What is fetched when it is wanted counts, and what is folded.
      await page.keyboard.press('Shift');
      await expect(page.locator('.piece-place > .instead')).toHaveCount(0, { timeout: 60_000 });
      await page.evaluate(() => {
        for (const details of document.querySelectorAll('details')) details.open = true;
      });
      await expect(page.locator('[data-numbers] > a')).toHaveCount(0, { timeout: 60_000 });
      // Rows of a long table (numbers, values, runs) are alike, and half of all that the article holds: the first and the
      // last stand for all. Those of the table of claims are not.
      await page.evaluate(
        ({ long, kept }) => {
          for (const body of document.querySelectorAll<HTMLTableSectionElement>('table:not(.claims) > tbody')) {
            if (body.rows.length > long) for (const row of [...body.rows].slice(kept - 1, -1)) row.remove();
          }
        },
        { long: 12, kept: 6 },
      );
      expect(await violationsOf(page)).toEqual([]);
    });
  }
}
