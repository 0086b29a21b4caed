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

const WORD_FOR_WORD = 'quoted word for word by a reader of the paper';

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
  source: WORD_FOR_WORD,
});

const FOUR_READERS = 'four readers of the paper agree';
const A_READER = 'stated by a reader of the paper';

/** Table 1: the Llama 3.1 family, 170 prompts of 64 tokens; sink rates in per cent at epsilon 0.8. */
export const LLAMA_TABLE = {
  place: 'table 1',
  source: FOUR_READERS,
  rows: [
    { size: '8B', layers: 32, heads: 32, sinkRate: 45.97 },
    { size: '70B', layers: 80, heads: 64, sinkRate: 73.49 },
    { size: '405B', layers: 126, heads: 128, sinkRate: 78.29 },
  ],
} as const;

/**
 * Table 2: models of 120 million parameters trained with `<bos>` placed in different ways, each read with `<bos>` before
 * the text and without. Sink rates in per cent, losses on validation text. The threshold of the sink rate is not known,
 * nor how `<eos>` was used in each row.
 */
export const PACKING_TABLE = {
  place: 'table 2',
  source: A_READER,
  rows: [
    { mask: 'causal', bos: 'not fixed', input: '<bos> and text', sinkRate: 65.1, loss: 2.69 },
    { mask: 'causal', bos: 'not fixed', input: 'text', sinkRate: 65.15, loss: 2.7 },
    { mask: 'causal', bos: 'fixed', input: '<bos> and text', sinkRate: 90.84, loss: 2.69 },
    { mask: 'causal', bos: 'fixed', input: 'text', sinkRate: 0.05, loss: 7.56 },
    { mask: 'document', bos: 'none', input: 'text', sinkRate: 28.23, loss: 2.67 },
    { mask: 'document', bos: 'document starts', input: '<bos> and text', sinkRate: 83.33, loss: 2.67 },
    { mask: 'document', bos: 'document starts', input: 'text', sinkRate: 50.24, loss: 2.68 },
    { mask: 'document', bos: 'fixed', input: '<bos> and text', sinkRate: 90.56, loss: 2.67 },
    { mask: 'document', bos: 'fixed', input: 'text', sinkRate: 0, loss: 7.78 },
  ],
} as const;

/** Table 3: scores of Gemma 7B, in per cent, with `<bos>` before the prompt and with it removed. */
export const DOWNSTREAM_TABLE = {
  place: 'table 3',
  source: A_READER,
  rows: [
    { task: 'ARC-E', withBos: 80.77, without: 28.49 },
    { task: 'ARC-C', withBos: 53.5, without: 22.53 },
    { task: 'PIQA', withBos: 81.72, without: 52.77 },
    { task: 'SIQA', withBos: 48.26, without: 34.7 },
    { task: 'HellaSwag', withBos: 80.61, without: 27.35 },
    { task: 'WinoGrande', withBos: 72.85, without: 49.41 },
    { task: 'RULER-4096', withBos: 82.57, without: 0 },
  ],
} as const;

/**
 * Figure 5: sink rates of models pre-trained on contexts of these lengths. Its readers disagree on the heights, so no
 * height is given: only what all of them saw, the course from almost no sinks upwards, and flat at the end.
 */
export const CONTEXT_LENGTH_SHAPE = {
  place: 'figure 5',
  source: 'several readers of the paper, who agree on the shape and not on the heights',
  contexts: [128, 256, 512, 1024, 2048],
  course: ['almost none', 'rising', 'rising', 'rising', 'saturating'],
} as const;

const percent = (value: number) => `${value.toFixed(2)}\u202f%`;
const [LLAMA_8B, LLAMA_70B, LLAMA_405B] = LLAMA_TABLE.rows;
const llama = (value: number) => number(percent(value), LLAMA_TABLE.place, LLAMA_TABLE.source);
const packing = (row: number) =>
  number(percent(PACKING_TABLE.rows[row]!.sinkRate), PACKING_TABLE.place, PACKING_TABLE.source);
const packingLoss = (row: number) =>
  number(PACKING_TABLE.rows[row]!.loss.toFixed(2), PACKING_TABLE.place, PACKING_TABLE.source);
const RULER = DOWNSTREAM_TABLE.rows.find(({ task }) => task === 'RULER-4096')!;
const downstream = (value: number) => number(value.toFixed(2), DOWNSTREAM_TABLE.place, DOWNSTREAM_TABLE.source);

export const PAPER_STATEMENTS = {
  'sink-metric/epsilon': number('0.3', 'section 2', A_READER),
  'llama-3.1/epsilon': number('0.8', 'table 1', A_READER),
  'llama-3.1/prompts': number('170 prompts', 'table 1', A_READER),
  'llama-3.1/prompt-tokens': number('64 tokens', 'table 1', A_READER),
  'llama-3.1/8b/sink-rate': llama(LLAMA_8B.sinkRate),
  'llama-3.1/70b/sink-rate': llama(LLAMA_70B.sinkRate),
  'llama-3.1/405b/sink-rate': llama(LLAMA_405B.sinkRate),
  'llama-3.1/8b/layers': number(String(LLAMA_8B.layers), LLAMA_TABLE.place, LLAMA_TABLE.source),
  'llama-3.1/405b/layers': number(String(LLAMA_405B.layers), LLAMA_TABLE.place, LLAMA_TABLE.source),
  'llama-3.1/405b/first-attention': number('about 80\u202f%', 'section 4.2', A_READER),
  'context-length/tokens': number('5 billion', 'section 4.1', WORD_FOR_WORD),
  'context-length/parameters': number('120 million', 'section 4.1', A_READER),
  'context-length/shortest': number(`${CONTEXT_LENGTH_SHAPE.contexts[0]} tokens`, CONTEXT_LENGTH_SHAPE.place, A_READER),
  'context-length/longest': number(
    `${CONTEXT_LENGTH_SHAPE.contexts[4].toLocaleString('en')} tokens`,
    CONTEXT_LENGTH_SHAPE.place,
    A_READER,
  ),
  'packing/tokens': number('30 billion', 'table 2', A_READER),
  'packing/parameters': number('120 million', 'table 2', A_READER),
  'packing/causal/not-fixed/with-bos': packing(0),
  'packing/causal/not-fixed/text': packing(1),
  'packing/causal/fixed/with-bos': packing(2),
  'packing/causal/fixed/text': packing(3),
  'packing/causal/fixed/with-bos/loss': packingLoss(2),
  'packing/causal/fixed/text/loss': packingLoss(3),
  'packing/document/none/text': packing(4),
  'packing/document/document-starts/with-bos': packing(5),
  'packing/document/fixed/with-bos': packing(7),
  'downstream/ruler/with-bos': downstream(RULER.withBos),
  'downstream/ruler/without': downstream(RULER.without),
  'mixing/slower': quotation(
    'The presence of attention sinks slows down the mixing of information between tokens and hence makes Transformers more robust to perturbations of prompts',
    'figure 1, caption',
  ),
  'mixing/first-position': quotation(
    'The only important property the sink should have is that it exists at the first position in the sequence to help prevent mixing of the subsequent tokens',
    'section 5',
  ),
  'mixing/smoother': quotation('causes the attention maps to become much smoother', 'section 3.2'),
  'emergence/initially': quotation(
    'Initially, there are no attention sinks; the rate at which sinks develop is generally increasing with the context length (until saturating)',
    'section 4.1',
  ),
  'context-length/short': quotation('nearly non-existent for very short-context-trained models', 'section 4.1'),
  'context-length/long': quotation('much more prevalent for models trained on longer contexts', 'section 4.1'),
  'packing/without-bos': quotation(
    'If there is no ⟨bos⟩ during training, the sink forms at the first token regardless, but is slightly weaker',
    'section 5',
  ),
  'packing/first-token': quotation(
    'Otherwise, LMs employ the first token (which need not be ⟨bos⟩) to avoid over-mixing',
    'section 5',
  ),
  'downstream/removed': quotation(
    'Removing the attention sink (i.e., removing the ⟨bos⟩ token) in Gemma 7B at inference time consistently lowers the performance, and this drop is particularly pronounced on the long-context ruler benchmark',
    'section 5',
  ),
  'no-op/mechanism': quotation('a direct mechanism to construct this ‘approximate no-op’', 'section 3.2'),
} as const satisfies Record<string, PaperStatement>;

export type PaperKey = keyof typeof PAPER_STATEMENTS;

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
