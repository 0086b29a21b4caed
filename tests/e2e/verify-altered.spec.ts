/** Verify where something was altered or is missing: it turns red, shows both hashes, and says what to do. */
import { readFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, test } from '@playwright/test';
import {
  button,
  cheapest,
  checkpointed,
  expectPhase,
  LONG,
  open,
  receiptOf,
  status,
  verdict,
  verify,
} from './verifying.ts';

test.describe.configure({ timeout: 240_000 });

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
