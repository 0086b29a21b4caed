/** How evenly attention is spread, with the sink and without, and how much of the difference is arithmetic. */
import type { Engine } from '../../src/engine/engine.ts';
import { createKernelsEngine } from '../../src/engine/kernels/engine.ts';
import { headAttentionToFirst, meanMap, smoothnessProbe } from '../../src/measures/smoothness.ts';
import type { Measured } from '../../src/results/schema.ts';
import type { PackedText } from '../../src/training/text/packing.ts';
import { log } from '../../src/transformer/elementary.ts';
import type { Analysis } from './analysis.ts';
import { CONDITIONS, type Condition, underCondition } from './removal.ts';
import { largestBatch, type RemovalBatch, removalBatches } from './removal-text.ts';

const WINDOWS = 128;
/** Rows and columns of the mean maps. */
const MAP_QUERIES = 16;
/** The first query that counts, where the first token stands at 0: it sees two tokens of text. */
const FIRST_QUERY = 2;

async function measureCondition(
  engine: Engine,
  batches: readonly RemovalBatch[],
  condition: Condition,
): Promise<Measured> {
  const { layers, heads, contextLength } = engine.config;
  const shift = condition === 'deleted' ? 1 : 0;
  const part = { layers, heads, length: contextLength - shift, firstQuery: FIRST_QUERY - shift };
  // Nobody attends to a masked first token, so it is no key.
  const probes = [
    { name: condition as string, probe: smoothnessProbe({ ...part, firstKey: condition === 'masked' ? 1 : 0 }, log) },
  ];
  if (condition === 'with' || condition === 'replaced') {
    probes.push({ name: `${condition}-renormalised`, probe: smoothnessProbe({ ...part, firstKey: 1 }, log) });
  }
  const queries = Math.min(MAP_QUERIES, part.length);
  const map = new Averages(queries, queries);
  const first = new Averages(layers, heads);

  for (const removal of batches) {
    const { batch } = underCondition(removal.batch, condition, removal.replacements);
    const attention = (await engine.inspect(batch, { attention: true })).attention!;
    for (const { probe } of probes) probe.add(attention);
    map.add(meanMap(attention, part, queries), batch.sequences);
    first.add(headAttentionToFirst(attention, part), batch.sequences);
  }

  const measured: Measured = {
    [`map/${condition}`]: map.result(),
    [`head-first-attention/${condition}`]: first.result(),
  };
  for (const { name, probe } of probes) {
    const { headEntropy, headDistance, queryEntropy } = probe.result();
    measured[`head-entropy/${name}`] = headEntropy;
    measured[`head-distance/${name}`] = headDistance;
    measured[`query-entropy/${name}`] = queryEntropy;
    measured[`entropy/${name}`] = mean(headEntropy.flat());
    measured[`distance/${name}`] = mean(headDistance.flat());
  }
  return measured;
}

/** Means of tables, each weighing as many sequences as it is of. */
class Averages {
  private readonly sums: number[][];
  private weight = 0;

  constructor(rows: number, columns: number) {
    this.sums = Array.from({ length: rows }, () => new Array<number>(columns).fill(0));
  }

  add(table: number[][], sequences: number): void {
    this.weight += sequences;
    for (const [r, row] of table.entries()) {
      for (const [c, value] of row.entries()) this.sums[r]![c]! += sequences * value;
    }
  }

  result(): number[][] {
    return this.sums.map((row) => row.map((sum) => sum / this.weight));
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The measures of a model over so many windows of a text. */
export async function measureSmoothing(engine: Engine, text: PackedText, windows: number): Promise<Measured> {
  const batches = removalBatches(text, { length: engine.config.contextLength, windows });
  const measured: Measured = { windows };
  for (const condition of CONDITIONS) Object.assign(measured, await measureCondition(engine, batches, condition));
  return measured;
}

export const smoothing: Analysis = {
  id: 'smoothing',
  version: '1',
  description:
    `Rows of attention of the text's tokens in ${WINDOWS} held-out windows, as trained, with the first token deleted, ` +
    'masked, or replaced by an ordinary one. Entropy over the logarithm of the number of keys (1 for even weights) and ' +
    'total variation to even weights (0 for even ones); by layer and head, by query, and their mean over heads. ' +
    'Renormalised: the same rows without the weight on the first position, scaled to sum to one, which is what removing ' +
    'it does by arithmetic alone. Maps: the mean over heads and windows, first queries and keys.',
  async measure({ run, parameters, heldOut, module }) {
    const { model, data } = run.specification;
    const engine = await createKernelsEngine(model, parameters, { module, batch: largestBatch(model.contextLength) });
    try {
      return await measureSmoothing(engine, heldOut(data), WINDOWS);
    } finally {
      engine.dispose();
    }
  },
};
