/** The graph of related work and its table, in a real browser. */
import { expect, type Locator, type Page, test } from '@playwright/test';
import { relatedWorks } from '../../src/components/related/catalogue.ts';
import { PAPER } from '../../src/paper/paper.ts';
import { SIGHTS, violationsOf } from '../support/axe.ts';

const works = relatedWorks();
const gu = works.find(({ id }) => id === 'gu2024emerges')!;

async function graphOf(page: Page): Promise<Locator> {
  await page.goto('/related/');
  const ground = page.locator('.related-graph .ground[data-layout]');
  await expect(ground).toHaveCount(1);
  return ground;
}
/** Of a work in the graph. */
const nodeOf = (ground: Locator, id: string) => ground.locator(`a[href="#work-${id}"]`);
const centreOf = async (node: Locator) => {
  const { x, y, width, height } = (await node.boundingBox())!;
  return { x: x + width / 2, y: y + height / 2 };
};
const scaleOf = async (ground: Locator) => Number(await ground.getAttribute('data-scale'));

test('the paper is dark grey, works that cite it green, those it cites blue, others lighter', async ({ page }) => {
  const ground = await graphOf(page);
  await expect(ground.locator('a.node')).toHaveCount(works.length + 1);
  const hue = (selector: string) =>
    ground
      .locator(selector)
      .first()
      .evaluate((shape) => getComputedStyle(shape).fill);
  const channels = (rgb: string) => (rgb.match(/[\d.]+/g) ?? []).slice(0, 3).map(Number) as [number, number, number];
  const [pr, pg, pb] = channels(await hue('.node.paper circle'));
  expect(Math.max(pr, pg, pb) - Math.min(pr, pg, pb)).toBeLessThan(20);
  expect(Math.max(pr, pg, pb)).toBeLessThan(110);
  const [gr, gg, gb] = channels(await hue('.node.cited_by:not(.unchecked) circle:not(.reach)'));
  expect(gg).toBeGreaterThan(Math.max(gr, gb));
  const [br, bg, bb] = channels(await hue('.node.cites:not(.unchecked) rect'));
  expect(bb).toBeGreaterThan(Math.max(br, bg));
  // A mixed colour comes in parts of one.
  const related = channels(await hue('.node.related:not(.unchecked) circle:not(.reach)'));
  expect(Math.min(...related) * (Math.max(...related) <= 1 ? 255 : 1)).toBeGreaterThan(110);
});

test('pointing names a work; a press opens it with its link; Escape closes it and gives the focus back', async ({
  page,
}) => {
  const ground = await graphOf(page);
  const node = nodeOf(ground, gu.id);
  await node.hover();
  await expect(ground.locator('.tip')).toContainText(gu.title);
  await node.click();
  const dialog = page.getByRole('dialog', { name: gu.title });
  await expect(dialog).toBeVisible();
  await expect(dialog).toContainText('The paper cites this work.');
  await expect(dialog.getByRole('link')).toHaveAttribute('href', 'https://arxiv.org/abs/2410.10781');
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(node).toBeFocused();
});

test('an unchecked entry says so where it is opened', async ({ page }) => {
  const ground = await graphOf(page);
  const unchecked = works.find(({ checked }) => !checked)!;
  await nodeOf(ground, unchecked.id).click();
  await expect(page.getByRole('dialog')).toContainText('Unchecked');
  await page.getByRole('button', { name: 'Close' }).click();
  await expect(page.getByRole('dialog')).toBeHidden();
});

test('by keyboard: one stop, arrows from work to work, Enter opens, plus and minus zoom', async ({ page }) => {
  const ground = await graphOf(page);
  await expect(ground.locator('a[tabindex="0"]')).toHaveCount(1);
  const paper = ground.getByRole('link', { name: PAPER.title });
  await paper.focus();
  await page.keyboard.press('ArrowRight');
  await expect(paper).not.toBeFocused();
  await expect(ground.locator('a[tabindex="0"]')).toBeFocused();
  await expect(ground.locator('.tip')).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('+');
  expect(await scaleOf(ground)).toBeGreaterThan(1);
  await page.keyboard.press('-');
  expect(await scaleOf(ground)).toBe(1);
  await page.keyboard.press('Home');
  await expect(paper).toBeFocused();
});

test('a node is dragged, others give way, and nothing opens; Reset brings all back', async ({ page }) => {
  const ground = await graphOf(page);
  await ground.scrollIntoViewIfNeeded();
  const node = nodeOf(ground, gu.id);
  const other = ground.locator('a.node.cited_by').first();
  const from = await centreOf(node);
  const onto = await centreOf(other);
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move((from.x + onto.x) / 2, (from.y + onto.y) / 2, { steps: 8 });
  await page.mouse.move(onto.x, onto.y, { steps: 8 });
  await page.mouse.up();
  const after = await centreOf(node);
  expect(Math.hypot(after.x - onto.x, after.y - onto.y)).toBeLessThan(3);
  const pushed = await centreOf(other);
  expect(Math.hypot(pushed.x - onto.x, pushed.y - onto.y)).toBeGreaterThan(8);
  await expect(page.getByRole('dialog')).toBeHidden();
  await page.getByRole('button', { name: 'Reset' }).click();
  const back = await centreOf(node);
  expect(Math.hypot(back.x - from.x, back.y - from.y)).toBeLessThan(1);
});

test('zooms by buttons and wheel; the wheel scrolls the page until the drawing has been pressed', async ({ page }) => {
  const ground = await graphOf(page);
  const smaller = page.getByRole('button', { name: 'Zoom out' });
  await expect(smaller).toBeDisabled();
  await page.getByRole('button', { name: 'Zoom in' }).click();
  expect(await scaleOf(ground)).toBeCloseTo(1.4, 2);
  await smaller.click();
  expect(await scaleOf(ground)).toBe(1);

  const box = (await ground.locator('svg').boundingBox())!;
  const blank = { x: box.x + box.width * 0.06, y: box.y + box.height * 0.5 };
  await page.mouse.move(blank.x, blank.y);
  await page.mouse.wheel(0, 120);
  await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(0);
  expect(await scaleOf(ground)).toBe(1);
  await page.evaluate(() => scrollTo(0, 0));
  await page.mouse.click(blank.x, blank.y);
  await page.mouse.wheel(0, -300);
  await expect.poll(() => scaleOf(ground)).toBeGreaterThan(1.5);
  expect(await page.evaluate(() => scrollY)).toBe(0);
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  test('time runs down, a tap opens, two fingers zoom, nothing stands beside the page', async ({ page }) => {
    const ground = await graphOf(page);
    await expect(ground).toHaveAttribute('data-layout', 'narrow');
    const svg = ground.locator('svg');
    await expect(svg).toHaveCount(1);
    await svg.scrollIntoViewIfNeeded();
    const box = (await svg.boundingBox())!;
    const client = await page.context().newCDPSession(page);
    const y = Math.min(box.y + box.height / 2, 600);
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', apart: number) =>
      client.send('Input.dispatchTouchEvent', {
        type,
        touchPoints:
          type === 'touchEnd'
            ? []
            : [
                { x: 195 - apart, y, id: 0 },
                { x: 195 + apart, y, id: 1 },
              ],
      });
    await touch('touchStart', 30);
    for (let apart = 40; apart <= 90; apart += 10) await touch('touchMove', apart);
    await touch('touchEnd', 0);
    expect(await scaleOf(ground)).toBeGreaterThan(1.8);
    await page.getByRole('button', { name: 'Reset' }).tap();
    await nodeOf(ground, gu.id).tap();
    await expect(page.getByRole('dialog', { name: gu.title })).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  });
});

test('the table sorts by each column, both ways, and says so', async ({ page }) => {
  await page.goto('/related/');
  const table = page.locator('[data-works]');
  await expect(table.locator('tbody tr')).toHaveCount(works.length);
  const column = (index: number) =>
    table
      .locator(`tbody tr > :nth-child(${index})`)
      .evaluateAll((cells) => cells.map((cell) => (cell as HTMLElement).dataset['key']!));
  const { compare } = new Intl.Collator('en', { numeric: true, ignorePunctuation: true });
  for (const [index, name] of ['Title', 'Authors'].entries()) {
    const head = table.getByRole('columnheader', { name });
    await head.getByRole('button').click();
    await expect(head).toHaveAttribute('aria-sort', 'ascending');
    const keys = await column(index + 1);
    expect(keys).toEqual(keys.toSorted(compare));
    await head.getByRole('button').press('Enter');
    await expect(head).toHaveAttribute('aria-sort', 'descending');
    expect((await column(index + 1))[0]).toBe(keys.at(-1));
  }
  const year = table.getByRole('columnheader', { name: 'Year' });
  await expect(year).toHaveAttribute('aria-sort', 'none');
  await year.getByRole('button').click();
  await expect(year).toHaveAttribute('aria-sort', 'descending');
  await year.getByRole('button').click();
  const times = (await column(3)).map(Number);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  await expect(page.locator('[data-works-sorted]')).toHaveText('Sorted by year, ascending.');
});

test.describe('without a script', () => {
  test.use({ javaScriptEnabled: false });
  test('the graph is drawn, a work leads to its row, and the table is whole', async ({ page }) => {
    await page.goto('/related/');
    const drawings = page.locator('.related-graph svg');
    await expect(drawings.filter({ visible: true })).toHaveCount(1);
    await expect(drawings.filter({ visible: true }).locator('a.node')).toHaveCount(works.length + 1);
    await expect(page.getByRole('button', { name: 'Zoom in' })).toBeHidden();
    await page.locator(`svg.wide a[href="#work-${gu.id}"]`).click();
    await expect(page).toHaveURL(new RegExp(`#work-${gu.id}$`));
    await expect(page.locator(`#work-${gu.id}`)).toBeInViewport();
    await expect(page.locator('[data-works] tbody tr')).toHaveCount(works.length);
  });
});

test('in print the graph stands still and the table is there, folded or not', async ({ page }) => {
  await graphOf(page);
  await page.evaluate(() => {
    for (const details of document.querySelectorAll('details')) details.open = false;
  });
  await expect(page.locator(`#work-${gu.id}`)).toBeHidden();
  await page.emulateMedia({ media: 'print' });
  await expect(page.locator(`#work-${gu.id}`)).toBeVisible();
  await expect(page.locator('.related-graph svg').filter({ visible: true })).toHaveCount(1);
  await expect(page.getByRole('button', { name: 'Zoom in' })).toBeHidden();
});

for (const { width, colorScheme } of SIGHTS) {
  test(`at ${width} px, ${colorScheme}: no violation, no error`, async ({ page }) => {
    const errors: string[] = [];
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    page.on('pageerror', (error) => errors.push(error.message));
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme });
    const ground = await graphOf(page);
    expect(await violationsOf(page)).toEqual([]);
    await nodeOf(ground, gu.id).click();
    expect(await violationsOf(page), 'with a work open').toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    expect(errors).toEqual([]);
  });
}
