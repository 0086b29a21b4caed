/** The means of a figure, computed again in its page: they are the published ones, or it turns red. */
import { expect, type Page, test } from '@playwright/test';
import type { ExperimentEstimates } from '../../src/results/schema.ts';
import { violationsOf } from '../support/axe.ts';
import { LONG } from './verifying.ts';

test.describe.configure({ timeout: 240_000 });

test.describe('the means of a figure', () => {
  const summaries = (page: Page) => page.locator('.summaries');
  const compute = async (page: Page) => {
    await page.goto('/figures/packing/');
    await summaries(page).scrollIntoViewIfNeeded();
    await summaries(page).getByRole('button', { name: 'Compute the means again' }).click();
    await expect(summaries(page)).toHaveAttribute('data-tone', /good|bad/, { timeout: LONG });
    return summaries(page);
  };

  test('computed again are the published ones', async ({ page }) => {
    const found = await compute(page);
    await expect(found).toHaveAttribute('data-tone', 'good');
    await expect(found.getByRole('status')).toHaveText(
      /[\d,]+ means and intervals of \d+ groups: every one is what the runs/,
    );
    expect(await violationsOf(page, '.summaries')).toEqual([]);
  });

  test('turn red where an estimate was touched up, and where an analysis was', async ({ page }) => {
    await page.route('**/estimates/packing.json', async (route) => {
      const result = (await (await route.fetch()).json()) as ExperimentEstimates;
      result.groups[0]!.series[1]!.measures['validationLoss']!.mean -= 0.1;
      await route.fulfill({ json: result });
    });
    const found = await compute(page);
    await expect(found).toHaveAttribute('data-tone', 'bad');
    await expect(found.getByRole('status')).toContainText('Differs: validationLoss at step');
    await expect(found.locator('dd')).toHaveText([/"mean"/, /"mean"/]);

    await page.unroute('**/estimates/packing.json');
    await page.route('**/results/analyses/*.json', async (route) => {
      const analysis = await (await route.fetch()).json();
      const [name, value] = Object.entries(analysis.measured).find(([, each]) => typeof each === 'number')!;
      analysis.measured[name] = (value as number) + 0.5;
      await route.fulfill({ json: analysis });
    });
    await expect(await compute(page)).toHaveAttribute('data-tone', 'bad');
  });
});
