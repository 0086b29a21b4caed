/** The mixing machine and the sums over paths, in a real browser: they do what the text beside them says. */
import { expect, type Locator, type Page, test } from '@playwright/test';
import { SIGHTS, violationsOf } from '../support/axe.ts';

async function machineOf(page: Page): Promise<Locator> {
  await page.goto('/mixing/');
  const machine = page.getByRole('group', { name: 'Mixing machine' });
  await machine.scrollIntoViewIfNeeded();
  await expect(page.locator('#mixing-machine astro-island:not([ssr])')).toHaveCount(1);
  return machine;
}

/** What stands above the three curves; `< 0.01` counts as 0. */
async function measures(machine: Locator): Promise<Record<'residual' | 'rank' | 'lastTwo', number>> {
  const read = async (measure: string) => {
    const text = (await machine.locator(`[data-measure="${measure}"]`).textContent())!;
    return text.startsWith('<') ? 0 : Number(text);
  };
  return { residual: await read('residual'), rank: await read('rank'), lastTwo: await read('lastTwo') };
}

/** How far apart the points of a picture lie at most, in its own units. */
function extent(cloud: Locator): Promise<number> {
  return cloud.evaluate((svg) => {
    const places = [...svg.querySelectorAll<SVGElement>('circle')].map((circle) => {
      const [x = 0, y = 0] = circle.style.transform.match(/-?[\d.]+/g)!.map(Number);
      return { x, y };
    });
    return Math.max(...places.flatMap((a) => places.map((b) => Math.hypot(a.x - b.x, a.y - b.y))));
  });
}

test.describe('the mixing machine', () => {
  test('attention alone contracts to one point; a skip connection slows it; a sink slows it further', async ({
    page,
  }) => {
    const machine = await machineOf(page);
    const found = [];
    for (const name of ['Attention alone', 'With a skip connection', 'With skip and sink']) {
      const button = machine.getByRole('button', { name });
      await button.click();
      await expect(button).toHaveAttribute('aria-pressed', 'true');
      found.push({ ...(await measures(machine)), extent: await extent(machine.locator('.cloud')) });
    }
    const [alone, skip, sink] = found as [(typeof found)[0], (typeof found)[0], (typeof found)[0]];
    expect(alone.residual).toBe(0);
    expect(alone.rank).toBe(1);
    expect(alone.lastTwo).toBe(0);
    expect(alone.extent).toBeLessThan(2);
    expect(skip.residual).toBeGreaterThan(alone.residual);
    expect(sink.residual).toBeGreaterThan(skip.residual);
    expect(sink.rank).toBeGreaterThan(skip.rank);
    expect(sink.extent).toBeGreaterThan(skip.extent);
    expect(skip.extent).toBeGreaterThan(alone.extent);
  });

  test('a sink without a skip connection changes nothing, and the page says so; beside one, more heads mix more', async ({
    page,
  }) => {
    const machine = await machineOf(page);
    await machine.getByRole('slider', { name: 'Layer shown' }).fill('3');
    const before = await measures(machine);
    await machine.getByRole('slider', { name: 'Attention on sink' }).fill('0.9');
    expect(await measures(machine)).toEqual(before);
    await expect(machine.locator('[data-law]')).toContainText('the sink only makes all vectors smaller');
    await machine.getByRole('slider', { name: 'Skip connection' }).fill('1');
    const kept = await measures(machine);
    expect(kept.residual).toBeGreaterThan(before.residual);
    await machine.getByRole('slider', { name: 'Heads' }).fill('8');
    expect((await measures(machine)).residual).toBeLessThan(kept.residual);
  });

  test('the layer is chosen by keyboard, and the picture is told in words', async ({ page }) => {
    const machine = await machineOf(page);
    const layer = machine.getByRole('slider', { name: 'Layer shown' });
    const picture = machine.locator('.cloud');
    await layer.focus();
    await page.keyboard.press('Home');
    await expect(layer).toHaveAttribute('aria-valuetext', 'before the first');
    await expect(picture).toHaveAttribute('aria-label', /^Before the first layer, 16 tokens/);
    const start = await extent(picture);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await expect(picture).toHaveAttribute('aria-label', /^After layer 2 of 12/);
    expect(await extent(picture)).toBeLessThan(start);
    await expect(machine.locator('[aria-live]')).toContainText('After layer 2 of 12');
  });

  test('plays from the first layer to the last, and pauses', async ({ page }) => {
    const machine = await machineOf(page);
    await machine.getByRole('slider', { name: 'Layers', exact: true }).fill('12');
    await machine.getByRole('button', { name: 'Play' }).click();
    await expect(machine).not.toHaveAttribute('data-layer', '0');
    await machine.getByRole('button', { name: 'Pause' }).click();
    const stopped = await machine.getAttribute('data-layer');
    await page.waitForTimeout(1200);
    await expect(machine).toHaveAttribute('data-layer', stopped!);
    await machine.getByRole('button', { name: 'Play' }).click();
    await expect(machine).toHaveAttribute('data-layer', '12', { timeout: 20_000 });
    await expect(machine.getByRole('button', { name: 'Play' })).toBeVisible();
  });

  test('nothing glides for readers who want less motion', async ({ page }) => {
    const duration = async () =>
      page
        .locator('.machine .token')
        .first()
        .evaluate((token) => getComputedStyle(token).transitionDuration);
    await machineOf(page);
    expect(await duration()).not.toBe('0s');
    await page.emulateMedia({ reducedMotion: 'reduce' });
    expect(await duration()).toBe('0s');
  });

  test('the proof unfolds', async ({ page }) => {
    await machineOf(page);
    const fold = page.locator('#collapse-proof');
    await expect(fold.locator('.katex-display')).toBeHidden();
    await fold.locator('summary').click();
    await expect(fold.locator('.katex-display')).toBeVisible();
    await expect(fold).toContainText('The converse is false');
  });
});

test.describe('how far a whisper carries', () => {
  async function whisperOf(page: Page): Promise<Locator> {
    await page.goto('/mixing/');
    const whisper = page.getByRole('group', { name: 'Sums over paths' });
    await whisper.scrollIntoViewIfNeeded();
    await expect(page.locator('#path-sums astro-island:not([ssr])')).toHaveCount(1);
    return whisper;
  }
  const sumOf = async (whisper: Locator) => Number(await whisper.locator('[data-sum]').textContent());
  const thickest = (whisper: Locator) =>
    whisper
      .locator('.edge')
      .evaluateAll((edges) => Math.max(...edges.map((edge) => Number(edge.getAttribute('stroke-width')))));

  test('more attention on the sink: a smaller sum, thinner lines, as many paths', async ({ page }) => {
    const whisper = await whisperOf(page);
    const sink = whisper.getByRole('slider', { name: /Attention on the sink/ });
    const paths = await whisper.locator('[data-paths]').textContent();
    const without = await sumOf(whisper);
    const thick = await thickest(whisper);
    await sink.focus();
    for (let press = 0; press < 12; press++) await page.keyboard.press('ArrowRight');
    await expect(sink).toHaveValue('0.6');
    expect(await sumOf(whisper)).toBeLessThan(without / 2);
    expect(await thickest(whisper)).toBeLessThan(thick);
    await expect(whisper.locator('[data-paths]')).toHaveText(paths!);
    await expect(whisper.locator('[data-words]')).toContainText(
      `Without the sink the sum would be ${without.toFixed(2)}`,
    );
  });

  test('source and target are chosen by keyboard; the paths are counted; nothing is heard before it is said', async ({
    page,
  }) => {
    const whisper = await whisperOf(page);
    const said = whisper.getByRole('group', { name: /Said by/ });
    const heard = whisper.getByRole('group', { name: /Heard by/ });
    await said.getByRole('radio', { name: 'tell' }).focus();
    await page.keyboard.press('ArrowRight');
    await expect(said.getByRole('radio', { name: 'no' })).toBeChecked();
    await heard.getByRole('radio', { name: 'what' }).check();
    // From the third to the fifth of the tokens over three layers: 4 over 2 ways.
    await expect(whisper.locator('[data-paths]')).toHaveText('6');
    await whisper.getByRole('slider', { name: 'Layers' }).fill('4');
    await expect(whisper.locator('[data-paths]')).toHaveText('10');
    await expect(whisper.locator('.paths > .strongest')).toHaveCount(1);
    await heard.getByRole('radio', { name: 'tell' }).check();
    await expect(whisper.locator('[data-paths]')).toHaveText('0');
    await expect(whisper.locator('[data-words]')).toContainText('No path leads from “no” to “tell”');
    await expect(whisper.locator('.paths > :is(.edge, .strongest)')).toHaveCount(0);
  });

  test('fewer tokens leave the choice within the text', async ({ page }) => {
    const whisper = await whisperOf(page);
    await whisper.getByRole('slider', { name: 'Tokens' }).fill('6');
    await expect(whisper.getByRole('group', { name: /Heard by/ }).getByRole('radio')).toHaveCount(6);
    await expect(whisper.locator('[data-words]')).toContainText('to “I”');
  });
});

test.describe('without a script', () => {
  test.use({ javaScriptEnabled: false });
  test('still pictures stand in their place, computed', async ({ page }) => {
    await page.goto('/mixing/');
    await expect(page.getByRole('button', { name: 'Play' })).toBeHidden();
    const rows = page.locator('table.still tbody tr');
    await expect(rows).toHaveCount(3);
    const ends = [];
    for (const row of await rows.all()) {
      await expect(row.locator('svg')).toHaveCount(4);
      ends.push(await extent(row.locator('svg').last()));
    }
    expect(ends[0]).toBeLessThan(ends[1]!);
    expect(ends[1]).toBeLessThan(ends[2]!);
    await expect(page.locator('.stills svg').first()).toBeVisible();
  });
});

test('print shows the still pictures and no knobs', async ({ page }) => {
  await machineOf(page);
  await page.emulateMedia({ media: 'print' });
  await expect(page.locator('table.still')).toBeVisible();
  await expect(page.locator('.machine')).toBeHidden();
});

for (const { width, colorScheme } of SIGHTS) {
  test(`at ${width} px, ${colorScheme}: no violation, no error, nothing beside the page`, async ({ page }) => {
    const errors: string[] = [];
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    page.on('pageerror', (error) => errors.push(error.message));
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme });
    await machineOf(page);
    await page.locator('#path-sums').scrollIntoViewIfNeeded();
    await expect(page.locator('astro-island[ssr]')).toHaveCount(0);
    await page.evaluate(() => {
      for (const details of document.querySelectorAll('details')) details.open = true;
    });
    expect(await violationsOf(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    expect(errors).toEqual([]);
  });
}
