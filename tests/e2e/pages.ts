/** The pages of the built site, as their addresses. */
import { PLANNED_EXPERIMENTS } from '../../src/content/claims/experiments.ts';
import { publishedFigures } from '../../src/layouts/published-figure.ts';

export const PAGES: readonly string[] = [
  '/',
  '/claims/',
  '/experiments/',
  ...PLANNED_EXPERIMENTS.map(({ id }) => `/experiments/${id}/`),
  '/figures/',
  ...publishedFigures().map(({ id }) => `/figures/${id}/`),
  '/bench/',
  '/verify/',
  '/404.html',
];
