/** The interactive pieces of the article, which are fetched as their reader comes near. */
import { expect, type Page } from '@playwright/test';
import type { PieceId } from '../../src/components/article/pieces.ts';

/** Comes to a piece and waits until it is there. */
export async function comeTo(page: Page, piece: PieceId): Promise<void> {
  const place = page.locator(`[data-piece$="/pieces/${piece}/"]`);
  await place.scrollIntoViewIfNeeded();
  await expect(place.locator('> .instead')).toHaveCount(0, { timeout: 30_000 });
  await place.scrollIntoViewIfNeeded();
}
