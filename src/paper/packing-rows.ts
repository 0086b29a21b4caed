/** The rows of the paper's table 2 beside our models: each is one model, `<mask>-<place of <bos>>`, and one way of reading it. */
import { PACKING_TABLE } from './paper.ts';

/** How the paper's table names what a model reads. */
const INPUTS = { with: '<bos> and text', without: 'text' } as const;
type Way = keyof typeof INPUTS;

/** Where `<bos>` stood in training, in the paper's words by mask: its causal models had one "not fixed". */
const PLACES: Record<string, Record<string, string>> = {
  causal: { document: 'not fixed', fixed: 'fixed' },
  document: { none: 'none', document: 'document starts', fixed: 'fixed' },
};

export interface PaperReading {
  /** A share of 1. */
  sinkRate: number;
  /** In nats. */
  loss: number;
}

export interface PaperRow extends PaperReading {
  /** The id of our group beside it. */
  group: string;
  way: Way;
}

/** Every row of the table, in its order. */
export const PAPER_ROWS: readonly PaperRow[] = PACKING_TABLE.rows.map(({ mask, bos, input, sinkRate, loss }) => {
  const place = Object.keys(PLACES[mask]!).find((name) => PLACES[mask]![name] === bos);
  return { group: `${mask}-${place}`, way: input === INPUTS.with ? 'with' : 'without', sinkRate: sinkRate / 100, loss };
});

/** What the paper read of such a model; undefined where its table has no such row. */
export function paperReading(group: string, way: Way): PaperReading | undefined {
  return PAPER_ROWS.find((row) => row.group === group && row.way === way);
}
