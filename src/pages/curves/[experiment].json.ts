/** The curves of training that can be brushed, fetched when a reader comes near them. */
import type { APIRoute, GetStaticPaths } from 'astro';
import { BRUSHED, growthSets } from '../../components/growth/curves-data.ts';
import { experimentResults, findResults } from '../../content/results.ts';

export const getStaticPaths = (() =>
  BRUSHED.filter((experiment) => findResults(experiment)).map((experiment) => ({
    params: { experiment },
  }))) satisfies GetStaticPaths;

export const GET: APIRoute<Record<string, never>, { experiment: string }> = ({ params: { experiment } }) =>
  new Response(JSON.stringify(growthSets(experimentResults(experiment))), {
    headers: { 'Content-Type': 'application/json' },
  });
