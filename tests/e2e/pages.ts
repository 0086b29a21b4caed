/** The pages of the built site, as their addresses. */
import { PLANNED_EXPERIMENTS } from '../../src/content/claims/experiments.ts';
import { publishedFigures, versionPath, versionsOf } from '../../src/layouts/published-figure.ts';

export const PAGES: readonly string[] = [
  '/',
  '/claims/',
  '/experiments/',
  ...PLANNED_EXPERIMENTS.map(({ id }) => `/experiments/${id}/`),
  '/figures/',
  ...publishedFigures().map(({ id }) => `/figures/${id}/`),
  // Versions and frames of all figures are made alike; one figure's stand for the others'.
  ...versionsOf('emergence').map((record) => `/${versionPath(record)}`),
  '/figures/emergence/embed/',
  '/explore/',
  '/glossary/',
  '/lab/',
  '/mixing/',
  '/play/',
  '/related/',
  '/architecture/',
  '/check/',
  '/bench/',
  '/verify/',
  '/404.html',
];
