/** What makes reading easier: terms explained beside the text, an address for everything, contrast, stillness. */
import { expect, type Page, test } from '@playwright/test';
import { GLOSSARY, glossaryTerm } from '../../src/content/glossary/terms.ts';
import { openQuiet } from '../support/visit.ts';

const card = (page: Page) => page.locator('.hover-card');
const { name, definition } = glossaryTerm('softmax');

test.describe('a term', () => {
  test('is explained on keyboard focus, and Escape closes its card', async ({ page }) => {
    await page.goto('/');
    await page.keyboard.press('Tab');
    const term = page.locator('#term-softmax');
    await term.focus();
    await expect(card(page)).toContainText(name);
    await expect(card(page)).toContainText(definition);
    await expect(term).toHaveAttribute('aria-describedby', 'hover-card');
    await page.keyboard.press('Escape');
    await expect(card(page)).toHaveCount(0);
  });

  test('is explained on hover, and leads to its entry of the glossary and back', async ({ page }) => {
    await page.goto('/');
    await page.locator('#term-softmax').hover();
    await expect(card(page)).toContainText(definition);
    await page.locator('#term-softmax').click();
    await expect(page).toHaveURL(/\/glossary\/#softmax$/);
    await page.locator('#softmax').getByRole('link', { name: 'in the article' }).click();
    await expect(page).toHaveURL(/\/#term-softmax$/);
    await expect(page.locator('#term-softmax')).toBeInViewport();
  });

  test.describe('by touch', () => {
    test.use({ hasTouch: true, viewport: { width: 390, height: 800 } });

    test('is explained on the first tap', async ({ page }) => {
      await page.goto('/');
      await page.locator('#term-softmax').tap();
      await expect(card(page)).toContainText(definition);
      expect(new URL(page.url()).pathname).toBe('/');
    });
  });
});

test('the glossary holds every term, each under its address', async ({ page }) => {
  await page.goto('/glossary/');
  for (const { id, definition: text } of GLOSSARY) await expect(page.locator(`#${id}`)).toContainText(text);
});

test('every heading, figure and displayed equation of the article has an address that the page offers', async ({
  page,
}) => {
  await page.goto('/');
  const without = await page.evaluate(() => {
    const offered = new Set([...document.querySelectorAll('a[href^="#"]')].map((link) => link.getAttribute('href')));
    const named = [...document.querySelectorAll('.prose > :is(h2, h3), .prose figure.figure[id], .prose .equation')];
    return named
      .filter(({ id }) => id === '' || !offered.has(`#${id}`))
      .map((element) => element.outerHTML.slice(0, 80));
  });
  expect(without).toEqual([]);
  expect(await page.locator('.prose .katex-display').count()).toBeGreaterThan(4);
  await expect(page.locator('.prose > .katex-display')).toHaveCount(0);
  await page.getByRole('link', { name: 'Link to equation 2' }).click();
  await expect(page).toHaveURL(/#equation-2$/);
});

/** Contrast of a text with the ground of the page (WCAG 2.2). */
function contrastOf(page: Page, selector: string): Promise<number> {
  return page.evaluate((one) => {
    const context = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d')!;
    const luminance = (colour: string) => {
      context.fillStyle = colour;
      context.fillRect(0, 0, 1, 1);
      const [r, g, b] = [...context.getImageData(0, 0, 1, 1).data].map((value) => {
        const channel = value / 255;
        return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
    };
    const text = luminance(getComputedStyle(document.querySelector(one)!).color);
    const ground = luminance(getComputedStyle(document.body).backgroundColor);
    return (Math.max(text, ground) + 0.05) / (Math.min(text, ground) + 0.05);
  }, selector);
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`who asks for more contrast gets it, ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme, contrast: 'no-preference' });
    await page.goto('/glossary/');
    const before = await contrastOf(page, '.lead');
    await page.emulateMedia({ colorScheme, contrast: 'more' });
    const after = await contrastOf(page, '.lead');
    expect(after).toBeGreaterThan(before);
    expect(after).toBeGreaterThanOrEqual(7);
  });
}

test('with the system’s colours, drawings follow them', async ({ page }) => {
  await page.emulateMedia({ forcedColors: 'active', colorScheme: 'dark' });
  await page.goto('/figures/emergence/');
  const [ground, axis] = await page.evaluate(() => [
    getComputedStyle(document.body).backgroundColor,
    getComputedStyle(document.querySelector('.drawing svg text')!).fill,
  ]);
  expect(axis).not.toBe(ground);
  const system = await page.evaluate(() => {
    const probe = document.body.appendChild(document.createElement('i'));
    probe.style.color = 'CanvasText';
    return getComputedStyle(probe).color;
  });
  expect(axis).toBe(system);
});

test('nothing moves for a reader who asks for stillness', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  for (const path of ['/', '/bench/', '/mixing/']) {
    await openQuiet(page, path);
    const moving = await page.evaluate(() =>
      [...document.querySelectorAll('*')]
        .filter((element) => {
          const { transitionDuration, animationName, scrollBehavior } = getComputedStyle(element);
          const still = transitionDuration.split(', ').every((time) => Number.parseFloat(time) === 0);
          return !still || animationName !== 'none' || scrollBehavior !== 'auto';
        })
        .map((element) => element.outerHTML.slice(0, 80)),
    );
    expect(moving, path).toEqual([]);
  }
});
