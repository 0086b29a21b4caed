/** The live rerun's controls: by keyboard, by address, in a hidden tab, where something is missing, and without JavaScript. */
import { expect, type Page, test } from '@playwright/test';
import { violationsOf } from '../support/axe.ts';
import { button, expectPhase, lab, open, openSettings, radio, SMALL, status } from './rerun-page.ts';

async function setHidden(page: Page, hidden: boolean): Promise<void> {
  await page.evaluate((value) => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => value });
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);
}

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
