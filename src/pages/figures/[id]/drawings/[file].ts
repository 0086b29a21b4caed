/** The drawings of a figure for the pages of this site, one a layout, and what can be read off them. */
import type { APIRoute, GetStaticPaths } from 'astro';
import { drawingFiles } from '../../../../components/figures/drawing-files.ts';
import { experimentResults } from '../../../../content/results.ts';
import { publishedFigures } from '../../../../layouts/published-figure.ts';

export const getStaticPaths = (() =>
  publishedFigures().flatMap((figure) => {
    const { drawings, readout } = drawingFiles(figure, experimentResults(figure.experiment));
    const files = [...Object.values(drawings), ...(readout ? [readout] : [])];
    return files.map(({ name, content }) => ({ params: { id: figure.id, file: name }, props: { content } }));
  })) satisfies GetStaticPaths;

export const GET: APIRoute<{ content: string }> = ({ props: { content }, params: { file } }) => {
  const type = file!.endsWith('.svg') ? 'image/svg+xml' : 'application/json';
  return new Response(content, { headers: { 'Content-Type': type } });
};
