/** oEmbed (https://oembed.com) of every figure: what an editor needs to show it from its address. */
import type { APIRoute, GetStaticPaths } from 'astro';
import { oembedOf } from '../../layouts/embedding.ts';
import { publishedFigures } from '../../layouts/published-figure.ts';

export const getStaticPaths = (() => publishedFigures().map(({ id }) => ({ params: { id } }))) satisfies GetStaticPaths;

export const GET: APIRoute<Record<string, never>, { id: string }> = ({ params: { id } }) =>
  new Response(`${JSON.stringify(oembedOf(id), null, 1)}\n`, { headers: { 'Content-Type': 'application/json' } });
