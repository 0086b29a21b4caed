/** The page of claims, as a reader meets it without a script. */

import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { CLAIMS } from '../../src/content/claims/claims.ts';
import { outcomeLabel } from '../../src/content/claims/outcomes.ts';
import { DOWNSTREAM_TABLE } from '../../src/paper/paper.ts';
import { readNewSeeds } from '../../src/results/load.ts';
import { countLanded, countModels, distinctComparisons } from '../../src/results/new-seeds.ts';

test.use({ javaScriptEnabled: false });

const WIDTHS = [390, 768, 1440];

test('the counts at the top add up to the rows below', async ({ page }) => {
  await page.goto('/claims/');
  await expect(page.locator('.claims > tbody > tr')).toHaveCount(CLAIMS.length);
  let sum = 0;
  for (const item of await page.locator('.tally li').all()) {
    const count = await item.locator('.tally-count').textContent();
    const outcome = (await item.locator('.outcome-mark').textContent())!.trim();
    const rows = page.locator('.claim-outcome').filter({ hasText: new RegExp(`^\\s*${outcome}\\s*$`) });
    await expect(rows, outcome).toHaveCount(Number(count));
    sum += Number(count);
  }
  expect(sum).toBe(CLAIMS.length);
});

for (const width of WIDTHS) {
  test(`at ${width} px every claim shows its source’s finding and its verdict, as a table`, async ({ page }) => {
    await page.setViewportSize({ width, height: 900 });
    await page.goto('/claims/');
    for (const { id, text } of CLAIMS) {
      const row = page.locator(`tr[id="${id}"]`);
      await expect(row.getByRole('rowheader', { name: text })).toBeVisible();
      await expect(row.locator('.claim-outcome')).toBeVisible();
    }
    await expect(page.getByRole('table', { name: 'Claims of the paper' })).toBeVisible();
  });
}

test('a claim leads to its experiment, and the experiment back to it', async ({ page }) => {
  await page.goto('/claims/');
  await page
    .locator('tr[id="emergence"]')
    .getByRole('link', { name: /The experiment/ })
    .click();
  await expect(page).toHaveURL(/\/experiments\/emergence\/$/);
  await page.locator('.tested-claims a').first().click();
  await expect(page).toHaveURL(/\/claims\/#emergence$/);
});

test('what cannot be tested says why, and shows the paper’s numbers as the paper’s', async ({ page }) => {
  await page.goto('/claims/');
  const row = page.locator('tr[id="downstream"]');
  await expect(row).toContainText('Not testable');
  await expect(row).toContainText('It needs Gemma 7B');
  const table = row.getByRole('region', { name: 'Table 3 of the paper' });
  await expect(table).toBeVisible();
  for (const { task, withBos, without } of DOWNSTREAM_TABLE.rows) {
    const cells = table.getByRole('row', { name: new RegExp(`^${task} `) }).getByRole('cell');
    await expect(cells).toHaveText([withBos.toFixed(2), without.toFixed(2)]);
  }
});

test('a criterion opens in place', async ({ page }) => {
  await page.goto('/claims/');
  const fold = page.locator('tr[id="emergence"] details').filter({ hasText: 'Criterion, written before the runs' });
  await expect(fold.locator('p')).toBeHidden();
  await fold.locator('summary').click();
  await expect(fold.locator('p')).toContainText(/reproduced if/i);
});

test('what was added to a criterion later stands apart from what was written before the runs', async ({
  page,
  request,
}) => {
  const { criterion, amendment } = await (await request.get('/results/alternatives.json')).json();
  await page.goto('/claims/');
  const folds = page.locator('tr[id="alternatives"] details');
  await expect(folds.filter({ hasText: 'Criterion, written before the runs' }).locator('p')).toHaveText(criterion);
  await expect(folds.filter({ hasText: 'Added to the criterion later' }).locator('p')).toHaveText(amendment);
});

test('what new seeds came to is told of each experiment, and the same on its own page', async ({ page }) => {
  const folder = 'public/results/new-seeds';
  const names = readdirSync(folder).sort(); // the order of the page
  const records = names.map((name) => readNewSeeds(readFileSync(`${folder}/${name}`, 'utf8'), name));
  await page.goto('/claims/');
  const rows = page.getByRole('region', { name: 'New seeds of each experiment' }).locator('tbody tr');
  await expect(rows).toHaveCount(records.length);
  for (const [index, record] of records.entries()) {
    const { experiment, verdict } = record;
    const { inside, all } = countLanded(distinctComparisons([record]));
    await page.goto('/claims/');
    const row = rows.nth(index);
    await expect(row.getByRole('cell').first()).toHaveText(String(countModels(record)));
    await expect(row).toContainText(`${inside} of ${all}`);
    await expect(row.locator('.outcome-mark').last()).toHaveText(outcomeLabel(verdict.outcome));
    await row.getByRole('link').click();
    await expect(page).toHaveURL(new RegExp(`/experiments/${experiment}/#new-seeds$`));
    const section = page.getByRole('region', { name: 'New seeds', exact: true });
    await expect(section).toContainText(`Of ${all} new values, ${inside} lie there`);
    await expect(section).toContainText(verdict.because.slice(0, 60));
  }
});
