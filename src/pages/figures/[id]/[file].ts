/** The files of every figure as it is now, under names that do not change with its version. */
import type { APIRoute, GetStaticPaths } from 'astro';
import { FILE_NAMES, type FileName } from '../../../components/citing/files.ts';
import { figureFile } from '../../../layouts/figure-file.ts';
import { presentRecord, publishedFigures } from '../../../layouts/published-figure.ts';

export const getStaticPaths = (() =>
  publishedFigures().flatMap(({ id }) =>
    FILE_NAMES.map((file) => ({ params: { id, file } })),
  )) satisfies GetStaticPaths;

export const GET: APIRoute<Record<string, never>, { id: string; file: FileName }> = ({ params: { id, file } }) =>
  figureFile(presentRecord(id), file);
