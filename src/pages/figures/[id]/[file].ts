/** The files of every figure, written when the site is built. */
import type { APIRoute, GetStaticPaths } from 'astro';
import { DOWNLOADS, type Download, downloadOf } from '../../../components/figures/downloads.ts';
import { figureById } from '../../../components/figures/index.ts';
import { citationFormats } from '../../../content/citation-formats.ts';
import { experimentResults } from '../../../content/results.ts';
import { publishedCitation, publishedFigures, publishedFrame } from '../../../layouts/published-figure.ts';

export const getStaticPaths = (() =>
  publishedFigures().flatMap(({ id }) =>
    Object.keys(DOWNLOADS).map((download) => ({ params: { id, file: `${id}${download}` }, props: { id, download } })),
  )) satisfies GetStaticPaths;

export const GET: APIRoute<{ id: string; download: Download }> = ({ props: { id, download } }) => {
  const figure = figureById(id);
  const content = downloadOf(download, figure, experimentResults(figure.experiment), {
    frame: publishedFrame(figure),
    citation: citationFormats(publishedCitation(figure)),
  });
  return new Response(content as BodyInit, { headers: { 'Content-Type': DOWNLOADS[download].type } });
};
