/** The live rerun as it trains: a small run, so that the tests are quick. */
import { expect, type Page, test } from '@playwright/test';
import { button, expectPhase, lab, open, openSettings, SMALL, status } from './rerun-page.ts';

/** What is loaded for training and for nothing else. */
const TRAINING = /worker|tfjs|tensorflow|\.wasm|corpora\//;
/** The value a curve shows now, by its title. */
async function curveValue(page: Page, title: string): Promise<number> {
  const value = lab(page).locator('figure', { hasText: title }).locator('[data-curve-value]');
  return Number.parseFloat((await value.textContent()) ?? '');
}

test('nothing that trains is loaded before Start', async ({ page }) => {
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  await open(page);
  await page.waitForLoadState('networkidle');
  await openSettings(page);
  await page.waitForTimeout(500);
  expect(requests.filter((url) => TRAINING.test(url))).toEqual([]);
  await button(page, 'Start').click();
  await expect.poll(() => requests.some((url) => url.includes('corpora/'))).toBe(true);
});

test('it trains to the end, its loss falls, and the attention of every head is shown', async ({ page }) => {
  await open(page);
  // The kernels are quick: the first step alone, so that the loss before training can be read.
  await button(page, 'One step').click();
  await expect(lab(page).locator('[data-curve-value]').first()).toBeVisible({ timeout: 30_000 });
  const before = await curveValue(page, 'Loss on held-out text');
  await button(page, 'Resume').click();
  await expectPhase(page, 'finished', 60_000);
  expect(await curveValue(page, 'Loss on held-out text')).toBeLessThan(before - 0.5);
  await expect(status(page)).toHaveText(/^Done: 40 steps in /);
  await expect(lab(page).locator('progress')).toHaveJSProperty('value', 1);

  const heads = lab(page).getByRole('group', { name: 'Heads' }).getByRole('radio');
  expect(await heads.count()).toBeGreaterThan(1);
  await heads.last().check();
  const large = lab(page).getByRole('img', { name: /queries pay \d+ % of their attention to the first token/ });
  await expect(large).toBeVisible();
  const painted = await large.locator('canvas').evaluate((canvas: HTMLCanvasElement) =>
    canvas
      .getContext('2d')!
      .getImageData(0, 0, canvas.width, canvas.height)
      .data.some((byte) => byte > 0),
  );
  expect(painted).toBe(true);
});

test('it pauses, takes single steps, goes on, stops and is reset', async ({ page }) => {
  await open(page, SMALL.replace('steps=40', 'steps=2000'));
  await button(page, 'One step').click();
  await expect(status(page)).toHaveText('Paused at step 1 of 2,000.', { timeout: 30_000 });
  await button(page, 'One step').click();
  await expect(status(page)).toHaveText('Paused at step 2 of 2,000.');
  await button(page, 'Resume').click();
  await expect(status(page)).toHaveText(/^Step \d+ of 2,000 · [\d,]+ tokens a second · .* left$/);
  await button(page, 'Pause').click();
  await expect(status(page)).toHaveText(/^Paused at step/);
  await page.waitForTimeout(600);
  // The step under way when it was paused may still come in; nothing after it does.
  const settled = await status(page).textContent();
  await page.waitForTimeout(600);
  expect(await status(page).textContent()).toBe(settled);
  await button(page, 'Stop').click();
  await expect(status(page)).toHaveText(/^Stopped at step/);
  await expect(button(page, 'Start')).toBeEnabled();
  await button(page, 'Reset').click();
  await expectPhase(page, 'idle');
  await expect(lab(page).locator('[data-curve-value]')).toHaveCount(0);
});

test('a stopped run is followed by a new one, and stays in sight for comparison', async ({ page }) => {
  await open(page);
  await button(page, 'Start').click();
  await expectPhase(page, 'finished', 60_000);
  const first = await curveValue(page, 'Loss on held-out text');
  await button(page, 'Start').click();
  await expect(lab(page).getByText('your run before')).toBeVisible();
  await expectPhase(page, 'finished', 60_000);
  // The same seed is the same run.
  expect(await curveValue(page, 'Loss on held-out text')).toBe(first);
});

test('a published seed gives the published bits in a browser, too', async ({ page }) => {
  test.setTimeout(180_000);
  await open(page, '');
  await button(page, 'Start').click();
  await expect.poll(() => pointsDrawn(page), { timeout: 150_000 }).toBeGreaterThanOrEqual(3);
  await button(page, 'Stop').click();
  await expect(lab(page).locator('[data-retrace]')).toHaveText(
    /^This retraces the published run of seed \d+: so far every parameter has the same bits\.$/,
  );
});

/** Evaluations that the curve of the own run shows. */
async function pointsDrawn(page: Page): Promise<number> {
  const path = await lab(page).locator('path.own').first().getAttribute('d');
  return path === null ? 0 : path.split('L').length;
}

/** Ends a worker as a fault in it would: by an error that nobody catches. */
async function kill(page: Page, script: RegExp): Promise<void> {
  const worker = page.workers().find((candidate) => script.test(candidate.url()));
  if (!worker) throw new Error(`no worker runs ${script}: ${page.workers().map((each) => each.url())}`);
  await worker.evaluate(() => {
    setTimeout(() => {
      throw new Error('killed by the test');
    });
  });
}

test('a run whose worker dies goes on from its last evaluation, and ends with the published bits', async ({ page }) => {
  test.setTimeout(300_000);
  await open(page, '');
  await button(page, 'Start').click();
  await expect.poll(() => pointsDrawn(page), { timeout: 150_000 }).toBeGreaterThanOrEqual(4);
  await kill(page, /training/);
  await expectPhase(page, 'failed');
  await expect(status(page)).toHaveText(
    /^The worker that trains has died \(.*killed by the test.*\)\. Start again.* Or continue from step [\d,]+, whose state was kept\.$/,
  );
  const proceed = lab(page).getByRole('button', { name: /^Continue from step [1-9][\d,]*$/ });
  await proceed.focus();
  await page.keyboard.press('Enter');
  await expect(button(page, 'Pause')).toBeFocused();
  await expect(proceed).toBeHidden();
  // It goes on where it was, and not from the first step.
  expect(await pointsDrawn(page)).toBeGreaterThanOrEqual(4);
  await expectPhase(page, 'finished', 240_000);
  await expect(lab(page).locator('[data-retrace]')).toHaveText(
    /^This retraced the published run of seed \d+: at all \d+ evaluations every parameter has the same bits\.$/,
  );
});

test('a worker that vanishes without a word is missed', async ({ page }) => {
  await page.clock.install();
  await open(page, SMALL.replace('steps=40', 'steps=10000'));
  await button(page, 'Start').click();
  await expect(status(page)).toHaveText(/^Step/, { timeout: 30_000 });
  await page.workers()[0]!.evaluate(() => self.close());
  await page.clock.runFor(90_000);
  await expect(status(page)).toHaveText(/^The worker that trains has not been heard of for a long time.* Start again/);
  await expectPhase(page, 'failed');
});

test.describe('where there are processors to spare', () => {
  test.beforeEach(async ({ page }) => {
    await page.addInitScript(() => {
      Object.defineProperty(Navigator.prototype, 'hardwareConcurrency', { get: () => 8 });
    });
  });

  test('two threads share a step, with the same bits, and the death of one is told', async ({ page }) => {
    test.setTimeout(240_000);
    await open(page, '');
    await button(page, 'Start').click();
    await expect(status(page)).toHaveText(/ tokens a second on 2 threads · /, { timeout: 60_000 });
    await expect.poll(() => pointsDrawn(page), { timeout: 150_000 }).toBeGreaterThanOrEqual(3);
    await expect(lab(page).locator('[data-retrace=same]')).toBeVisible();
    await kill(page, /web-worker/);
    await expectPhase(page, 'failed');
    await expect(status(page)).toHaveText(/worker .* died.* Or continue from step/);
  });

  test('one thread does what two would, where the second worker cannot be had', async ({ page }) => {
    await page.route(/training\.worker/, async (route) => {
      const response = await route.fetch();
      const script = await response.text();
      expect(script).toMatch(/web-worker-[^"]*\.js/);
      await route.fulfill({ response, body: script.replace(/web-worker-[^"]*\.js/, 'missing.js') });
    });
    await open(page, '');
    await button(page, 'Start').click();
    await expect(status(page)).toHaveText(/^Step .* tokens a second · /, { timeout: 45_000 });
  });
});

test('TensorFlow.js is compared with the kernels on this device before it trains', async ({ page }) => {
  await open(page, `${SMALL}&device=wasm`);
  await button(page, 'Start').click();
  await expectPhase(page, 'finished', 60_000);
  await expect(lab(page).locator('[data-agreement]')).toHaveText(
    /^TensorFlow\.js agrees with the kernels on this device: .* gradients by \d × 10⁻\S+ of the largest/,
  );
});

test('the kernels train without a byte of TensorFlow.js', async ({ page }) => {
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  await open(page);
  await button(page, 'Start').click();
  await expectPhase(page, 'finished', 60_000);
  expect(requests.some((url) => /kernels.*\.wasm/.test(url))).toBe(true);
  expect(requests.filter((url) => /tfjs|tensorflow/i.test(url))).toEqual([]);
});
