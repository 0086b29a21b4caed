/** The files of every version of a figure: the same bytes for as long as the version is kept. */
import type { APIRoute, GetStaticPaths } from 'astro';
import { FILE_NAMES, type FileName } from '../../../../components/citing/files.ts';
import type { FigureRecord } from '../../../../components/citing/record.ts';
import { figureFile } from '../../../../layouts/figure-file.ts';
import { publishedFigures, versionsOf } from '../../../../layouts/published-figure.ts';

export const getStaticPaths = (() =>
  publishedFigures().flatMap(({ id }) =>
    versionsOf(id).flatMap((record) =>
      FILE_NAMES.map((file) => ({ params: { id, version: record.version, file }, props: { record, file } })),
    ),
  )) satisfies GetStaticPaths;

export const GET: APIRoute<{ record: FigureRecord; file: FileName }> = ({ props: { record, file } }) =>
  figureFile(record, file);
