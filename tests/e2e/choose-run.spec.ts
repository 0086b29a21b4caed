/** The reruns with a choice, of sections 6, 7 and 8: any context length, any packing, any attention. */
import { expect, type Locator, type Page, test } from '@playwright/test';
import { PACKING_TABLE } from '../../src/paper/paper.ts';
import type { Estimate, ExperimentResult } from '../../src/results/schema.ts';
import { violationsOf } from '../support/axe.ts';
import { comeTo } from './pieces.ts';

const CONTEXT = 'rerun-context';
const PACKING = 'rerun-packing';
const ATTENTION = 'rerun-alternatives';

/** The pieces by the ids of what is in them. */
const PLACES = {
  [CONTEXT]: 'choose-context',
  [PACKING]: 'choose-packing',
  [ATTENTION]: 'choose-attention',
} as const;

const lab = (page: Page, id: string) => page.locator(`#${id}`);
const button = (piece: Locator, name: string | RegExp) => piece.getByRole('button', { name, exact: true });
const status = (piece: Locator) => piece.locator('[data-status]');
const run = (piece: Locator) => piece.locator('[data-phase]');
const radio = (piece: Locator, group: string, name: string) =>
  piece.getByRole('group', { name: group }).getByRole('radio', { name, exact: true });

async function open(page: Page, id: keyof typeof PLACES): Promise<Locator> {
  await page.goto('/');
  await comeTo(page, PLACES[id]);
  const piece = lab(page, id);
  await expect(button(piece, 'Start')).toBeEnabled({ timeout: 30_000 });
  return piece;
}

/** The run goes on until its curve has so many points. */
async function untilPoints(piece: Locator, count: number): Promise<void> {
  const path = piece.locator('path.own').first();
  await expect
    .poll(async () => (await path.getAttribute('d'))?.split('L').length ?? 0, { timeout: 400_000, intervals: [500] })
    .toBeGreaterThanOrEqual(count);
}

test('a context length is chosen, trained over its band, and has the published bits', async ({ page }) => {
  test.setTimeout(500_000);
  const piece = await open(page, CONTEXT);
  await radio(piece, 'Where <bos> stands', 'nowhere').check();
  await expect(run(piece)).toHaveAttribute('data-group', /^none-/);
  await radio(piece, 'Context length', '16').check();
  await expect(run(piece)).toHaveAttribute('data-group', 'none-16');
  await expect(status(piece)).toHaveText(
    /^A model of [\d,]+ parameters\. At the pace of the published runs this takes /,
  );
  await button(piece, 'Start').click();
  await expect(piece.getByText('A run is under way. Stop it to choose another model.')).toBeVisible();
  await expect(radio(piece, 'Context length', '16')).toBeDisabled();
  await untilPoints(piece, 2);
  await button(piece, 'Stop').click();
  await expect(piece.locator('[data-retrace=same]')).toBeVisible();
  await expect(radio(piece, 'Context length', '16')).toBeEnabled();
});

test('an attention is chosen by keyboard, and a run before stays in sight', async ({ page }) => {
  test.setTimeout(500_000);
  const piece = await open(page, ATTENTION);
  const attention = piece.getByRole('group', { name: 'Attention' });
  expect(await attention.getByRole('radio').count()).toBe(7);
  await button(piece, 'Start').focus();
  await page.keyboard.press('Enter');
  await untilPoints(piece, 2);
  await button(piece, 'Stop').focus();
  await page.keyboard.press('Enter');
  await expect(run(piece)).toHaveAttribute('data-phase', 'stopped');
  await attention.getByRole('radio', { checked: true }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(attention.getByRole('radio').nth(1)).toBeChecked();
  await expect(run(piece)).toHaveAttribute('data-group', 'softmax-plus-one');
  await expect(piece.locator('[data-before]')).toHaveText('The grey line is your run before: softmax.');
  await expect(piece.locator('path.previous').first()).toHaveAttribute('d', /L/);
  await button(piece, 'One step').click();
  await expect(piece.locator('[data-retrace=same]')).toBeVisible({ timeout: 60_000 });
});

test('<bos> is pulled away from a model that was trained with it', async ({ page }) => {
  test.setTimeout(600_000);
  const piece = await open(page, PACKING);
  await expect(run(piece)).toHaveAttribute('data-group', 'causal-fixed');
  await button(piece, 'Start').click();
  await untilPoints(piece, 3);
  await button(piece, 'Pause').click();
  await expect(piece.locator('[data-reading=without]')).toHaveCount(0);
  const pull = piece.getByRole('button', { name: 'Pull <bos> away' });
  await pull.focus();
  await page.keyboard.press('Enter');
  await expect(piece.getByRole('button', { name: 'Put <bos> back' })).toBeFocused();
  const lossOf = async (way: string) => Number(await piece.locator(`[data-reading=${way}]`).textContent());
  expect(Number.isFinite(await lossOf('with'))).toBe(true);
  expect(Number.isFinite(await lossOf('without'))).toBe(true);
  await expect(piece.locator('[data-removal]')).toHaveText(
    /^At step \d+, taking <bos> away .*; attention to whatever stands first.* In the published models/,
  );
  await expect(piece.locator('[data-retrace=same]')).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(piece.locator('[data-reading=without]')).toHaveCount(0);
});

/** A row by the group it trains and how it is read. */
const row = (piece: Locator, of: string) => piece.locator(`[data-row="${of}"]`).getByRole('radio');

test('the rows of the paper are there, each with what was found of it, and are chosen by keyboard', async ({
  page,
}) => {
  const piece = await open(page, PACKING);
  const table = piece.getByRole('group', { name: 'Which row of the table' });
  const rows = table.getByRole('radio');
  await expect(rows).toHaveCount(12);
  const result = (await (await page.request.get('/results/packing.json')).json()) as ExperimentResult;
  for (const [index, { mask, sinkRate, loss }] of PACKING_TABLE.rows.entries()) {
    const label = table.locator('label').nth(index);
    await expect(label).toContainText(mask === 'causal' ? 'causal mask' : 'intra-document mask');
    await expect(label).toContainText(`paper sink rate ${sinkRate.toFixed(2)} %, loss ${loss.toFixed(2)} nats`);
  }
  const { mean } = result.groups.find(({ id }) => id === 'causal-fixed')!.analysis['without/loss'] as Estimate;
  await expect(table.locator('[data-row="causal-fixed/without"]')).toContainText(`loss ${mean.toFixed(2)} nats paper`);

  await expect(row(piece, 'causal-fixed/with')).toBeChecked();
  await row(piece, 'causal-fixed/with').focus();
  await page.keyboard.press('ArrowDown');
  await expect(row(piece, 'causal-fixed/without')).toBeFocused();
  await expect(row(piece, 'causal-fixed/without')).toBeChecked();
  await expect(run(piece)).toHaveAttribute('data-group', 'causal-fixed');
  await expect(piece.locator('[data-reading=without]')).toHaveText(mean.toFixed(2));
  await page.keyboard.press('ArrowDown');
  await expect(run(piece)).toHaveAttribute('data-group', 'document-none');
});

test('pulling the token away leads to the partner of a row, and a run keeps to its model', async ({ page }) => {
  const piece = await open(page, PACKING);
  await button(piece, 'Pull <bos> away').click();
  await expect(row(piece, 'causal-fixed/without')).toBeChecked();
  await button(piece, 'Put <bos> back').click();
  await expect(row(piece, 'causal-fixed/with')).toBeChecked();
  await button(piece, 'Start').click();
  await expect(row(piece, 'document-fixed/with')).toBeDisabled();
  await row(piece, 'causal-fixed/without').check();
  await expect(piece.locator('[data-reading=without]')).toBeVisible();
  await expect(run(piece)).toHaveAttribute('data-phase', /loading|running/);
  await button(piece, 'Stop').click();
  await expect(row(piece, 'document-fixed/with')).toBeEnabled();
});

test('a model that never met the token is said to be a stranger to it', async ({ page }) => {
  const piece = await open(page, PACKING);
  await row(piece, 'document-none/without').check();
  await expect(run(piece)).toHaveAttribute('data-group', 'document-none');
  await button(piece, 'One step').click();
  await expect(piece.locator('[data-removal]')).toHaveText(/never met <bos> in training/, { timeout: 60_000 });
  await button(piece, 'Put <bos> before the text').click();
  await expect(piece.locator('[data-removal]')).toHaveText(/^At step 0 it reads with a loss of/);
  await expect(row(piece, 'document-none/with')).toBeChecked();
});

test('choices that cannot be fetched are asked for again', async ({ page }) => {
  await page.route('**/reruns/**', (route) => route.fulfill({ status: 503 }));
  await page.goto('/');
  await comeTo(page, PLACES[ATTENTION]);
  const piece = lab(page, ATTENTION);
  await expect(piece.getByRole('alert')).toContainText('could not be fetched', { timeout: 30_000 });
  await page.unroute('**/reruns/**');
  await piece.getByRole('button', { name: 'Try again' }).click();
  await expect(button(piece, 'Start')).toBeEnabled();
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the choices fit every width and have no accessibility violations (${colorScheme})`, async ({ page }) => {
    test.setTimeout(240_000);
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const piece = await open(page, PACKING);
    await button(piece, 'One step').click();
    await expect(piece.locator('[data-removal]')).toHaveText(/^At step/, { timeout: 60_000 });
    await piece.getByRole('button', { name: 'Pull <bos> away' }).click();
    for (const width of [390, 768, 1440]) {
      await page.setViewportSize({ width, height: 900 });
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(overflow, `at ${width} px`).toBeLessThanOrEqual(0);
    }
    await page.setViewportSize({ width: colorScheme === 'light' ? 390 : 1440, height: 900 });
    expect(await violationsOf(page, `#${PACKING}`)).toEqual([]);
    const heights = await piece
      .locator('label:has([type=radio]), button, select, input:not([type=radio])')
      .evaluateAll((elements) => elements.map((element) => element.getBoundingClientRect().height));
    expect(Math.min(...heights)).toBeGreaterThanOrEqual(44);
  });
}

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('each says how to run the experiment elsewhere and offers nothing that cannot work', async ({ page }) => {
    await page.goto('/');
    for (const id of [CONTEXT, PACKING, ATTENTION] as const) {
      const link = page.locator(`[data-piece$="/${PLACES[id]}/"] a`);
      await expect(link).toHaveText('How to train it without a browser');
      await expect(link).toHaveAttribute('href', /^\/experiments\/[a-z-]+\/#again$/);
      await expect(lab(page, id)).toHaveCount(0);
    }
  });
});
