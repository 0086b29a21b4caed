/** What axe finds in a page, and how a page is to be seen when it is asked. */
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';

/**
 * A phone, a tablet and a desk, and both themes among them. Contrast follows the theme and what is shown follows the width,
 * so that every width in every theme would find the same again; on the long pages axe takes a minute and more each time.
 */
export const SIGHTS = [
  { width: 390, colorScheme: 'light' },
  { width: 768, colorScheme: 'light' },
  { width: 1440, colorScheme: 'dark' },
] as const;

/**
 * Rules that are broken, with the elements that break them; empty where axe finds nothing.
 * @param within a CSS selector, where only a part of the page is meant.
 */
export async function violationsOf(page: Page, within?: string): Promise<string[]> {
  // What passes is of no use here, and describing it takes a part of the time. The mode called legacy lacks what frames of
  // another origin need, which no page here has, finds the same in half the time, and sees this page's frames.
  const builder = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] });
  const { violations } = await (within ? builder.include(within) : builder).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`);
}
