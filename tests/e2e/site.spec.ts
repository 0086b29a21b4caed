/** The built site, as a reader meets it. */
import { expect, type Page, test } from '@playwright/test';
import { openQuiet } from '../support/visit.ts';
import { PAGES } from './pages.ts';

const FIGURE = '/figures/emergence/';

test.describe('every page', () => {
  for (const path of PAGES) {
    test(`${path} asks only its own origin and logs no error`, async ({ page, baseURL }) => {
      const foreign: string[] = [];
      const errors: string[] = [];
      page.on('request', (request) => {
        const url = new URL(request.url());
        if (url.protocol.startsWith('http') && url.origin !== baseURL) foreign.push(request.url());
      });
      page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
      page.on('pageerror', (error) => errors.push(error.message));
      page.on(
        'response',
        (response) => response.status() >= 400 && errors.push(`${response.status()} ${response.url()}`),
      );
      await openQuiet(page, path);
      expect(foreign).toEqual([]);
      expect(errors).toEqual([]);
    });

    test(`${path} fits a phone`, async ({ page }) => {
      await page.setViewportSize({ width: 390, height: 800 });
      await page.goto(path);
      const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      expect(content).toBeLessThanOrEqual(window!);
    });
  }

  test('every link within the site leads somewhere', async ({ page, request, baseURL }) => {
    // Every page is opened, and every file asked for once.
    test.setTimeout(300_000);
    const anchors = new Map<string, Set<string>>();
    const links: { from: string; to: URL }[] = [];
    for (const path of PAGES) {
      await page.goto(path);
      anchors.set(path, new Set(await page.locator('[id]').evaluateAll((nodes) => nodes.map(({ id }) => id))));
      const hrefs = await page
        .locator('a[href]')
        .evaluateAll((nodes) => nodes.map((node) => new URL(node.getAttribute('href')!, document.baseURI).href));
      links.push(...hrefs.map((href) => ({ from: path, to: new URL(href) })));
    }
    const broken: string[] = [];
    const answers = new Map<string, boolean>();
    const answered = async (path: string) => {
      const known = answers.get(path) ?? (await request.get(path)).ok();
      answers.set(path, known);
      return known;
    };
    for (const { from, to } of links.filter(({ to }) => to.origin === baseURL)) {
      const target = anchors.get(to.pathname);
      if (!target && !(await answered(to.pathname))) broken.push(`${from}: ${to.href}`);
      if (target && to.hash && !target.has(decodeURIComponent(to.hash.slice(1)))) broken.push(`${from}: ${to.href}`);
    }
    expect(links.length).toBeGreaterThan(20);
    expect(broken).toEqual([]);
  });
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('the article is whole, its figure is drawn, and nothing is offered that needs a script', async ({ page }) => {
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.goto('/');
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page.locator('#figure-emergence picture')).toBeVisible();
    await expect(page.locator('.katex-display').first()).toBeVisible();
    await expect(page.locator('#references + .references li').first()).toBeVisible();
    for (const element of await page.locator('.needs-script').all()) await expect(element).toBeHidden();
  });

  test('a note opens in place on a phone', async ({ page }) => {
    await page.setViewportSize({ width: 390, height: 800 });
    await page.goto('/', { waitUntil: 'domcontentloaded' });
    const note = page.locator('.note').first();
    await expect(note).toBeHidden();
    await page.locator('label.note-mark').first().click();
    await expect(note).toBeVisible();
  });

  test('the page of a figure shows every citation as text', async ({ page }) => {
    await page.goto('/figures/emergence/');
    await page.locator('summary', { hasText: 'BibTeX' }).first().click();
    await expect(page.locator('#cite-figure-bibtex')).toContainText('@misc{first-token-emergence,');
  });
});

test.describe('citations', () => {
  const card = (page: Page) => page.locator('.hover-card');

  test('open on keyboard focus, lead on into their links, and close on Escape', async ({ page }) => {
    await page.goto('/');
    await page.keyboard.press('Tab');
    const citation = page.locator('a.citation').first();
    await citation.focus();
    await expect(card(page)).toBeVisible();
    await expect(card(page)).toContainText('Attention Is All You Need');
    await expect(citation).toHaveAttribute('aria-describedby', 'hover-card');
    await page.keyboard.press('Tab');
    await expect(card(page).getByRole('link')).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(card(page)).toHaveCount(0);
    await expect(citation).toBeFocused();
  });

  test('open on hover and stay while the mouse is in the card', async ({ page }) => {
    await page.goto('/');
    await page.locator('a.citation').first().hover();
    await expect(card(page)).toBeVisible();
    await card(page).hover();
    await page.waitForTimeout(500);
    await expect(card(page)).toBeVisible();
    await page.mouse.move(2, 2);
    await expect(card(page)).toHaveCount(0);
  });

  test('back links of the reference list return to the citation', async ({ page }) => {
    await page.goto('/');
    await page.locator('#reference-gu2024emerges .back-links a').first().click();
    await expect(page).toHaveURL(/#citation-gu2024emerges-1$/);
  });

  test.describe('by touch', () => {
    test.use({ hasTouch: true, viewport: { width: 390, height: 800 } });

    test('the first tap shows the card, a tap elsewhere closes it', async ({ page }) => {
      await page.goto('/');
      await page.locator('a.citation').first().tap();
      await expect(card(page)).toBeVisible();
      expect(new URL(page.url()).hash).toBe('');
      await page.locator('h1').tap();
      await expect(card(page)).toHaveCount(0);
    });
  });
});

test('the theme follows the system until the reader chooses, and the choice is kept', async ({ page }) => {
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto('/');
  const light = await ground();
  const toggle = page.getByRole('button', { name: 'Dark theme' });
  await expect(toggle).toHaveAttribute('aria-pressed', 'false');
  await toggle.click();
  await expect(toggle).toHaveAttribute('aria-pressed', 'true');
  const dark = await ground();
  expect(dark).not.toBe(light);
  await page.goto('/figures/');
  expect(await ground()).toBe(dark);
});

test('the contents lead to a section and follow the reading', async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto('/');
  const entry = page
    .getByRole('navigation', { name: 'Contents', exact: true })
    .getByRole('link', { name: 'Two kinds of collapse' });
  await entry.click();
  await expect(page).toHaveURL(/#two-kinds-of-collapse$/);
  await expect(entry).toHaveAttribute('aria-current', 'location');
});

test.describe('reading values off a figure', () => {
  test('its code is fetched only when it is reached for; arrow keys move step by step', async ({ page }) => {
    const scripts: string[] = [];
    page.on('request', (request) => request.resourceType() === 'script' && scripts.push(request.url()));
    await openQuiet(page, '/figures/emergence/');
    expect(scripts.filter((url) => url.includes('readout'))).toEqual([]);

    const slider = page.getByRole('slider', { name: /read values off the figure/ });
    await slider.focus();
    await expect(page.locator('.crosshair')).toBeAttached();
    expect(scripts.filter((url) => url.includes('readout'))).toHaveLength(1);
    await page.keyboard.press('Home');
    await expect(slider).toHaveAttribute('aria-valuetext', /^Training step 0: attention to the first token 0\.\d\d/);
    await page.keyboard.press('ArrowRight');
    await expect(slider).toHaveAttribute('aria-valuenow', '1');
    await page.keyboard.press('Escape');
    await expect(page.locator('.crosshair')).toHaveCount(0);
  });

  test('the mouse reads the nearest step', async ({ page }) => {
    await openQuiet(page, '/figures/emergence/');
    const slider = page.getByRole('slider', { name: /read values off the figure/ });
    await slider.hover({ position: { x: 60, y: 120 } });
    await expect(page.locator('.crosshair')).toBeAttached();
    const early = Number(await slider.getAttribute('aria-valuenow'));
    await slider.hover({ position: { x: 300, y: 120 } });
    await expect.poll(async () => Number(await slider.getAttribute('aria-valuenow'))).toBeGreaterThan(early);
  });
});

test.describe('the files of a figure', () => {
  test('hold what their names say', async ({ request }) => {
    const text = async (name: string) => {
      const response = await request.get(FIGURE + name);
      expect(response.status(), name).toBe(200);
      return response.text();
    };
    for (const name of ['figure.svg', 'figure-dark.svg']) {
      const svg = await text(name);
      expect(svg).toMatch(/^<svg xmlns/);
      expect(svg).not.toContain('var(--');
    }
    const results = JSON.parse(await text('data.json'));
    expect(results.experiment).toBe('emergence');
    const [head, ...rows] = (await text('data.csv')).trim().split('\r\n');
    expect(head).toContain('step,tokens,firstAttention');
    expect(rows).toHaveLength(results.table.rows.length);
    expect(await text('citation.bib')).toContain('@misc{first-token-emergence,');
    expect(await text('citation.ris')).toMatch(/^TY {2}- ELEC/);
    expect(JSON.parse(await text('citation.csl.json'))[0].URL).toContain('/figures/emergence/');
    expect(await text('citation.txt')).toContain('First Token contributors');
    for (const name of ['figure.png', 'figure@2x.png', 'figure-dark.png', 'figure-dark@2x.png']) {
      const body = await (await request.get(FIGURE + name)).body();
      expect(body.subarray(1, 4).toString(), name).toBe('PNG');
    }
  });

  test('a citation is copied as it stands', async ({ page, context }) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.goto('/figures/emergence/');
    await page.getByRole('button', { name: 'Copy Text of the figure' }).click();
    await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('First Token contributors');
  });
});

test('the print leaves out what is for the screen and opens the notes', async ({ page }) => {
  await page.emulateMedia({ media: 'print' });
  await page.setViewportSize({ width: 700, height: 900 });
  await page.goto('/');
  await expect(page.locator('.site-header')).toBeHidden();
  for (const note of await page.locator('.note').all()) await expect(note).toBeVisible();
});
