/** The pages of the built site, as their addresses. */
import { FIGURES } from '../../src/components/figures/index.ts';

export const PAGES: readonly string[] = [
  '/',
  '/figures/',
  ...FIGURES.map(({ id }) => `/figures/${id}/`),
  '/bench/',
  '/404.html',
];
