/**
 * What src/data/related.json says of works around the paper, checked while the site is built. Pages get the works alone:
 * the checks and the raw entries stay here.
 */
import { z } from 'zod';
import entries from '../../data/related.json' with { type: 'json' };
import type { Work } from './works.ts';

const ARXIV = /^\d{4}\.\d{4,5}$/;

const entrySchema = z.strictObject({
  id: z.string().min(1),
  /** As it was noted: an identifier or a description in place of a title where none was. */
  title: z.string().min(1),
  /** Empty where unknown. */
  authors: z.string(),
  year: z.int().min(1990).max(2100).nullable(),
  arxiv: z.string().regex(ARXIV).nullable(),
  /** `cited_by`: it cites the paper. `cites`: the paper cites it. */
  relation: z.enum(['cited_by', 'cites', 'related', 'similar']),
  /** False where the relation, the title or the authors were not seen at their source. */
  checked: z.boolean(),
  note: z.string(),
});
export type Entry = z.infer<typeof entrySchema>;

/**
 * @throws {Error} naming the entry and what is wrong with it.
 */
export function readEntries(data: unknown): Entry[] {
  const result = z.array(entrySchema).safeParse(data);
  if (!result.success) {
    const [issue] = result.error.issues;
    const [index, ...rest] = issue!.path;
    throw new Error(`src/data/related.json, entry ${String(index)}, ${rest.join('.')}: ${issue!.message}`);
  }
  const seen = new Set<string>();
  for (const { id } of result.data) {
    if (seen.has(slug(id))) throw new Error(`src/data/related.json has the id ${id} twice; each must be unique`);
    seen.add(slug(id));
  }
  return result.data;
}

/** All works, those that appeared last first. */
export function relatedWorks(): Work[] {
  const works = readEntries(entries).map(workOf);
  return works.sort((a, b) => (b.time ?? 0) - (a.time ?? 0) || (a.id < b.id ? -1 : 1));
}

export function workOf({ id, title, authors, year, arxiv, relation, checked, note }: Entry): Work {
  return {
    id: slug(id),
    title: titleOf(title),
    authors: authors.replace(/ \([^()]*\)$/, ''),
    year,
    relation: relation === 'similar' ? 'related' : relation,
    checked,
    link: linkOf(arxiv, note),
    time: timeOf(arxiv, year),
  };
}

/** The title as one may print it: no identifier and no remark in it, brackets around what stands in its place. */
export function titleOf(noted: string): string {
  const id = String.raw`\d{4}\.\d{4,5}`;
  const description =
    new RegExp(`^\\(${id}; (.+)\\)$`).exec(noted)?.[1] ??
    new RegExp(`^${id} \\((.+)\\)$`).exec(noted)?.[1] ??
    new RegExp(`^(.+) \\(${id}\\)$`).exec(noted)?.[1];
  if (new RegExp(`^${id}$`).test(noted) || description === 'title not verified') return '[title not known]';
  if (description !== undefined) return `[${description}]`;
  const [, own, remark] = /^(.+?) \(([^()]*(?:title|models)[^()]*)\)$/.exec(noted) ?? [];
  if (own === undefined) return noted;
  return remark!.startsWith('ICLR') ? own : `${own} …`;
}

function linkOf(arxiv: string | null, note: string): Work['link'] {
  if (arxiv) return { address: `https://arxiv.org/abs/${arxiv}`, label: `arXiv:${arxiv}` };
  const page = /\b[\w-]+\.(?:org|com)\/\S+/.exec(note)?.[0];
  return page ? { address: `https://${page}`, label: page.split('/')[0]! } : null;
}

/** An arXiv identifier begins with year and month; a year alone is taken at its middle. */
function timeOf(arxiv: string | null, year: number | null): number | null {
  if (arxiv) return 2000 + Number(arxiv.slice(0, 2)) + (Number(arxiv.slice(2, 4)) - 0.5) / 12;
  return year === null ? null : year + 0.5;
}

function slug(id: string): string {
  return id.replace(/[^A-Za-z0-9]+/g, '-').replace(/-$/, '');
}
