/** What the site says of itself to those who index, share and follow it. */
import { expect, type Page, test } from '@playwright/test';
import { CARD } from '../../scripts/share-card.ts';
import { PAGES } from './pages.ts';

type Thing = Record<string, unknown>;

const attribute = (page: Page, selector: string, name = 'content') => page.locator(selector).getAttribute(name);

/** The things of the page's block of JSON-LD. */
async function things(page: Page): Promise<Thing[]> {
  const text = await page.locator('script[type="application/ld+json"]').textContent();
  const data = JSON.parse(text!) as Thing;
  expect(data['@context']).toBe('https://schema.org');
  return (data['@graph'] as Thing[] | undefined) ?? [data];
}

/** An address of the built site, asked of the site as it is served here. */
const path = (address: string) => new URL(address).pathname;

test('every page of the site has one address and a picture of the size that is asked for', async ({
  page,
  request,
}) => {
  const pictures = new Set<string>();
  for (const address of PAGES.filter((one) => !one.endsWith('/embed/'))) {
    await page.goto(address, { waitUntil: 'commit' });
    const canonical = path((await attribute(page, 'link[rel="canonical"]', 'href'))!);
    expect(canonical, address).toBe(address === '/404.html' ? '/404/' : address);
    expect(await attribute(page, 'meta[name="twitter:card"]')).toBe('summary_large_image');
    const picture = path((await attribute(page, 'meta[property="og:image"]'))!);
    if (picture.startsWith('/share/')) pictures.add(picture);
    else expect(picture, address).toMatch(/^\/figures\/[a-z-]+\/[0-9a-f]{10}\/figure@2x\.png$/);
  }
  expect(pictures.size).toBeGreaterThan(30);
  for (const picture of pictures) {
    const png = await (await request.get(picture)).body();
    expect(png.subarray(1, 4).toString(), picture).toBe('PNG');
    expect([png.readUInt32BE(16), png.readUInt32BE(20)], picture).toEqual([CARD.width, CARD.height]);
  }
});

test('the article is a scholarly article that cites what it cites', async ({ page }) => {
  await page.goto('/');
  const [article] = await things(page);
  expect(article).toMatchObject({ '@type': 'ScholarlyArticle', headline: 'Why do LLMs attend to the first token?' });
  const listed = await page.locator('.references li').count();
  expect(listed).toBeGreaterThan(10);
  expect(article!['citation']).toHaveLength(listed);
  const references = page.locator('meta[name="citation_reference"]');
  await expect(references).toHaveCount(listed);
  for (const reference of await references.all()) {
    expect(await reference.getAttribute('content')).toMatch(
      /^citation_title=[^=<{]+;citation_author=[^=]+;.*citation_publication_date=\d{4}/,
    );
  }
});

test('a figure is a picture and a data set, an experiment a data set, and their files are there', async ({
  page,
  request,
}) => {
  const files: string[] = [];
  await page.goto('/figures/emergence/');
  const [picture, numbers] = await things(page);
  expect(picture).toMatchObject({ '@type': 'ImageObject' });
  expect(numbers).toMatchObject({ '@type': 'Dataset' });
  files.push(picture!['contentUrl'] as string);
  files.push(...(numbers!['distribution'] as Thing[]).map((file) => file['contentUrl'] as string));
  await page.goto('/experiments/emergence/');
  const [results] = await things(page);
  expect(results).toMatchObject({ '@type': 'Dataset' });
  expect(results!['@id']).toBe((numbers!['isPartOf'] as Thing)['@id']);
  files.push(...(results!['distribution'] as Thing[]).map((file) => file['contentUrl'] as string));
  for (const file of files) expect((await request.get(path(file))).status(), file).toBe(200);
});

test('the tests know every page of the sitemap, or one that is made alike', async ({ request }) => {
  const index = await (await request.get('/sitemap-0.xml')).text();
  const listed = [...index.matchAll(/<loc>([^<]+)<\/loc>/g)].map(([, address]) => path(address!));
  expect(listed.length).toBeGreaterThan(30);
  const isVersion = (address: string) => /^\/figures\/[^/]+\/[0-9a-f]{10}\/$/.test(address);
  expect(listed.filter((address) => !isVersion(address) && !PAGES.includes(address))).toEqual([]);
});

test('every address of llms.txt and of the feed leads to something', async ({ page, request }) => {
  await page.goto('/glossary/', { waitUntil: 'commit' });
  expect(path((await attribute(page, 'link[type="application/atom+xml"]', 'href'))!)).toBe('/feed.xml');
  const text = await (await request.get('/llms.txt')).text();
  const feed = await (await request.get('/feed.xml')).text();
  const addresses = [
    ...[...text.matchAll(/\]\((http[^)]+)\)/g)].map(([, address]) => address!),
    ...[...feed.matchAll(/<link [^>]*href="([^"]+)"/g)].map(([, address]) => address!),
  ];
  expect(addresses.length).toBeGreaterThan(60);
  for (const address of new Set(addresses.map(path))) {
    expect((await request.head(address)).status(), address).toBe(200);
  }
});
