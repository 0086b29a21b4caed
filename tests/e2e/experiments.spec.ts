/** The pages of experiments: those with results and those still without. */
import { expect, test } from '@playwright/test';
import { claimsOf } from '../../src/content/claims/claims.ts';
import { PLANNED_EXPERIMENTS } from '../../src/content/claims/experiments.ts';

test('the list names every experiment with its verdict', async ({ page }) => {
  await page.goto('/experiments/');
  const items = page.locator('.experiment-list > li');
  await expect(items).toHaveCount(PLANNED_EXPERIMENTS.length);
  for (const item of await items.all()) await expect(item.locator('.outcome-mark')).toHaveText(/\w/);
});

for (const { id } of PLANNED_EXPERIMENTS) {
  test(`${id}: its claims, and its results or that there are none`, async ({ page, request }) => {
    await page.goto(`/experiments/${id}/`);
    await expect(page.locator('.tested-claims li')).toHaveCount(claimsOf(id).length);
    const exported = await request.get(`/results/${id}.json`);
    if (!exported.ok()) {
      await expect(page.locator('.outcome-line')).toHaveText('Not yet run');
      await expect(page.locator('.verdict')).toHaveCount(0);
      return;
    }
    const results = await exported.json();
    const outcome = results.verdict.outcome === 'partly' ? 'Partly reproduced' : results.verdict.outcome;
    await expect(page.locator('.verdict .outcome')).toHaveText(new RegExp(`^\\s*${outcome}\\s*$`, 'i'));
    await expect(page.locator('.verdict')).toContainText(results.verdict.because);
    await expect(page.locator('.verdict')).toContainText(results.criterion);
    await expect(page.getByText('Added to the criterion later')).toHaveCount(results.amendment ? 1 : 0);
    if (results.amendment) await expect(page.locator('.verdict')).toContainText(results.amendment);
    await expect(page.getByRole('region', { name: 'Grid' }).locator('tbody tr')).toHaveCount(results.groups.length);
    // A long table is folded, and what is folded has no role.
    await expect(page.locator('[aria-label="Runs"] tbody tr')).toHaveCount(results.runs.length);
    await expect(page.locator('pre.command').first()).toHaveText(results.command, { useInnerText: true });
  });
}

test('a run leads to its file, whose last fingerprint is the one shown', async ({ page, request }) => {
  await page.goto('/experiments/emergence/');
  // A long table is folded, and what is folded has no role.
  const row = page.locator('[aria-label="Runs"] tbody tr').first();
  const shown = await row.locator('td code').getAttribute('title');
  const file = await row.locator('th a').getAttribute('href');
  const run = await (await request.get(file!)).json();
  expect(run.evaluations.at(-1).fingerprint).toBe(shown);
});

test('a number of the article leads to its row on the experiment’s page', async ({ page }) => {
  await page.goto('/');
  const value = page.locator('a.value').first();
  await value.click();
  await expect(page).toHaveURL(/\/experiments\/[a-z-]+\/#value-/);
  await expect(page.locator('tr:target')).toBeVisible();
});

test('every page leads to claims and experiments', async ({ page }) => {
  for (const path of ['/', '/figures/', '/404.html']) {
    await page.goto(path);
    const navigation = page.getByRole('navigation', { name: 'Site' });
    await expect(navigation.getByRole('link', { name: 'Claims' })).toHaveAttribute('href', '/claims/');
    await expect(navigation.getByRole('link', { name: 'Experiments' })).toHaveAttribute('href', '/experiments/');
  }
});
