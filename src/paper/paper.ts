/**
 * What the paper says, in one place: every number and sentence of the paper that the site prints, with the place in
 * the paper and how it was established. The full text was not at hand while this was written; each entry was quoted
 * or stated by at least one reader of the paper, and `source` says by how many.
 */

export const PAPER = {
  citation: 'barbero2025first',
  title: 'Why do LLMs attend to the first token?',
  authors: [
    'Federico Barbero',
    'Álvaro Arroyo',
    'Xiangming Gu',
    'Christos Perivolaropoulos',
    'Michael Bronstein',
    'Petar Veličković',
    'Razvan Pascanu',
  ],
  url: 'https://arxiv.org/abs/2504.02732',
} as const;

export interface PaperStatement {
  /** As it is printed: a number with its unit, or a sentence word for word. */
  text: string;
  kind: 'number' | 'quotation';
  /** The section, figure or table. */
  place: string;
  /** How it was established. */
  source: string;
}

const number = (text: string, place: string, source: string): PaperStatement => ({
  text,
  kind: 'number',
  place,
  source,
});
const quotation = (text: string, place: string): PaperStatement => ({
  text,
  kind: 'quotation',
  place,
  source: 'quoted word for word by a reader of the paper',
});

const FOUR_READERS = 'four readers of the paper agree';
const A_READER = 'stated by a reader of the paper';

export const PAPER_STATEMENTS = {
  'sink-metric/epsilon': number('0.3', 'section 2', A_READER),
  'llama-3.1/epsilon': number('0.8', 'table 1', A_READER),
  'llama-3.1/8b/sink-rate': number('45.97\u202f%', 'table 1', FOUR_READERS),
  'llama-3.1/70b/sink-rate': number('73.49\u202f%', 'table 1', FOUR_READERS),
  'llama-3.1/405b/sink-rate': number('78.29\u202f%', 'table 1', FOUR_READERS),
  'llama-3.1/405b/first-attention': number('about 80\u202f%', 'section 4.2', A_READER),
  'context-length/tokens': number('5 billion', 'section 4.1', 'quoted word for word by a reader of the paper'),
  'context-length/parameters': number('120 million', 'section 4.1', A_READER),
  'mixing/slower': quotation(
    'The presence of attention sinks slows down the mixing of information between tokens and hence makes Transformers more robust to perturbations of prompts',
    'figure 1, caption',
  ),
  'mixing/first-position': quotation(
    'The only important property the sink should have is that it exists at the first position in the sequence to help prevent mixing of the subsequent tokens',
    'section 5',
  ),
  'emergence/initially': quotation(
    'Initially, there are no attention sinks; the rate at which sinks develop is generally increasing with the context length (until saturating)',
    'section 4.1',
  ),
  'no-op/mechanism': quotation('a direct mechanism to construct this ‘approximate no-op’', 'section 3.2'),
} as const satisfies Record<string, PaperStatement>;

/**
 * Looks a statement of the paper up.
 * @throws {Error} listing the keys that there are.
 */
export function paperStatement(of: string): PaperStatement {
  const statements: Record<string, PaperStatement> = PAPER_STATEMENTS;
  const statement = Object.hasOwn(statements, of) ? statements[of] : undefined;
  if (!statement) {
    throw new Error(
      `<Paper of="${of}" />: src/paper/paper.ts has no statement “${of}”. It has:\n  ${Object.keys(statements).join('\n  ')}`,
    );
  }
  return statement;
}
