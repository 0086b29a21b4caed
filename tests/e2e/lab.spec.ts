/** The laboratory as a reader meets it, with runs of a second or so. */
import { readFileSync } from 'node:fs';
import { expect, type Page, test } from '@playwright/test';
import { loadModel } from '../../src/weights/load.ts';
import { decodeSafetensors } from '../../src/weights/safetensors.ts';

/** A run of a few steps; the checkpoints are those of the measurements at steps 4 and 8, and of the end. */
const TINY = 'lab=1&layers=1&heads=2&width=16&context=8&batch=8&steps=12&every=4&held-out=16';
/** The same, long enough that it can be stopped on its way; and as good as without an end. */
const LONG = TINY.replace('steps=12&every=4', 'steps=400&every=40');
const ENDLESS = TINY.replace('steps=12&every=4', 'steps=50000&every=100');
/** What is loaded for training and for nothing else. */
const TRAINING = /worker|tfjs|tensorflow|\.wasm|corpora\//;

test.describe.configure({ timeout: 300_000 });

const lab = (page: Page) => page.locator('.lab');
const button = (page: Page, name: string | RegExp) => lab(page).getByRole('button', { name, exact: true });
const run = (page: Page, number: number) => lab(page).locator(`[data-run="${number}"]`);
const ofRun = (page: Page, number: number, name: string | RegExp) =>
  run(page, number).getByRole('button', { name, exact: true });

async function open(page: Page, query = TINY): Promise<void> {
  await page.goto(`/lab/?${query}`);
  await expect(lab(page)).toHaveAttribute('data-ready', 'true', { timeout: 30_000 });
}

async function expectPhase(page: Page, number: number, phase: string): Promise<void> {
  await expect(run(page, number)).toHaveAttribute('data-phase', phase, { timeout: 120_000 });
}

async function unfold(page: Page, ...titles: string[]): Promise<void> {
  for (const title of titles) await lab(page).locator('summary').filter({ hasText: title }).first().click();
}

async function downloaded(
  page: Page,
  press: () => Promise<void>,
): Promise<{ name: string; bytes: Uint8Array; path: string }> {
  const [download] = await Promise.all([page.waitForEvent('download'), press()]);
  const path = await download.path();
  return { name: download.suggestedFilename(), bytes: new Uint8Array(readFileSync(path)), path };
}

/** Presses Stop as soon as there is something to save, in the page itself: from outside it could come too late. */
async function stopOnceKept(page: Page): Promise<void> {
  await page.evaluate(() => {
    const observer = new MutationObserver(() => {
      const buttons = [...document.querySelectorAll<HTMLButtonElement>('[data-run="1"] button')];
      if (!buttons.some(({ textContent }) => textContent === 'Save run')) return;
      observer.disconnect();
      buttons.find(({ textContent }) => textContent === 'Stop')?.click();
    });
    observer.observe(document.querySelector('.lab')!, { subtree: true, childList: true });
  });
}

/** The cells of a column of the curves, for one run. */
async function column(page: Page, number: number, name: string): Promise<string[]> {
  const { bytes } = await downloaded(page, () => button(page, 'Curves as CSV').click());
  const [head, ...rows] = new TextDecoder()
    .decode(bytes)
    .trim()
    .split('\r\n')
    .map((line) => line.split(','));
  const cells = (row: string[]) => row[head!.indexOf(name)]!;
  return rows.filter((row) => row[head!.indexOf('run')] === String(number)).map(cells);
}

test('nothing that trains is loaded before Start; then a run from the address trains to its end', async ({ page }) => {
  const requests: string[] = [];
  const errors: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  await open(page);
  await page.waitForLoadState('networkidle');
  expect(requests.filter((url) => TRAINING.test(url))).toEqual([]);

  const parameters = await lab(page).locator('[data-parameters]').textContent();
  await button(page, 'Start').click();
  await expectPhase(page, 1, 'finished');
  await expect(run(page, 1).locator('[data-status]')).toHaveText(/^Done: 12 steps in /);
  expect(await column(page, 1, 'step')).toEqual(['0', '4', '8', '12']);

  // What was said before Start is what the weights hold.
  const { name, bytes } = await downloaded(page, () => ofRun(page, 1, 'Weights').click());
  expect(name).toBe('run-1-seed-0-step-12.safetensors');
  const { tensors, metadata } = decodeSafetensors(bytes, { finite: true });
  const count = [...tensors.values()].reduce((sum, { values }) => sum + values.length, 0);
  expect(count.toLocaleString('en')).toBe(parameters);
  expect(JSON.parse(metadata.get('specification')!)).toMatchObject({
    model: { layers: 1, heads: 2, width: 16, contextLength: 8 },
    training: { steps: 12, sequencesPerStep: 8 },
  });
  expect(metadata.get('run')).toBe((await column(page, 1, 'fingerprint')).at(-1));
  const config = await downloaded(page, () => ofRun(page, 1, 'config.json').click());
  expect(config.name).toBe('config.json');
  const opened = loadModel({ weights: bytes, config: new TextDecoder().decode(config.bytes) });
  expect(opened.config).toMatchObject({ layers: 1, heads: 2, width: 16, contextLength: 8 });

  await expect(
    lab(page).getByRole('img', { name: /queries pay \d+ % of their attention to the first token/ }),
  ).toBeVisible();
  await expect(lab(page).getByRole('rowheader', { name: 'layer 1, head 2' })).toBeVisible();
  expect(errors).toEqual([]);
});

test('a second run stands beside the first: its curve, its colour and what differs', async ({ page }) => {
  await open(page);
  await button(page, 'Start').click();
  await unfold(page, 'Attention');
  await lab(page)
    .getByRole('radio', { name: /^sigmoid/ })
    .check();
  await unfold(page, 'Training');
  await lab(page).getByLabel('Seed', { exact: true }).fill('7');
  await lab(page).getByLabel('Seed', { exact: true }).blur();
  await button(page, 'Start').click();
  await expectPhase(page, 1, 'finished');
  await expectPhase(page, 2, 'finished');
  const table = lab(page).locator('[data-differences]');
  await expect(table.getByRole('row', { name: /^Attention/ })).toHaveText(/softmax\s*sigmoid/);
  await expect(table.getByRole('row', { name: /^Seed/ })).toHaveText(/0\s*7/);
  await expect(table.getByRole('row')).toHaveCount(3);
  const loss = lab(page).locator('[data-series="loss"]');
  const lines = loss.locator('path.line');
  await expect(lines).toHaveCount(2);
  const colours = await lines.evaluateAll((paths) => paths.map((path) => getComputedStyle(path).stroke));
  expect(new Set(colours).size).toBe(2);
  // The readout follows the step that is read.
  const [first] = await column(page, 1, 'validation-loss');
  const slider = lab(page).getByLabel(/^Read at/);
  await slider.focus();
  await slider.press('Home');
  await expect(loss.locator('[data-value="1"]')).toHaveText(Number(first).toFixed(2));
  await ofRun(page, 1, 'Remove').click();
  await expect(run(page, 1)).toHaveCount(0);
  await expect(run(page, 2)).toBeVisible();
});

test('a run that is saved and opened elsewhere goes on to the bits of one that was never left', async ({
  page,
  browser,
}) => {
  await open(page, LONG);
  await stopOnceKept(page);
  await button(page, 'Start').click();
  await expectPhase(page, 1, 'stopped');
  const saved = await downloaded(page, () => ofRun(page, 1, 'Save run').click());
  const { step } = /step-(?<step>\d+)\.ftrun$/.exec(saved.name)!.groups as { step: string };
  expect(Number(step)).toBeLessThan(400);

  const elsewhere = await (await browser.newContext()).newPage();
  await open(elsewhere, '');
  await lab(elsewhere).getByLabel('Open a saved run').setInputFiles(saved.path);
  await expect(run(elsewhere, 1)).toHaveAttribute('data-phase', 'stopped');
  // What it has learned is there to be seen before it goes on.
  await expect(lab(elsewhere).getByRole('img', { name: new RegExp(`at step ${step}: `) })).toBeVisible();
  await ofRun(elsewhere, 1, /^Continue from step /).click();
  await expectPhase(elsewhere, 1, 'finished');
  await ofRun(page, 1, 'Remove').click();
  await button(page, 'Start').click();
  await expectPhase(page, 1, 'finished');
  const whole = await column(page, 1, 'fingerprint');
  expect(whole).toHaveLength(11);
  expect(await column(elsewhere, 1, 'fingerprint')).toEqual(whole);
  await elsewhere.context().close();
});

test('a reload keeps settings and runs, and one that was going goes on from where it was kept', async ({ page }) => {
  await open(page);
  await button(page, 'Start').click();
  await expectPhase(page, 1, 'finished');
  const fingerprints = await column(page, 1, 'fingerprint');
  await open(page, ENDLESS);
  await expectPhase(page, 1, 'finished');
  await button(page, 'Start').click();
  await expect(ofRun(page, 2, 'Save run')).toBeVisible({ timeout: 90_000 });
  await page.waitForTimeout(1500);
  await page.goto('/lab/');
  await expect(lab(page)).toHaveAttribute('data-ready', 'true', { timeout: 30_000 });
  await expectPhase(page, 1, 'finished');
  expect(await column(page, 1, 'fingerprint')).toEqual(fingerprints);
  await expectPhase(page, 2, 'stopped');
  await ofRun(page, 2, /^Continue from step /).click();
  await expect(run(page, 2)).toHaveAttribute('data-phase', /loading|running/);
  await ofRun(page, 2, 'Remove').click();
  await expect(run(page, 2)).toHaveCount(0);
  await expect
    .poll(async () => {
      await page.reload();
      await expect(lab(page)).toHaveAttribute('data-ready', 'true', { timeout: 30_000 });
      return run(page, 2).count();
    })
    .toBe(0);
});

test('settings go into the address, and out of it', async ({ page, browser }) => {
  await open(page, '');
  await unfold(page, 'Model');
  await lab(page).getByLabel('Layers', { exact: true }).selectOption('4');
  await unfold(page, 'More of model');
  await lab(page).getByLabel('Positions').selectOption('learned');
  await expect(page).toHaveURL(/\?lab=1&layers=4&positions=learned$/);
  const link = await lab(page).getByRole('link', { name: 'Link to these settings' }).getAttribute('href');
  const other = await (await browser.newContext()).newPage();
  await open(other, link!.slice(1));
  await unfold(other, 'Model', 'More of model');
  await expect(lab(other).getByLabel('Layers', { exact: true })).toHaveValue('4');
  await expect(lab(other).getByLabel('Positions')).toHaveValue('learned');
  await other.context().close();
});

test('an address that cannot be is told of in words, and so are settings that make no model', async ({ page }) => {
  await open(page, `${TINY}&attention=%3Cimg%20src=x%20onerror=alert(1)%3E&colour=red&seed=-4`);
  const alert = lab(page).getByRole('alert');
  await expect(alert).toContainText('colour is no knob');
  await expect(alert).toContainText(/attention=<img src=x onerror=alert\(1\)> is not one of softmax, /);
  await expect(alert).toContainText('seed=-4 is not a whole number from 0 to');
  await open(page, 'lab=1&heads=8&width=8');
  await expect(lab(page).getByRole('alert')).toContainText('These settings make no model. width:');
  await expect(button(page, 'Start')).toBeDisabled();
  await open(page, 'lab=1&layers=12&width=256&context=256&batch=256&steps=50000');
  await expect(lab(page).getByRole('alert')).toContainText('a page should stay under');
});

test('a file that is no run is refused in words', async ({ page }) => {
  await open(page);
  const file = { name: 'holiday.ftrun', mimeType: 'application/octet-stream', buffer: Buffer.from('not a run at all') };
  await lab(page).getByLabel('Open a saved run').setInputFiles(file);
  await expect(lab(page).getByRole('alert')).toHaveText(
    /“holiday.ftrun” cannot be opened: it is no saved run of this page/,
  );
  await expect(run(page, 1)).toHaveCount(0);
});

test('the reader’s own text trains, is not in the address, and goes nowhere', async ({ page }) => {
  const sent: string[] = [];
  page.on('request', (request) => sent.push(`${request.method()} ${request.url()} ${request.postData() ?? ''}`));
  const secret = 'marzipan';
  const text = Array.from(
    { length: 400 },
    (_, i) => `Line ${i} tells of ${secret} and of ${(i * 7919) % 97} other things.`,
  );
  await open(page, `${TINY}&data=own`);
  await expect(button(page, 'Start')).toBeDisabled();
  await unfold(page, 'Data');
  await lab(page).getByLabel('Your text').fill(text.join('\n'));
  await button(page, 'Start').click();
  await expectPhase(page, 1, 'finished');
  // The sequence that is shown is held-out text of the reader's.
  await expect(lab(page).locator('.reading .text')).toContainText(/ine \d+ t/);
  expect(page.url()).not.toContain(secret);
  expect(sent.filter((request) => request.includes(secret) || request.startsWith('POST'))).toEqual([]);
  expect(sent.some((request) => request.includes('text.txt.gz'))).toBe(false);
  // Too short a text is told of, not swallowed.
  await lab(page).getByLabel('Your text').fill('too short');
  await button(page, 'Start').click();
  await expectPhase(page, 2, 'failed');
  await expect(run(page, 2).locator('[data-status]')).toHaveText(/fewer than 20 words; take a longer one/);
});

test('a preset of two starts both, and Backcopy trains', async ({ page }) => {
  await open(page, '');
  await button(page, 'Softmax against sink logit').click();
  await expect(page).toHaveURL(/lab=1/);
  await button(page, 'Start both').click();
  await expect(run(page, 2)).toBeVisible();
  const table = lab(page).locator('[data-differences]');
  await expect(table.getByRole('row', { name: /^Attention/ })).toHaveText(/softmax\s*sink logit/);
  for (const number of [1, 2]) await ofRun(page, number, 'Remove').click();

  await open(page, `${TINY}&data=backcopy&bos=document`);
  await expect(lab(page).getByRole('alert')).toContainText('Backcopy has no documents');
  await open(page, `${TINY}&data=backcopy&optimiser=sgd&rate=1`);
  await button(page, 'Start').click();
  await expectPhase(page, 1, 'finished');
  expect(await column(page, 1, 'step')).toHaveLength(4);
});

test('without a script a sentence leads to the experiments', async ({ browser }) => {
  const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
  await page.goto('/lab/');
  await expect(page.getByText('needs JavaScript')).toBeVisible();
  await expect(page.getByRole('main').getByRole('link', { name: 'experiments' })).toHaveAttribute(
    'href',
    /experiments\/$/,
  );
  await expect(lab(page)).toBeHidden();
  await page.context().close();
});

test('no knob reaches beyond a phone, and the bench of a desk stays within its window', async ({ page }) => {
  for (const [width, height] of [
    [390, 844],
    [768, 1024],
    [1440, 900],
  ] as const) {
    await page.setViewportSize({ width, height });
    await open(page);
    await unfold(page, 'Data', 'Model', 'Attention', 'Training', 'More of training');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    await button(page, 'Start').scrollIntoViewIfNeeded();
    await expect(button(page, 'Start')).toBeInViewport();
  }
});
