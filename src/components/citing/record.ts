/**
 * One version of a figure, whole: its drawing, the numbers drawn, the runs behind them. What `npm run publish:figures`
 * keeps in `public/figures/<id>/<version>.json`, so that a cited version can be shown when the figure has long changed.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { z } from 'zod';
import { EDITION } from '../../layouts/site.ts';
import { type ExperimentResult, verdict } from '../../results/schema.ts';
import { canonicalJson } from '../../training/identity.ts';
import type { Figure } from '../figures/figure.ts';
import { renderFigure } from '../figures/render.ts';

/** Raise it when a record of the old shape can no longer be read; published ones must stay readable. */
const RECORD_VERSION = 1;

/** Stands in a drawing for the address of its version, which only the built site knows. */
const ADDRESS = '%address%';

const hex = z.string().regex(/^[0-9a-f]+$/);

export const figureRecord = z.strictObject({
  schemaVersion: z.literal(RECORD_VERSION),
  figure: z.string(),
  /** First ten digits of the SHA-256 of data and drawing. */
  version: hex.length(10),
  /** When it was kept; null for the present one where it has not been kept yet. */
  published: z.iso.datetime().nullable(),
  title: z.string(),
  question: z.string(),
  caption: z.string(),
  description: z.string(),
  experiment: z.string(),
  profile: z.enum(['quick', 'full']),
  outcome: verdict.shape.outcome,
  /** When the last of its runs finished. */
  finished: z.iso.datetime(),
  commits: z.array(z.string()),
  runs: z.array(z.strictObject({ id: hex.length(16), seed: z.int(), fingerprint: hex.length(64) })),
  table: z.strictObject({
    columns: z.array(z.strictObject({ id: z.string(), label: z.string() })),
    rows: z.array(z.array(z.union([z.number(), z.string(), z.null()]))),
  }),
  /** SVG of the wide layout in its frame; colours are the page's custom properties. */
  drawing: z.string(),
});

export type FigureRecord = z.infer<typeof figureRecord>;

/** The figure as these results draw it. The same results and drawing code give the same version. */
export function recordOf(figure: Figure, data: ExperimentResult): FigureRecord {
  const finished = data.runs.map(({ execution }) => execution.finishedAt).sort();
  const record = {
    schemaVersion: RECORD_VERSION,
    figure: figure.id,
    published: null,
    title: figure.title,
    question: figure.question,
    caption: figure.caption(data),
    description: figure.description(data),
    experiment: data.experiment,
    profile: data.profile,
    outcome: data.verdict.outcome,
    finished: finished.at(-1)!,
    commits: [...new Set(data.runs.map(({ execution }) => execution.commit))].sort(),
    runs: data.runs.map(({ id, specification, evaluations }) => ({
      id,
      seed: specification.seed,
      fingerprint: evaluations.at(-1)!.fingerprint,
    })),
    table: figure.table(data),
    drawing: renderFigure(figure, data, {
      layout: 'wide',
      frame: { title: figure.title, source: `${EDITION}. ${ADDRESS}` },
    }).svg,
  } as const;
  return { ...record, version: versionOf(record) };
}

/**
 * Reads a kept record.
 * @param file the name for messages.
 * @throws {Error} when it is not one, or not what its version was given to.
 */
export function readRecord(text: string, file: string): FigureRecord {
  const remedy = 'Bring back what was published with `git checkout public/figures`';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error(`${file}: not JSON. ${remedy}`);
  }
  const { success, data, error } = figureRecord.safeParse(value);
  if (!success) {
    const { path, message } = error.issues[0]!;
    throw new Error(`${file}: at ${path.join('.') || 'the top'}: ${message}. ${remedy}`);
  }
  const version = versionOf(data);
  if (data.version !== version) {
    throw new Error(`${file}: its data and drawing give version ${version}, not ${data.version}. ${remedy}`);
  }
  return data;
}

/** The drawing with the address of its version written under it. */
export function drawingAt({ drawing }: FigureRecord, address: string): string {
  return drawing.replaceAll(ADDRESS, address.replaceAll('&', '&amp;').replaceAll('<', '&lt;'));
}

/** What `data.json` holds: the record without its drawing, which has files of its own. */
export function dataOf({
  drawing: _,
  published: __,
  ...data
}: FigureRecord): Omit<FigureRecord, 'drawing' | 'published'> {
  return data;
}

/** Words may be mended without a new version; numbers, runs and marks may not. */
function versionOf({ figure, experiment, profile, runs, table, drawing }: Omit<FigureRecord, 'version'>): string {
  const content = canonicalJson({ figure, experiment, profile, runs, table, drawing });
  return bytesToHex(sha256(utf8ToBytes(content))).slice(0, 10);
}
