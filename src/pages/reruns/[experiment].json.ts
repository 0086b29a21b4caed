/** What the reruns of an experiment are held against, fetched when a reader comes near them. */
import type { APIRoute, GetStaticPaths } from 'astro';
import { CHOSEN_FROM, choicesOf } from '../../components/rerun/choices.ts';
import { experimentResults, findResults } from '../../content/results.ts';

export const getStaticPaths = (() =>
  CHOSEN_FROM.filter((experiment) => findResults(experiment)).map((experiment) => ({
    params: { experiment },
  }))) satisfies GetStaticPaths;

export const GET: APIRoute<Record<string, never>, { experiment: string }> = ({ params: { experiment } }) =>
  new Response(JSON.stringify(choicesOf(experimentResults(experiment))), {
    headers: { 'Content-Type': 'application/json' },
  });
