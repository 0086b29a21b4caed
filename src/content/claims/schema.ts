/** The shape of a claim, checked when the site is built and by a test. */
import { z } from 'zod';
import { PAPER, PAPER_STATEMENTS, type PaperKey } from '../../paper/paper.ts';

const identifier = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/);
const paperKey = z.custom<PaperKey>(
  (key) => typeof key === 'string' && Object.hasOwn(PAPER_STATEMENTS, key),
  'no statement of src/paper/paper.ts',
);

/** Prose of ours, in which every number and quotation of the paper is a reference to `src/paper/paper.ts`. */
export const prose = z.array(z.union([z.string().min(1), z.strictObject({ paper: paperKey })])).min(1);

export const claim = z.strictObject({
  id: identifier,
  /** What is claimed, in our words. */
  text: z.string().min(1),
  /** Where: sections, figures and tables of its source. */
  place: z.string().min(1),
  /** Who claims it: a key of `references.bib`. */
  source: z.string().default(PAPER.citation),
  /** What the source reports for it. */
  found: prose,
  /** The models and data it was found on. */
  scale: prose,
  /** A table of the source that is shown with it. */
  table: z.enum(['llama', 'packing', 'downstream']).optional(),
  /** The experiment that tests it and what differs from the source's setting, or why none can. */
  test: z.union([
    z.strictObject({
      experiment: identifier,
      /** The experiment that tries it at other settings, and judges it under its id. */
      elsewhere: identifier.optional(),
      differs: prose,
    }),
    z.strictObject({ untestable: z.string().min(1) }),
  ]),
});

export const claims = z.array(claim).superRefine((list, context) => {
  const seen = new Set<string>();
  for (const [index, { id }] of list.entries()) {
    if (seen.has(id)) context.addIssue({ code: 'custom', path: [index, 'id'], message: `“${id}” stands twice` });
    seen.add(id);
  }
});

export type Prose = z.infer<typeof prose>;
export type Claim = z.infer<typeof claim>;
export type ClaimInput = z.input<typeof claim>;

/** Prose with the paper's numbers and quotations by their keys: said`The rate was ${'llama-3.1/8b/sink-rate'}.` */
export function said(text: TemplateStringsArray, ...keys: PaperKey[]): Prose {
  return text.flatMap((part, index) => {
    const key = keys[index];
    return [...(part === '' ? [] : [part]), ...(key === undefined ? [] : [{ paper: key }])];
  });
}
