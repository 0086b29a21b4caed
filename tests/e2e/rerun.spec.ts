/** The live rerun below the emergence figure, as a reader meets it: a small run, so that the tests are quick. */
import { expect, type Page, test } from '@playwright/test';
import { violationsOf } from '../support/axe.ts';
import { comeTo } from './pieces.ts';

/** Settings that train in a few seconds. */
const SMALL = 'rerun=1&steps=40&context=8&batch=8';
/** What is loaded for training and for nothing else. */
const TRAINING = /worker|tfjs|tensorflow|\.wasm|corpora\//;

const lab = (page: Page) => page.locator('#rerun');
const button = (page: Page, name: string) => lab(page).getByRole('button', { name, exact: true });
const status = (page: Page) => lab(page).locator('[data-status]');
async function expectPhase(page: Page, phase: string, timeout = 10_000): Promise<void> {
  await expect(lab(page)).toHaveAttribute('data-phase', phase, { timeout });
}
const radio = (page: Page, name: string) => lab(page).getByRole('radio', { name, exact: true });

/** The value a curve shows now, by its title. */
async function curveValue(page: Page, title: string): Promise<number> {
  const value = lab(page).locator('figure', { hasText: title }).locator('[data-curve-value]');
  return Number.parseFloat((await value.textContent()) ?? '');
}

async function open(page: Page, query = SMALL): Promise<void> {
  await page.goto(`/?${query}`);
  await comeTo(page, 'live-run');
  await lab(page).scrollIntoViewIfNeeded();
  await expect(button(page, 'Start')).toBeEnabled();
}

async function openSettings(page: Page): Promise<void> {
  await lab(page).locator('summary').click();
}

async function setHidden(page: Page, hidden: boolean): Promise<void> {
  await page.evaluate((value) => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => value });
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);
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

test('every control works by keyboard alone', async ({ page }) => {
  await open(page, SMALL.replace('steps=40', 'steps=2000'));
  await button(page, 'Start').focus();
  await page.keyboard.press('Enter');
  await expect(button(page, 'Pause')).toBeFocused();
  await expect(lab(page).locator('[data-curve-value]').first()).toBeVisible({ timeout: 30_000 });
  await page.keyboard.press('Space');
  await expectPhase(page, 'paused');
  await expect(button(page, 'Resume')).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(button(page, 'One step')).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(button(page, 'Stop')).toBeFocused();
  await page.keyboard.press('Enter');
  await expectPhase(page, 'stopped');
  const heads = lab(page).getByRole('group', { name: 'Heads' });
  await heads.getByRole('radio', { checked: true }).focus();
  const chosen = await heads.getByRole('radio', { checked: true }).getAttribute('value');
  await page.keyboard.press('ArrowRight');
  await expect(heads.getByRole('radio', { checked: true })).not.toHaveAttribute('value', chosen!);
  const token = lab(page).getByRole('slider', { name: 'Attending token' });
  await token.focus();
  await page.keyboard.press('Home');
  await expect(token).toHaveAttribute('aria-valuetext', /attends 100 % to itself/);
  await lab(page).locator('summary').focus();
  await page.keyboard.press('Enter');
  await lab(page).getByLabel('Layers', { exact: true }).focus();
  await page.keyboard.press('ArrowDown');
  await expect(page).toHaveURL(/layers=\d/);
});

test('an address gives the settings back, and holds only what differs', async ({ page }) => {
  await open(page, 'note=keep');
  await lab(page).getByLabel('Seed').fill('12345');
  await lab(page).getByLabel('Seed').press('Enter');
  await openSettings(page);
  await lab(page).getByLabel('Layers', { exact: true }).selectOption('3');
  await lab(page).getByLabel('Where <bos> stands').selectOption('none');
  await expect(page).toHaveURL(/\?note=keep&rerun=1&seed=12345&layers=3&bos=none$/);
  await expect(lab(page).locator('[data-incomparable]')).toContainText('Layers: 3 instead of');

  const link = await lab(page).getByRole('link', { name: 'Link to these settings' }).getAttribute('href');
  await page.goto(new URL(link!, page.url()).href);
  await lab(page).scrollIntoViewIfNeeded();
  await expect(lab(page).getByLabel('Seed')).toHaveValue('12345');
  await openSettings(page);
  await expect(lab(page).getByLabel('Layers', { exact: true })).toHaveValue('3');
  await expect(lab(page).getByLabel('Where <bos> stands')).toHaveValue('none');
  await button(page, 'Back to the published settings').click();
  await expect(page).toHaveURL(/\/#rerun$/);
});

test('nonsense in the address is named, and the defaults are used', async ({ page }) => {
  await open(page, 'rerun=1&seed=abc&layers=99');
  const complaints = lab(page).getByRole('alert');
  await expect(complaints).toContainText(/seed=abc is not a whole number from 0 to 4294967295; using \d+/);
  await expect(complaints).toContainText(/layers=99 is not one of 1, 2, .*; using \d/);
});

test('nonsense in a field is named and changes nothing', async ({ page }) => {
  await open(page, 'rerun=1&seed=5');
  await lab(page).getByLabel('Seed').fill('-3');
  await lab(page).getByLabel('Seed').press('Enter');
  await expect(lab(page)).toContainText('“-3” is not a whole number from 0 to 4294967295; using 5.');
  await expect(page).toHaveURL(/seed=5$/);
});

test('what would not fit in a tab is refused before it runs', async ({ page }) => {
  await open(page);
  await page.goto('/?rerun=1&context=128&batch=128&layers=8&heads=8&width=128&device=wasm#rerun');
  await lab(page).scrollIntoViewIfNeeded();
  await expect(lab(page).getByRole('alert')).toContainText(/GB of memory.*lower/);
  await expect(button(page, 'Start')).toBeDisabled();
});

test('a device that the browser lacks is shown with the reason', async ({ page }) => {
  await page.addInitScript(() => Object.defineProperty(Navigator.prototype, 'gpu', { get: () => undefined }));
  await open(page, 'rerun=1&device=webgpu');
  await expect(lab(page).getByRole('alert')).toContainText('device=webgpu cannot be used here');
  await openSettings(page);
  const webgpu = radio(page, 'TensorFlow.js, WebGPU');
  await expect(webgpu).toBeDisabled();
  await expect(webgpu).toHaveAccessibleDescription(/\w{3,}/);
  await expect(radio(page, 'kernels in WebAssembly')).toBeChecked();
});

test('it pauses while the tab is hidden and goes on afterwards, but not if the reader had paused it', async ({
  page,
}) => {
  await open(page, SMALL.replace('steps=40', 'steps=2000'));
  await button(page, 'Start').click();
  await expect(status(page)).toHaveText(/^Step/, { timeout: 30_000 });
  await setHidden(page, true);
  await expect(status(page)).toHaveText(/^Paused .* because this tab was hidden; it goes on when you come back\.$/);
  await setHidden(page, false);
  await expectPhase(page, 'running');
  await button(page, 'Pause').click();
  await setHidden(page, true);
  await setHidden(page, false);
  await page.waitForTimeout(300);
  await expectPhase(page, 'paused');
});

test('it pauses when it has been out of sight for a while', async ({ page }) => {
  await page.clock.install();
  await open(page, SMALL.replace('steps=40', 'steps=10000'));
  await button(page, 'Start').click();
  await expect(status(page)).toHaveText(/^Step/, { timeout: 30_000 });
  await page.evaluate(() => scrollTo({ top: 0, behavior: 'instant' }));
  await page.setViewportSize({ width: 800, height: 300 });
  await page.waitForTimeout(300);
  await page.clock.fastForward(21_000);
  await expect(status(page)).toHaveText(/because it was out of sight/);
  await lab(page).scrollIntoViewIfNeeded();
  await expectPhase(page, 'running');
});

test('without the text it says what is missing and what to do, and a second try can succeed', async ({ page }) => {
  await page.route('**/corpora/**', (route) => route.fulfill({ status: 404 }));
  await open(page);
  await button(page, 'Start').click();
  await expect(status(page)).toHaveText(/404 for .*corpora.*Check the connection and start again/);
  await page.unroute('**/corpora/**');
  await button(page, 'Start').click();
  await expectPhase(page, 'finished', 60_000);
});

test('without the worker it says so, with a remedy', async ({ page }) => {
  await page.route(/worker/, (route) => route.abort());
  await open(page);
  await button(page, 'Start').click();
  await expect(status(page)).toHaveText(/The worker that trains could not be started.*Reload the page/);
});

test('every target is at least 44 pixels high', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await open(page);
  await button(page, 'One step').click();
  await expect(lab(page).locator('[data-curve-value]').first()).toBeVisible({ timeout: 30_000 });
  await button(page, 'Stop').click();
  await openSettings(page);
  const small = await lab(page)
    .locator('button, select, input, summary, a')
    .evaluateAll((elements) =>
      elements
        .map((element) => {
          // A radio's target is its whole label.
          const target = element.matches('[type=radio]') ? element.closest('label')! : element;
          return { text: element.outerHTML.slice(0, 80), height: target.getBoundingClientRect().height };
        })
        .filter(({ height }) => height < 44),
    );
  expect(small).toEqual([]);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`a finished run with open settings has no accessibility violations (${colorScheme})`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await open(page, SMALL.replace('steps=40', 'steps=4'));
    await button(page, 'Start').click();
    await expectPhase(page, 'finished', 60_000);
    await openSettings(page);
    expect(await violationsOf(page, '.lab')).toEqual([]);
  });
}

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('it says how to run the experiment elsewhere and offers nothing that cannot work', async ({ page }) => {
    await page.goto('/');
    await page.locator('[data-piece$="/live-run/"] a').click();
    await expect(page).toHaveURL(/\/experiments\/emergence\/#again$/);
    await expect(page.locator('pre.command').first()).toContainText('npm run pipeline');
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
