/** The architecture page: what it draws is what the source imports, in numbers too. */
import { expect, test } from '@playwright/test';
import { house } from '../../src/components/architecture/source.ts';

test('every part of the source stands in the drawing and the table, with what it holds', async ({ page }) => {
  const { parts, arrows, aboutOf } = house();
  await page.goto('/architecture/');
  const whole = page.getByRole('region', { name: 'The whole' });
  await expect(whole.locator('svg .arc')).toHaveCount(arrows.length);
  await expect(whole.locator('svg text')).toHaveText(parts.map((part) => part.replace('src/', '')));
  for (const part of parts) await expect(whole.locator('dd', { hasText: aboutOf.get(part)! })).toHaveCount(1);
  await whole.locator('summary').click();
  const cells = await whole.locator('tbody td').allTextContents();
  const total = arrows.reduce((sum, { count }) => sum + count, 0);
  expect(cells.reduce((sum, cell) => sum + Number(cell), 0)).toBe(total);
  await expect(page.locator('.lead')).toContainText(String(total));
});

for (const width of [390, 768, 1440]) {
  test(`fits ${width} px`, async ({ page }) => {
    await page.setViewportSize({ width, height: 900 });
    await page.goto('/architecture/');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  });
}
