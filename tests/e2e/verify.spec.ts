/** Verify, as a reader meets it: an honest run turns green to its end, or as far as was asked. */
import { expect, type Page, test } from '@playwright/test';
import { violationsOf } from '../support/axe.ts';
import {
  button,
  cheapest,
  checkpointed,
  chooseAll,
  expectPhase,
  LONG,
  open,
  type Published,
  publishedRuns,
  receiptOf,
  status,
  verdict,
  verify,
} from './verifying.ts';

/** What is loaded to verify and for nothing else. */
const TRAINING = /worker|tfjs|tensorflow|\.wasm|corpora\/|checkpoints\/|results\/runs/;
test.describe.configure({ timeout: 240_000 });

test('nothing that trains is loaded before Verify', async ({ page }) => {
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  await page.goto('/figures/emergence/');
  await verify(page).scrollIntoViewIfNeeded();
  await expect(button(page, 'Verify')).toBeEnabled();
  await page.waitForLoadState('networkidle');
  expect(requests.filter((url) => TRAINING.test(url))).toEqual([]);
});

test('on the page of a figure its first run is verified over a stretch', async ({ page }) => {
  const of = (await publishedRuns(page)).find(({ experiment }) => experiment === 'emergence')!;
  await page.goto('/figures/emergence/');
  await verify(page).scrollIntoViewIfNeeded();
  await expect(verify(page)).toContainText(of.run.id);
  await expect(status(page)).toHaveText(/^It will take \d+ seconds? or so/);
  await verify(page).getByLabel('How far', { exact: true }).selectOption({ index: 0 });
  await button(page, 'Verify').click();
  await expectPhase(page, 'reached');
  await expect(verdict(page)).toHaveText(/Verified \d+ of \d+ evaluations, to step \d+: every parameter has the bits/);
});

for (const language of [false, true]) {
  const kind = language ? 'a run on a language made from the text' : 'an honest run';
  test(`${kind} turns green to its end, without TensorFlow.js, and gives a receipt`, async ({ page }) => {
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    const run = await open(page, { of: await cheapest(page, { language }) });
    const { evaluations, specification } = run;
    await button(page, 'Verify').click();
    await expect(status(page)).toHaveText(/^Step [\d,]+ of [\d,]+ · [\d,]+ tokens a second.* left$/, { timeout: LONG });
    await expectPhase(page, 'reached');
    await expect(verdict(page)).toHaveText(/Verified (\d+) of \1 evaluations: every parameter has the bits/);
    await expect(verify(page)).toHaveAttribute('data-tone', 'good');
    await expect(verify(page).locator('b.same')).toHaveCount(evaluations.length);
    const bar = verify(page).getByRole('progressbar');
    await expect(bar).toHaveAttribute('aria-valuenow', String(specification.training.steps));
    expect(requests.filter((url) => /tfjs|tensorflow/i.test(url))).toEqual([]);

    const receipt = await receiptOf(page);
    expect(receipt).toMatchObject({
      outcome: 'verified',
      run: run.id,
      checkpoint: null,
      verifiedFromStep: 0,
      verifiedToStep: specification.training.steps,
      evaluationsVerified: evaluations.length,
      difference: null,
    });
    const fingerprints = evaluations.map(({ step, fingerprint }) => ({ step, fingerprint }));
    expect(receipt.fingerprints).toEqual(fingerprints);
    expect(receipt.checks.map(({ about, same }) => [about, same])).toEqual([
      ['file', true],
      ['text', true],
      ['tokenizer', true],
      ['kernels', true],
    ]);
    expect(receipt.browser.userAgent).toContain('Chrome/');
    expect(Date.parse(receipt.date)).toBeGreaterThan(0);
    expect(receipt.seconds).toBeGreaterThan(0);
    expect(receipt.site.version).toMatch(/^\d+\.\d+\.\d+/);
  });
}

test('a stretch is verified, gone on with, stopped and gone on with again, to the same fingerprints', async ({
  page,
}) => {
  const { specification } = await open(page, { stretches: 1 });
  const steps = specification.training.steps;
  await button(page, 'Verify').click();
  await expectPhase(page, 'reached');
  await expect(verdict(page)).toHaveText(/Verified \d+ of \d+ evaluations, to step \d+:/);
  await button(page, /^Continue to step/).click();
  await expectPhase(page, 'reached');
  await chooseAll(page);
  await button(page, `Continue to step ${steps.toLocaleString('en')}`).click();
  await button(page, 'Stop').click();
  await expectPhase(page, 'stopped');
  const halted = await status(page).textContent();
  await page.waitForTimeout(400);
  await expect(status(page)).toHaveText(halted!);
  await button(page, /^Continue to step/).click();
  await expectPhase(page, 'reached');
  await expect(verdict(page)).toHaveText(/Verified (\d+) of \1 evaluations:/);
});

test('the beginning of a run of the longest context is verified, and no more than that is said to be', async ({
  page,
}) => {
  const runs = (await publishedRuns(page)).filter(({ experiment }) => experiment === 'context-length');
  const contextOf = ({ run }: Published) => run.specification.model.contextLength;
  const of = runs.reduce((longest, each) => (contextOf(each) > contextOf(longest) ? each : longest));
  expect(contextOf(of)).toBeGreaterThanOrEqual(256);
  const { evaluations, specification } = await open(page, { of, stretches: 1 });
  const { every } = specification.evaluation;
  await button(page, 'Verify').click();
  await expectPhase(page, 'reached');
  await expect(verdict(page)).toHaveText(
    new RegExp(`Verified 2 of ${evaluations.length} evaluations, to step ${every}: every parameter has the bits`),
  );
  await expect(verify(page)).toHaveAttribute('data-tone', 'good');
  await expect(verify(page).locator('b.same')).toHaveCount(2);
  await expect(verify(page).locator('.strip b')).toHaveCount(evaluations.length);
  expect(await receiptOf(page)).toMatchObject({
    ...{ outcome: 'verified in part', run: of.run.id, checkpoint: null },
    ...{ verifiedFromStep: 0, verifiedToStep: every, evaluationsVerified: 2 },
    fingerprints: evaluations.slice(0, 2).map(({ step, fingerprint }) => ({ step, fingerprint })),
  });
});

test('a stretch from a published checkpoint turns green, and the receipt says where it began', async ({ page }) => {
  const { of, checkpoint } = await checkpointed(page);
  const { every } = of.run.specification.evaluation;
  const end = checkpoint.step + every;
  await open(page, { of, stretches: 1 });
  await verify(page).getByLabel('From', { exact: true }).selectOption(String(checkpoint.step));
  await verify(page).getByLabel('How far', { exact: true }).selectOption(String(end));
  await expect(verify(page).locator('.elsewhere')).toContainText(`--from ${checkpoint.step} --to ${end}`);
  await button(page, 'Verify').click();
  await expectPhase(page, 'reached');
  await expect(verdict(page)).toHaveText(
    new RegExp(`Verified 2 of ${of.run.evaluations.length} evaluations, from the checkpoint of step [\\d,]+ to step`),
  );
  await expect(verify(page)).toHaveAttribute('data-tone', 'good');
  await expect(verify(page).locator('b.same')).toHaveCount(2);
  const receipt = await receiptOf(page);
  expect(receipt).toMatchObject({
    ...{ outcome: 'verified in part', verifiedFromStep: checkpoint.step, verifiedToStep: end, evaluationsVerified: 2 },
    checkpoint: { step: checkpoint.step, sha256: checkpoint.sha256 },
  });
  expect(receipt.checks.map(({ about, same }) => [about, same])).toContainEqual(['checkpoint', true]);
  await verify(page).getByLabel('From', { exact: true }).selectOption('0');
  await expectPhase(page, 'idle');
});

test('a stretch is drawn at random, other ones in other draws, and is what Verify then goes over', async ({ page }) => {
  const { of } = await checkpointed(page);
  await open(page, { of, stretches: 1 });
  const drawn = verify(page).getByRole('status');
  const seen = new Set<string>();
  for (let draw = 0; draw < 40 && seen.size < 2; draw++) {
    await button(page, 'Draw a stretch at random').click();
    await expect(drawn).toHaveText(/^Drawn: step [\d,]+ to step [\d,]+\./);
    seen.add((await drawn.textContent())!);
  }
  expect(seen.size).toBe(2);
  const [from, to] = [...(await drawn.textContent())!.matchAll(/step ([\d,]+)/g)].map(([, step]) =>
    step!.replace(',', ''),
  );
  await expect(verify(page).getByLabel('From', { exact: true })).toHaveValue(from!);
  await expect(verify(page).getByLabel('How far', { exact: true })).toHaveValue(to!);
});

test('every run of an experiment leads to its verification', async ({ page }) => {
  const { experiment, run } = await cheapest(page);
  await page.goto(`/experiments/${experiment}/`);
  // A long table is folded.
  await page.locator('details:has([aria-label="Runs"])').evaluate((details: HTMLDetailsElement) => {
    details.open = true;
  });
  await page.getByRole('link', { name: `Verify run ${run.id}`, exact: true }).click();
  await expect(page).toHaveURL(new RegExp(`/verify/\\?experiment=${experiment}&run=${run.id}$`));
  await expect(verify(page).getByLabel('Run', { exact: true })).toHaveValue(run.id);
});

test('an address of a run that does not exist says so, and a run that is chosen is in the address', async ({
  page,
}) => {
  await page.goto('/verify/?run=0123456789abcdef');
  await expect(verify(page).getByRole('alert')).toContainText('no run “0123456789abcdef”');
  const runs = verify(page).getByLabel('Run', { exact: true });
  await runs.selectOption({ index: 1 });
  await expect(page).toHaveURL(new RegExp(`run=${await runs.inputValue()}$`));
});

test('by keyboard alone: chosen, begun, stopped, gone on with; the focus stays on its button', async ({ page }) => {
  await open(page);
  await verify(page).getByLabel('How far', { exact: true }).focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Tab');
  await expect(button(page, 'Verify')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(button(page, 'Stop')).toBeFocused();
  await expectPhase(page, 'reached');
  await expect(button(page, /^Continue to step/)).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await expect(button(page, 'Download receipt')).toBeFocused();
  await expect(verify(page).locator('[aria-live=polite]')).toHaveText(/^Verified \d+ of \d+ evaluations, to step/);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`green and red have no accessibility violations and fit a phone (${colorScheme})`, async ({ page }) => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.emulateMedia({ colorScheme });
    const altered = structuredClone((await cheapest(page)).run);
    await open(page, { stretches: 1 });
    await button(page, 'Verify').click();
    await expectPhase(page, 'reached');
    await verify(page).locator('summary').click();
    await expectAccessible(page);

    altered.evaluations[1]!.fingerprint = altered.evaluations[0]!.fingerprint;
    await page.route(`**/results/runs/${altered.id}.json`, (route) => route.fulfill({ json: altered }));
    await button(page, 'Start over').click();
    await button(page, 'Verify').click();
    await expectPhase(page, 'refuted');
    await expectAccessible(page);
  });
}

async function expectAccessible(page: Page): Promise<void> {
  expect(await violationsOf(page, '.verify')).toEqual([]);
  const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  expect(content).toBeLessThanOrEqual(window!);
  const low = await verify(page)
    .locator('button, select, summary')
    .evaluateAll((elements) =>
      elements
        .map((element) => ({ text: element.textContent, height: element.getBoundingClientRect().height }))
        .filter(({ height }) => height < 44),
    );
  expect(low).toEqual([]);
}

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  for (const path of ['/verify/', '/figures/emergence/']) {
    test(`${path} says how to verify elsewhere`, async ({ page }) => {
      await page.goto(path);
      await expect(page.getByLabel('Command that verifies a run')).toHaveText(
        /npm run pipeline -- verify emergence --run [0-9a-f]{16}/,
      );
      await expect(verify(page)).toBeHidden();
    });
  }
});
