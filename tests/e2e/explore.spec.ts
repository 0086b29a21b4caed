/**
 * The explorers as a reader meets them, on a small model with random weights that is written here: what they show must
 * be what the kernels and the decoder say of that model.
 */
import { expect, type Page, test } from '@playwright/test';
import {
  firstShares,
  mapOf,
  paymentInWords,
  readAttention,
  strongestKey,
} from '../../src/components/explore/attention-reading.ts';
import { planExchange, type Replacement, readAverage, readExchange } from '../../src/components/explore/exchange.ts';
import { config, fixtureFiles, fixtureModel, tokenizer } from '../../src/components/explore/explore.fixture.ts';
import { readOutcomes } from '../../src/components/explore/switch-reading.ts';
import { lastOfWords, nameOf, readText } from '../../src/components/explore/text.ts';
import { SIGHTS, violationsOf } from '../support/axe.ts';
import { openQuiet } from '../support/visit.ts';

const TEXT = 'The man went to the house and saw a light';
/** As many heads as the published models have, since a page may tell which of them to show. */
const shape = { ...config, layers: 6, heads: 4, width: 32 };
const files = fixtureFiles(shape);
const model = await fixtureModel(shape);
const text = readText(TEXT, tokenizer, { bos: true, length: shape.contextLength });
const T = text.ids.length;

type Answer = { status: number } | { body: string | Buffer };

/** The model, whatever its name, with some of its files answered otherwise. */
async function serve(page: Page, others: Record<string, Answer> = {}): Promise<void> {
  const answers: Record<string, Answer> = {
    'model.safetensors': { body: Buffer.from(files.weights) },
    'config.json': { body: files.config },
    'tokenizer.json': { body: files.tokenizer },
    ...others,
  };
  await page.unroute('**/models/**');
  await page.route('**/models/**', (route) =>
    route.fulfill(answers[new URL(route.request().url()).pathname.split('/').at(-1)!] ?? { status: 404 }),
  );
}

const explorer = (page: Page, title: string) => page.locator('.explorer', { hasText: title });
const attention = (page: Page) => explorer(page, 'Where it looks');
const perturbation = (page: Page) => explorer(page, 'How far one word is heard');
const switches = (page: Page) => explorer(page, 'A head that switches itself off');
type Which = typeof attention;

/** Opens the page, waits for a piece and writes the text into it. */
async function open(page: Page, which: Which, written = TEXT): Promise<void> {
  await page.goto('/explore/');
  await write(page, which, written);
}

async function write(page: Page, which: Which, written: string): Promise<void> {
  await which(page).scrollIntoViewIfNeeded();
  await expect(which(page)).toHaveAttribute('data-status', 'ready', { timeout: 30_000 });
  await which(page).getByLabel('Your text').fill(written);
  const count = Math.min(tokenizer.encode(written).length + 1, shape.contextLength);
  await expect(which(page)).toContainText(`${count} of ${shape.contextLength} tokens`);
}

test.describe('attention', () => {
  const map = (page: Page) => attention(page).getByRole('slider', { name: /choose the attending token/ });

  test('shows the head that attends to the first token most, and any other, with the weights of the kernels', async ({
    page,
  }) => {
    await serve(page);
    await open(page, attention);
    const reading = await readAttention(model, text);
    const shares = firstShares(reading);
    const strongest = shares.indexOf(Math.max(...shares));
    const row = lastOfWords(text.labels);
    const words = (head: number, query: number, key: number) =>
      paymentInWords(mapOf(reading, head), text.labels, query, key);
    const key = (head: number, query: number) => strongestKey(mapOf(reading, head), T, query);

    const heads = attention(page).getByRole('group', { name: 'All heads' }).getByRole('radio');
    await expect(heads).toHaveCount(24);
    await expect(heads.nth(strongest)).toBeChecked();
    await expect(map(page)).toHaveAttribute('aria-valuetext', words(strongest, row, key(strongest, row)));
    await expect(attention(page)).toContainText(`${words(strongest, row, key(strongest, row))}.`);

    await heads.nth(5).check();
    await expect(map(page)).toHaveAttribute('aria-valuetext', words(5, row, key(5, row)));
    await page.keyboard.press('ArrowRight');
    await expect(heads.nth(6)).toBeChecked();

    await map(page).focus();
    await page.keyboard.press('PageUp');
    for (const move of ['ArrowDown', 'ArrowDown', 'ArrowDown', 'End', 'ArrowLeft']) await page.keyboard.press(move);
    await expect(map(page)).toHaveAttribute('aria-valuetext', words(6, 3, 2));
    await page.keyboard.press('Home');
    await expect(map(page)).toHaveAttribute('aria-valuetext', words(6, 3, 0));
  });

  test('the pointer links the map with the tokens', async ({ page }) => {
    await serve(page);
    await open(page, attention);
    const box = (await map(page).boundingBox())!;
    await map(page).hover({ position: { x: (2.5 / T) * box.width, y: (7.5 / T) * box.height } });
    await expect(map(page)).toHaveAttribute('data-query', '7');
    await expect(map(page)).toHaveAttribute('data-key', '2');
    const tokens = attention(page).locator('.token');
    await expect(tokens).toHaveCount(T);
    await expect(tokens.nth(7)).toHaveClass(/query/);
    await expect(tokens.nth(2)).toHaveClass(/key/);
    await tokens.nth(4).hover();
    await expect(map(page)).toHaveAttribute('data-query', '4');
  });

  test('<bos> can be taken away, and what has no room is told', async ({ page }) => {
    await serve(page);
    await open(page, attention);
    await attention(page).getByRole('checkbox', { name: '<bos> before the text' }).uncheck();
    await expect(attention(page)).toContainText(`${T - 1} of ${shape.contextLength} tokens`);
    await expect(attention(page).locator('.token').first()).toContainText('The');

    const long = 'and he said '.repeat(40);
    await attention(page).getByLabel('Your text').fill(long);
    const { cut } = readText(long, tokenizer, { bos: false, length: shape.contextLength });
    await expect(attention(page).locator('s')).toHaveText(cut.trim());
    await expect(attention(page).locator('.token')).toHaveCount(shape.contextLength);

    await attention(page).getByLabel('Your text').fill('');
    await expect(attention(page)).toContainText('Write a word');
  });
});

test('an exchanged word moves the states as far as the kernels say, under every condition', async ({ page }) => {
  await serve(page);
  await open(page, perturbation);
  const { words } = planExchange(model, text, null, null)!;
  const index = words.findIndex((word) => word.text === ' house');
  const plan = planExchange(model, text, index, 'city')!;
  await perturbation(page).getByRole('radio', { name: 'house', exact: true }).check();
  const field = perturbation(page).getByLabel('Instead of “house”');
  await field.fill('hippopotamus');
  await expect(perturbation(page)).toContainText(/“hippopotamus” is \d+ tokens, “house” \d/);
  await expect(field).toHaveAttribute('aria-invalid', 'true');

  const fitting = planExchange(model, text, index, null)!;
  const offer = fitting.offers.at(-1)!;
  await perturbation(page).getByRole('button', { name: offer, exact: true }).click();
  await expect(field).toHaveValue(offer);
  await expect(perturbation(page).locator('ins')).toHaveText(offer);
  expect(plan.words).toEqual(words);
  const { found } = planExchange(model, text, index, offer)!;
  const { changes } = await readExchange(model, text, words[index]!, found as Replacement);
  const average = (await readAverage(model, text))!;
  for (const { condition, meanBehind } of changes) {
    const panel = perturbation(page).locator(`[data-condition=${condition}]`);
    await expect.poll(async () => Number(await panel.getAttribute('data-behind'))).toBeCloseTo(meanBehind!, 4);
    await expect(panel).toContainText(`over ${average.exchanges} exchanges`);
    expect(Number(await panel.locator('[data-average]').getAttribute('data-average'))).toBeCloseTo(
      average.meanBehind[condition],
      4,
    );
  }
});

test('a head is followed, and taking the first token’s value away costs what the decoder says', async ({ page }) => {
  await serve(page);
  await open(page, switches);
  const row = (name: string) => switches(page).locator(`[data-intervention=${name}]`);
  const expectRises = async (head: number | null) => {
    const [untouched, ...others] = readOutcomes(model, text, head);
    for (const { intervention, loss } of others) {
      await expect
        .poll(async () => Number(await row(intervention).getAttribute('data-rise')))
        .toBeCloseTo(loss! - untouched!.loss!, 4);
    }
  };
  await expectRises(null);

  const heads = switches(page).getByRole('group', { name: 'All heads' }).getByRole('radio');
  await heads.nth(9).check();
  await switches(page).getByRole('radio', { name: 'in this head' }).check();
  await expect(row('masked')).toHaveCount(0);
  await expectRises(9);

  await row('ordinary').getByRole('radio').check();
  const slider = switches(page).getByRole('slider');
  await slider.focus();
  await page.keyboard.press('Home');
  for (let i = 0; i < 4; i++) await page.keyboard.press('ArrowRight');
  await expect(slider).toHaveAttribute('aria-valuetext', nameOf(text.labels, 4));
  const outcome = readOutcomes(model, text, 9).find(({ intervention }) => intervention === 'ordinary')!;
  const shown = switches(page).locator('[data-guesses=ordinary] li b');
  await expect(shown).toHaveText(outcome.next[4]!.map(({ probability }) => `${(100 * probability).toFixed(1)} %`));
});

test.describe('what can go wrong', () => {
  test('weights that are not there', async ({ page }) => {
    await serve(page, { 'model.safetensors': { status: 404 } });
    await page.goto('/explore/');
    await expect(attention(page)).toHaveAttribute('data-status', 'failed', { timeout: 30_000 });
    await expect(attention(page)).toContainText(
      /the server answered 404 for .*model\.safetensors\..*pipeline -- export/,
    );
    await serve(page);
    await attention(page).getByRole('button', { name: 'Try again' }).click();
    await expect(attention(page)).toHaveAttribute('data-status', 'ready', { timeout: 30_000 });
  });

  test('weights that are damaged', async ({ page }) => {
    await serve(page, { 'model.safetensors': { body: Buffer.from(files.weights.slice(0, 20_000)) } });
    await page.goto('/explore/');
    await expect(attention(page)).toContainText(/The model that came cannot be used\. model\.safetensors: /, {
      timeout: 30_000,
    });
  });
});

test('nothing is loaded before a piece is near, and nothing the reader writes leaves the page', async ({ page }) => {
  await serve(page);
  const requests: string[] = [];
  page.on('request', (request) => requests.push(`${request.method()} ${request.url()}`));
  await page.setViewportSize({ width: 390, height: 120 });
  await openQuiet(page, '/explore/');
  expect(requests.filter((request) => /models\/|\.wasm/.test(request))).toEqual([]);
  await page.setViewportSize({ width: 390, height: 900 });
  await attention(page).scrollIntoViewIfNeeded();
  await expect(attention(page)).toHaveAttribute('data-status', 'ready', { timeout: 30_000 });
  const origin = new URL(page.url()).origin;
  expect(requests.filter((request) => !request.startsWith(`GET ${origin}/`) && !request.includes(' data:'))).toEqual(
    [],
  );
  for (const which of [perturbation, switches]) {
    await which(page).scrollIntoViewIfNeeded();
    await expect(which(page)).toHaveAttribute('data-status', 'ready', { timeout: 30_000 });
  }
  expect(requests.filter((request) => request.includes('model.safetensors'))).toHaveLength(1);
  const before = requests.length;
  for (const which of [attention, perturbation, switches]) {
    await which(page).getByLabel('Your text').fill('my secret words stay here');
    await expect(which(page)).toContainText(/\d+ of 48 tokens/);
  }
  await page.waitForTimeout(500);
  expect(requests.slice(before)).toEqual([]);
});

for (const { width, colorScheme } of SIGHTS) {
  test(`axe finds nothing and nothing is wider than the page, ${colorScheme} at ${width} px`, async ({ page }) => {
    test.slow();
    await serve(page);
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 900 });
    await page.goto('/explore/');
    for (const which of [attention, perturbation, switches]) await write(page, which, 'The man saw a light');
    await page.evaluate(() => {
      for (const details of document.querySelectorAll('details')) details.open = true;
    });
    expect(await violationsOf(page, 'main')).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  });
}

test('without JavaScript there is a still picture, or word of what is missing', async ({ browser }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto('/explore/');
  for (const which of [attention, perturbation, switches]) {
    const piece = page.locator('.explore', { has: which(page) });
    const missing = await piece.getByText('not part of this copy of the site').count();
    const drawn = await piece.locator('svg path, .token').count();
    expect(missing > 0 || drawn > 0).toBe(true);
    await expect(piece.getByText('With JavaScript')).toBeVisible();
    await expect(piece.getByRole('textbox')).toHaveCount(0);
  }
  await context.close();
});
