/** Verify, as a reader meets it: an honest run turns green to its end, and whatever was altered turns red. */
import { readFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import type { Receipt } from '../../src/components/verify/receipt.ts';
import type { CheckpointEntry, CheckpointList } from '../../src/results/checkpoints.ts';
import type { ExperimentResult, ResultIndex, Run } from '../../src/results/schema.ts';

/** What is loaded to verify and for nothing else. */
const TRAINING = /worker|tfjs|tensorflow|\.wasm|corpora\/|checkpoints\/|results\/runs/;
const LONG = 120_000;

test.describe.configure({ timeout: 240_000 });

const verify = (page: Page) => page.locator('.verify');
const button = (page: Page, name: string | RegExp) => verify(page).getByRole('button', { name });
const verdict = (page: Page) => verify(page).locator('[data-verdict]');
const status = (page: Page) => verify(page).locator('[data-status]');

async function expectPhase(page: Page, phase: string, timeout = LONG): Promise<void> {
  await expect(verify(page)).toHaveAttribute('data-phase', phase, { timeout });
}

/** A published run and an experiment that has it. */
interface Published {
  experiment: string;
  run: Run;
}

let published: Published[] | null = null;

async function publishedRuns(page: Page): Promise<Published[]> {
  if (published) return published;
  const json = async (file: string) => (await page.request.get(`/results/${file}`)).json();
  const { experiments } = (await json('index.json')) as ResultIndex;
  const results: ExperimentResult[] = await Promise.all(experiments.map(({ file }) => json(file)));
  published = results.flatMap(({ experiment, runs }) => runs.map((run) => ({ experiment, run })));
  return published;
}

/** The run that took least time of those on a text, or of those on a language made from it, and has stretches to choose from. */
async function cheapest(page: Page, { language = false } = {}): Promise<Published> {
  const runs = await publishedRuns(page);
  return runs
    .filter(({ run }) => (run.specification.data.language !== null) === language && run.evaluations.length >= 6)
    .sort((a, b) => a.run.execution.seconds - b.run.execution.seconds)[0]!;
}

/** Opens the page of a run, by default the cheapest, and chooses how far to go: so many of the stretches offered. */
async function open(page: Page, { stretches, of }: { stretches?: number; of?: Published } = {}): Promise<Run> {
  const { experiment, run } = of ?? (await cheapest(page));
  await page.goto(`/verify/?experiment=${experiment}&run=${run.id}`);
  await expect(verify(page)).toHaveAttribute('data-ready', 'true', { timeout: LONG });
  await expect(verify(page)).toContainText(run.id);
  const choice = verify(page).getByLabel('How far', { exact: true });
  await (stretches === undefined ? chooseAll(page) : choice.selectOption({ index: stretches - 1 }));
  return run;
}

/** By default a run is verified whole only where that takes under a minute. */
async function chooseAll(page: Page): Promise<void> {
  const choice = verify(page).getByLabel('How far', { exact: true });
  await choice.selectOption({ index: (await choice.locator('option').count()) - 1 });
}

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

async function receiptOf(page: Page): Promise<Receipt> {
  const [download] = await Promise.all([page.waitForEvent('download'), button(page, 'Download receipt').click()]);
  expect(download.suggestedFilename()).toMatch(/^verification-[0-9a-f]{16}\.json$/);
  return JSON.parse(readFileSync(await download.path(), 'utf8'));
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

test('an altered fingerprint in the published file turns it red, with both hashes, and it stops there', async ({
  page,
}) => {
  const honest = (await cheapest(page)).run;
  const altered = structuredClone(honest);
  const evaluation = altered.evaluations[2]!;
  evaluation.fingerprint = evaluation.fingerprint.replace(/^./, (digit) => (digit === '0' ? '1' : '0'));
  await page.route(`**/results/runs/${honest.id}.json`, (route) => route.fulfill({ json: altered }));
  await open(page);
  await button(page, 'Verify').click();
  await expectPhase(page, 'refuted');
  await expect(verify(page)).toHaveAttribute('data-tone', 'bad');
  await expect(verdict(page)).toHaveText(
    new RegExp(
      `Differs at step ${evaluation.step}: .* Verified 2 of ${honest.evaluations.length} evaluations before it`,
    ),
  );
  const difference = verify(page).locator('[data-difference]');
  await expect(difference).toContainText(evaluation.fingerprint);
  await expect(difference).toContainText(honest.evaluations[2]!.fingerprint);
  await expect(verify(page).locator('[data-check=file]')).toContainText('not the one that this page was made from');
  await expect(verify(page).locator('b.same')).toHaveCount(2);
  await expect(verify(page).locator('b.differs')).toHaveCount(1);
  const receipt = await receiptOf(page);
  expect(receipt.outcome).toBe('different');
  expect(receipt.difference).toEqual({
    kind: 'fingerprint',
    step: evaluation.step,
    published: evaluation.fingerprint,
    here: honest.evaluations[2]!.fingerprint,
  });
});

test('a measure that was touched up turns it red, though the parameters are the same', async ({ page }) => {
  const altered = structuredClone((await cheapest(page)).run);
  altered.evaluations[1]!.firstAttention /= 2;
  await page.route(`**/results/runs/${altered.id}.json`, (route) => route.fulfill({ json: altered }));
  await open(page);
  await button(page, 'Verify').click();
  await expectPhase(page, 'refuted');
  await expect(verdict(page)).toHaveText(
    /the parameters are the published ones, but not what the file says of them \(firstAttention\)/,
  );
});

test('a changed specification is no longer the run of that name', async ({ page }) => {
  const altered = structuredClone((await cheapest(page)).run);
  altered.specification.training.peakLearningRate *= 2;
  await page.route(`**/results/runs/${altered.id}.json`, (route) => route.fulfill({ json: altered }));
  await open(page);
  await button(page, 'Verify').click();
  await expectPhase(page, 'failed');
  await expect(status(page)).toHaveText(/its specification and versions give [0-9a-f]{16}, so it was changed by hand/);
});

test('kernels of which one bit of one constant was altered turn it red, with both hashes', async ({ page }) => {
  const wasm = readFileSync(new URL('../../src/engine/kernels/kernels.wasm', import.meta.url));
  const constant = Buffer.alloc(4);
  constant.writeFloatLE(EXPONENTIAL_COEFFICIENT);
  const place = wasm.indexOf(constant);
  expect(place, 'the coefficient of the exponential').toBeGreaterThan(0);
  const altered = Buffer.from(wasm);
  altered[place]! ^= 1;
  await page.route(/kernels.*\.wasm/, (route) => route.fulfill({ body: altered, contentType: 'application/wasm' }));
  const { evaluations } = await open(page);
  await button(page, 'Verify').click();
  await expectPhase(page, 'refuted');
  await expect(verify(page).locator('[data-difference] code')).toHaveText([/^\S+$/, /^\S+$/]);
  await expect(verify(page).locator('[data-check=kernels] code')).toHaveText([/^[0-9a-f]{64}$/, /^[0-9a-f]{64}$/]);
  expect(evaluations.length).toBeGreaterThan(await verify(page).locator('b.same').count());
});

/** Of the polynomial that every softmax goes through. */
const EXPONENTIAL_COEFFICIENT = 1.6666665459e-1;

test('another text turns it red, and says that it is another', async ({ page }) => {
  await page.route('**/text.txt.gz', async (route) => {
    const served = await (await route.fetch()).body();
    const text = (served[0] === 0x1f ? gunzipSync(served) : served).toString('utf8');
    // Every tenth section is held out; those stay as they are, so that the first weights still measure the same.
    const sections = text
      .split('\n\n')
      .map((section, index) => (index % 10 === 9 ? section : section.replaceAll('God', 'Dog')));
    await route.fulfill({ body: gzipSync(sections.join('\n\n')), contentType: 'application/gzip' });
  });
  await open(page);
  await button(page, 'Verify').click();
  await expectPhase(page, 'refuted');
  await expect(verify(page).locator('[data-difference=fingerprint] code')).toHaveText([
    /^[0-9a-f]{64}$/,
    /^[0-9a-f]{64}$/,
  ]);
  const check = verify(page).locator('[data-check=text]');
  await expect(check).toContainText('The text is not the one that the run was trained on.');
  await expect(check.locator('code')).toHaveText([/^[0-9a-f]{64}$/, /^[0-9a-f]{64}$/]);
});

/** The published checkpoint whose run takes least time, with an experiment that has the run. */
async function checkpointed(page: Page): Promise<{ of: Published; checkpoint: CheckpointEntry }> {
  const { checkpoints } = (await (await page.request.get('/checkpoints/index.json')).json()) as CheckpointList;
  const runs = await publishedRuns(page);
  const found = checkpoints.flatMap((checkpoint) => {
    const of = runs.find(({ run }) => run.id === checkpoint.run);
    return of ? [{ of, checkpoint }] : [];
  });
  const perStep = ({ of: { run } }: (typeof found)[number]) =>
    (run.specification.evaluation.every * run.execution.seconds) / run.specification.training.steps;
  return found.sort((a, b) => perStep(a) - perStep(b))[0]!;
}

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

test('a checkpoint of which one bit of one weight was altered turns it red, with both hashes', async ({ page }) => {
  const { of, checkpoint } = await checkpointed(page);
  await page.route(`**/checkpoints/${checkpoint.run}/${checkpoint.step}.ftck`, async (route) => {
    const body = await (await route.fetch()).body();
    body[8 + body.readUInt32LE(4)]! ^= 1;
    await route.fulfill({ body, contentType: 'application/octet-stream' });
  });
  await open(page, { of, stretches: 1 });
  await verify(page).getByLabel('From', { exact: true }).selectOption(String(checkpoint.step));
  await button(page, 'Verify').click();
  await expectPhase(page, 'refuted');
  await expect(verify(page)).toHaveAttribute('data-tone', 'bad');
  await expect(verdict(page)).toHaveText(/Differs at step [\d,]+: the parameters have other bits than those published/);
  const check = verify(page).locator('[data-check=checkpoint]');
  await expect(check).toContainText('The checkpoint is not the one that was published.');
  await expect(check).toContainText(checkpoint.sha256);
  await expect(verify(page).locator('b.same')).toHaveCount(0);
  expect(await receiptOf(page)).toMatchObject({ outcome: 'different', verifiedToStep: null });
});

test('a checkpoint that is cut short or missing cannot be used, and it says what to do', async ({ page }) => {
  const { of, checkpoint } = await checkpointed(page);
  await page.route('**/checkpoints/**', (route) => route.fulfill({ status: 404 }));
  await open(page, { of, stretches: 1 });
  await verify(page).getByLabel('From', { exact: true }).selectOption(String(checkpoint.step));
  await button(page, 'Verify').click();
  await expect(status(page)).toHaveText(/could not be fetched: 404 for .*\.ftck\. Verify again, or from the first/, {
    timeout: LONG,
  });
  await page.unroute('**/checkpoints/**');
  await page.route('**/checkpoints/**', (route) => route.fulfill({ body: Buffer.from('FTCK') }));
  await button(page, 'Verify again').click();
  await expect(status(page)).toHaveText(/The checkpoint cannot be used: .* Verify from the first weights/, {
    timeout: LONG,
  });
  await expect(verify(page).locator('[data-check=checkpoint]')).toContainText('is not the one that was published');
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
    const { violations } = await new AxeBuilder({ page }).include('.summaries').analyze();
    expect(violations.map(({ id }) => id)).toEqual([]);
  });

  test('turn red where an estimate was touched up, and where an analysis was', async ({ page }) => {
    await page.route('**/results/packing.json', async (route) => {
      const result = (await (await route.fetch()).json()) as ExperimentResult;
      result.groups[0]!.series[1]!.measures['validationLoss']!.mean -= 0.1;
      await route.fulfill({ json: result });
    });
    const found = await compute(page);
    await expect(found).toHaveAttribute('data-tone', 'bad');
    await expect(found.getByRole('status')).toContainText('Differs: validationLoss at step');
    await expect(found.locator('dd')).toHaveText([/"mean"/, /"mean"/]);

    await page.unroute('**/results/packing.json');
    await page.route('**/results/analyses/*.json', async (route) => {
      const analysis = await (await route.fetch()).json();
      const [name, value] = Object.entries(analysis.measured).find(([, each]) => typeof each === 'number')!;
      analysis.measured[name] = (value as number) + 0.5;
      await route.fulfill({ json: analysis });
    });
    await expect(await compute(page)).toHaveAttribute('data-tone', 'bad');
  });
});

test('without the run or the text it says what is missing and what to do, and a second try can succeed', async ({
  page,
}) => {
  await page.route('**/results/runs/**', (route) => route.fulfill({ status: 404 }));
  await open(page, { stretches: 1 });
  await button(page, 'Verify').click();
  await expect(status(page)).toHaveText(/404 for .*results\/runs.* Reload the page/);
  await page.unroute('**/results/runs/**');
  await page.route('**/corpora/**', (route) => route.abort());
  await button(page, 'Verify again').click();
  await expect(status(page)).toHaveText(/no whole answer for .*corpora.* Check the connection/, { timeout: LONG });
  await page.unroute('**/corpora/**');
  await button(page, 'Verify again').click();
  await expectPhase(page, 'reached');
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
  const { violations } = await new AxeBuilder({ page }).include('.verify').analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
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
