/** The live rerun below the emergence figure, for the tests that work it. */
import { expect, type Page } from '@playwright/test';
import { comeTo } from './pieces.ts';

/** Settings that train in a few seconds. */
export const SMALL = 'rerun=1&steps=40&context=8&batch=8';

export const lab = (page: Page) => page.locator('#rerun');
export const button = (page: Page, name: string) => lab(page).getByRole('button', { name, exact: true });
export const status = (page: Page) => lab(page).locator('[data-status]');
export async function expectPhase(page: Page, phase: string, timeout = 10_000): Promise<void> {
  await expect(lab(page)).toHaveAttribute('data-phase', phase, { timeout });
}
export const radio = (page: Page, name: string) => lab(page).getByRole('radio', { name, exact: true });

export async function open(page: Page, query = SMALL): Promise<void> {
  await page.goto(`/?${query}`);
  await comeTo(page, 'live-run');
  await lab(page).scrollIntoViewIfNeeded();
  await expect(button(page, 'Start')).toBeEnabled();
}

export async function openSettings(page: Page): Promise<void> {
  await lab(page).locator('summary').click();
}
