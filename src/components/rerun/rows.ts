/** The readings of the packing models as rows to choose from: the paper's in the order of its table, then ours alone. */
import { PAPER_ROWS, type PaperReading, paperReading } from '../../paper/packing-rows.ts';
import type { Way } from '../../training/two-readings.ts';

/** One model and one way of reading it. */
export interface Row {
  /** The id of the choice. */
  group: string;
  way: Way;
  /** Null where the paper's table has no such row. */
  paper: PaperReading | null;
}

/**
 * Every reading of these groups.
 * @throws {Error} naming the row of the paper beside which no group stands.
 */
export function rowsOf(groups: readonly string[]): Row[] {
  const theirs = PAPER_ROWS.map(({ group, way, sinkRate, loss }): Row => {
    if (!groups.includes(group)) throw new Error(`no group ${group} stands beside the paper's row of that name`);
    return { group, way, paper: { sinkRate, loss } };
  });
  const ours = groups.flatMap((group) =>
    (['with', 'without'] as const)
      .filter((way) => !paperReading(group, way))
      .map((way): Row => ({ group, way, paper: null })),
  );
  return [...theirs, ...ours];
}
