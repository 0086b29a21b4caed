/** The means and intervals of an experiment without its runs, fetched when a reader has them computed again. */
import type { APIRoute, GetStaticPaths } from 'astro';
import { PLANNED_EXPERIMENTS } from '../../content/claims/experiments.ts';
import { experimentResults, findResults } from '../../content/results.ts';
import { experimentEstimates } from '../../results/schema.ts';

export const getStaticPaths = (() =>
  PLANNED_EXPERIMENTS.filter(({ id }) => findResults(id)).map(({ id }) => ({
    params: { experiment: id },
  }))) satisfies GetStaticPaths;

export const GET: APIRoute<Record<string, never>, { experiment: string }> = ({ params: { experiment } }) =>
  new Response(JSON.stringify(experimentEstimates.parse(experimentResults(experiment))), {
    headers: { 'Content-Type': 'application/json' },
  });
