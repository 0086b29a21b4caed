/** The pages of the built site, as their addresses. */
import { FIGURES } from '../../src/components/figures/index.ts';
import { PLANNED_EXPERIMENTS } from '../../src/content/claims/experiments.ts';

export const PAGES: readonly string[] = [
  '/',
  '/claims/',
  '/experiments/',
  ...PLANNED_EXPERIMENTS.map(({ id }) => `/experiments/${id}/`),
  '/figures/',
  ...FIGURES.map(({ id }) => `/figures/${id}/`),
  '/bench/',
  '/404.html',
];
