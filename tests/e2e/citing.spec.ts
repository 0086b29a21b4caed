/** Citing a figure: its citations, its versions, its files, and how it is shown elsewhere. */
import { expect, test } from '@playwright/test';
import { publishedFigures, versionPath, versionsOf } from '../../src/layouts/published-figure.ts';

const VERSIONS = versionsOf('emergence');
const PRESENT = VERSIONS[0]!;

test.describe('a citation', () => {
  test.use({ permissions: ['clipboard-read', 'clipboard-write'] });
  const copied = (page: import('@playwright/test').Page) => page.evaluate(() => navigator.clipboard.readText());

  test('as BibTeX is two clicks away, and names version, address and the day', async ({ page }) => {
    await page.clock.setFixedTime(new Date('2031-05-09T12:00:00'));
    await page.goto('/figures/emergence/');
    await page.getByRole('button', { name: 'Copy BibTeX of the figure' }).click();
    const bibtex = await copied(page);
    expect(bibtex).toMatch(/^@misc\{first-token-emergence,\n/);
    expect(bibtex).toContain(`version = {${PRESENT.version}}`);
    expect(bibtex).toContain(`/figures/emergence/${PRESENT.version}/},`);
    expect(bibtex).toContain('urldate = {2031-05-09}');
    expect(bibtex).toMatch(/note = \{.*Accessed 2031-05-09\}/);
  });

  test('of every format names the day; that of the paper names none', async ({ page }) => {
    await page.clock.setFixedTime(new Date('2031-05-09T12:00:00'));
    await page.goto('/figures/emergence/');
    const copy = async (name: string) => {
      await page.getByRole('button', { name }).click();
      return copied(page);
    };
    expect(await copy('Copy RIS of the figure')).toContain('\nY2  - 2031/05/09/\nER  - ');
    expect(JSON.parse(await copy('Copy CSL-JSON of the figure'))[0].accessed).toEqual({ 'date-parts': [[2031, 5, 9]] });
    expect(await copy('Copy APA of the figure')).toContain('Retrieved May 9, 2031, from http');
    expect(await copy('Copy Text of the figure')).toContain(', accessed 9 May 2031.');
    const paper = await copy('Copy BibTeX of the paper');
    expect(paper).toContain('Why do');
    expect(paper).not.toContain('2031');
  });

  test('stands in the head of the page for reference managers', async ({ page }) => {
    await page.goto('/figures/emergence/');
    const tag = (name: string) => page.locator(`meta[name="citation_${name}"]`).getAttribute('content');
    expect(await tag('title')).toBe(PRESENT.title);
    expect(await tag('author')).toBe('First Token contributors');
    expect(await tag('publication_date')).toMatch(/^\d{4}\/\d{2}$/);
    expect(await tag('public_url')).toContain(PRESENT.version);
  });
});

test.describe('a version', () => {
  for (const record of VERSIONS) {
    test(`${record.version} shows its drawing, numbers and files, and what changed since`, async ({
      page,
      request,
    }) => {
      await page.goto(`/${versionPath(record)}`);
      await expect(page.locator('.kept-drawing svg')).toBeVisible();
      await expect(page.locator('.figure-caption')).toHaveText(record.caption);
      const isPresent = record.version === PRESENT.version;
      await expect(page.getByText('This is the present version')).toHaveCount(isPresent ? 1 : 0);
      await expect(page.getByRole('heading', { name: 'What changed since' })).toHaveCount(isPresent ? 0 : 1);
      const data = await (await request.get(`/${versionPath(record)}data.json`)).json();
      expect(data).toMatchObject({ version: record.version, table: record.table });
      if (record.published !== null) {
        const kept = await (await request.get(`/figures/emergence/${record.version}.json`)).json();
        expect(kept).toMatchObject({ version: record.version, drawing: record.drawing });
      }
    });
  }

  test('has the same files as the figure’s own page, byte by byte, while it is the present one', async ({
    request,
  }) => {
    for (const file of ['figure.svg', 'figure-dark.svg', 'figure.png', 'figure-dark@2x.png', 'data.csv', 'data.json']) {
      const [own, pinned] = await Promise.all(
        ['/figures/emergence/', `/${versionPath(PRESENT)}`].map(async (path) => {
          const response = await request.get(path + file);
          expect(response.status(), path + file).toBe(200);
          return response.body();
        }),
      );
      expect(own!.equals(pinned!), file).toBe(true);
    }
  });
});

test.describe('where a figure comes from', () => {
  test('is told step by step, down to the runs behind a plotted value', async ({ page, request }) => {
    await page.goto('/figures/emergence/');
    const steps = page.locator('ol.steps li');
    await expect(steps.first()).toContainText('pipeline/experiments/emergence.ts');
    await expect(steps.last()).toContainText(PRESENT.version);
    await page.locator('.traced summary').click();
    const row = page.locator('.traced tbody tr').first();
    const plotted = Number(await row.locator('td').nth(1).textContent());
    const seeds = await row.locator('td').last().locator('a').allTextContents();
    const mean = seeds.reduce((sum, text) => sum + Number(text), 0) / seeds.length;
    expect(seeds.length).toBeGreaterThan(1);
    expect(mean).toBeCloseTo(plotted, 2);
    const file = await row.locator('td').last().locator('a').first().getAttribute('href');
    expect((await (await request.get(file!)).json()).evaluations.length).toBeGreaterThan(1);
  });
});

test.describe('shown elsewhere', () => {
  for (const width of [390, 760, 1100]) {
    test(`the frame fits ${width} px, and holds the figure alone`, async ({ page }) => {
      await page.setViewportSize({ width, height: 700 });
      await page.goto('/figures/emergence/embed/');
      await expect(page.locator('.drawing svg:visible')).toHaveCount(1);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      await expect(page.locator('script, nav, header')).toHaveCount(0);
      await expect(page.getByRole('link')).toHaveAttribute('href', new RegExp(`${PRESENT.version}/$`));
    });
  }

  test('oEmbed is found from the page and gives a frame that leads to the figure', async ({ page, request }) => {
    await page.goto('/figures/emergence/');
    const link = page.locator('link[type="application/json+oembed"]');
    const answer = await request.get(new URL((await link.getAttribute('href'))!).pathname);
    const oembed = await answer.json();
    expect(oembed).toMatchObject({ version: '1.0', type: 'rich', title: PRESENT.title });
    for (const size of ['width', 'height']) expect(oembed[size]).toBeGreaterThan(200);
    await expect(page.locator('#embed-html')).toHaveText(oembed.html);
    // A page that this site's policy does not bind, as those of others are.
    const body = oembed.html.replaceAll(/https?:\/\/[^/]+/g, new URL(page.url()).origin);
    await page.route('**/elsewhere.html', (route) => route.fulfill({ contentType: 'text/html', body }));
    await page.goto('/elsewhere.html');
    await expect(page.frameLocator('iframe').locator('.drawing svg:visible')).toHaveCount(1);
  });
});

test('every figure has its versions, its frame and its oEmbed', async ({ request }) => {
  for (const { id } of publishedFigures()) {
    for (const path of [`/${versionPath(versionsOf(id)[0]!)}`, `/figures/${id}/embed/`, `/oembed/${id}.json`]) {
      expect((await request.get(path)).status(), path).toBe(200);
    }
  }
});

test('no script runs that the build did not write', async ({ page }) => {
  await page.goto('/figures/emergence/');
  const blocked = page.waitForEvent('console', (message) => message.text().includes('Content Security Policy'));
  const ran = await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'window.ran = true';
    document.body.append(script);
    const image = document.createElement('div');
    image.innerHTML = '<img src="data:," onerror="window.ran = true">';
    document.body.append(image);
    return 'ran' in window;
  });
  await blocked;
  expect(ran).toBe(false);
  expect(await page.evaluate(() => 'ran' in window)).toBe(false);
  expect(
    await page.evaluate(() =>
      fetch('https://example.org/').then(
        () => 'went',
        () => 'stayed',
      ),
    ),
  ).toBe('stayed');
});
