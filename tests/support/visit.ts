/** Opening a page so that what a reader then does meets its scripts. */
import type { Page } from '@playwright/test';

/**
 * Opens a page and waits until its scripts have run and nothing more is asked for. To wait for a quiet network alone is not
 * enough: half a second without a request can pass while a slow machine still parses, with no listener in place.
 */
export async function openQuiet(page: Page, path: string): Promise<void> {
  await page.goto(path, { waitUntil: 'load' });
  await page.waitForLoadState('networkidle');
}
