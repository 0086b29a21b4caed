/** How alike the states of different tokens are, with the sink and without, trained and untrained. */
import type { Batch, Engine } from '../../src/engine/engine.ts';
import { createKernelsEngine } from '../../src/engine/kernels/engine.ts';
import { distancesToPrevious, effectiveRank, residualToMean } from '../../src/measures/collapse.ts';
import type { Measured } from '../../src/results/schema.ts';
import type { PackedText } from '../../src/training/text/packing.ts';
import { exp, log } from '../../src/transformer/elementary.ts';
import { initialParameters } from '../../src/transformer/initialise.ts';
import { randomGenerator } from '../../src/transformer/random.ts';
import type { Analysis } from './analysis.ts';
import { CONDITIONS, type Condition, drawOrdinary, underCondition } from './removal.ts';
import { largestBatch, type RemovalBatch, removalBatches } from './removal-text.ts';

/** Held-out windows whose states are measured. */
export const COLLAPSE_WINDOWS = 128;
/** Repetitions, and tokens of text before a pair, at which the distance of the last two states is taken. */
const COUNTS = [2, 3, 4, 6, 8, 12, 16, 24, 32, 48];

/** Sums of a list, or of the rows of a table, one entry a depth. */
type Sums = number[][];

function table(rows: number, columns: number): Sums {
  return Array.from({ length: rows }, () => new Array<number>(columns).fill(0));
}

/** The states of each sequence of a batch at each depth, (T, D). */
async function forEachState(
  engine: Engine,
  { batch, replacements }: Pick<RemovalBatch, 'batch' | 'replacements'>,
  condition: Condition,
  visit: (states: Float32Array, depth: number) => void,
): Promise<void> {
  const { layers, width } = engine.config;
  const conditioned = underCondition(batch, condition, replacements).batch;
  const states = (await engine.inspect(conditioned, { states: true })).states!;
  const size = conditioned.length * width;
  for (let depth = 0; depth <= layers; depth++) {
    for (let b = 0; b < conditioned.sequences; b++) {
      const from = (depth * conditioned.sequences + b) * size;
      visit(states.subarray(from, from + size), depth);
    }
  }
}

/** Residual to the mean and effective rank by depth: of the text's states, and of all where the first token has one. */
async function measureRanks(
  engine: Engine,
  text: PackedText,
  windows: number,
  condition: Condition,
): Promise<Measured> {
  const { contextLength, layers, width } = engine.config;
  const parts =
    condition === 'deleted'
      ? [{ name: 'text', firstRow: 0 }]
      : [
          { name: 'text', firstRow: 1 },
          { name: 'all', firstRow: 0 },
        ];
  const residuals = table(parts.length, layers + 1);
  const ranks = table(parts.length, layers + 1);
  for (const batch of removalBatches(text, { length: contextLength, windows })) {
    await forEachState(engine, batch, condition, (states, depth) => {
      for (const [i, { firstRow }] of parts.entries()) {
        const rows = states.subarray(firstRow * width);
        residuals[i]![depth]! += residualToMean(rows, width) / windows;
        ranks[i]![depth]! += effectiveRank(rows, width, { exp, log }) / windows;
      }
    });
  }
  const measured: Measured = {};
  for (const [i, { name }] of parts.entries()) {
    measured[`residual/${condition}/${name}`] = residuals[i]!;
    measured[`effective-rank/${condition}/${name}`] = ranks[i]!;
  }
  return measured;
}

/** The same windows with one token, drawn for each, from a position on to the end. */
function withRepeated({ batch, replacements, windows }: RemovalBatch, from: number, text: PackedText): RemovalBatch {
  const { length } = batch;
  const inputs = batch.inputs.slice();
  for (const [b, window] of windows.entries()) {
    const before = inputs[b * length + from - 1];
    const repeated = drawOrdinary(text, randomGenerator(`collapse/repeated/${window}`), before);
    inputs.fill(repeated, b * length + from, (b + 1) * length);
  }
  return { batch: { ...batch, inputs } satisfies Batch, replacements, windows };
}

/** Where a repeated suffix begins: after the first token and an eighth of the window of text, 8 tokens of 64. */
export function suffixStart(length: number): number {
  return 1 + Math.max(1, Math.floor(length / 8));
}

/** The counts below a longest one, and that. */
export function countsUpTo(longest: number): number[] {
  return [...COUNTS.filter((count) => count < longest), longest];
}

/** Distance of the last two states, by depth and number of repetitions of a token behind a short text. */
async function measureSuffix(
  engine: Engine,
  text: PackedText,
  windows: number,
  condition: Condition,
): Promise<number[][]> {
  const { contextLength, layers, width } = engine.config;
  const from = suffixStart(contextLength);
  const first = from - (condition === 'deleted' ? 1 : 0);
  const counts = countsUpTo(contextLength - from);
  const distances = table(layers + 1, counts.length);
  for (const removal of removalBatches(text, { length: contextLength, windows })) {
    await forEachState(engine, withRepeated(removal, from, text), condition, (states, depth) => {
      const steps = distancesToPrevious(states.subarray(first * width), width);
      // The first step is from repetition 1 to 2.
      for (const [i, count] of counts.entries()) distances[depth]![i]! += steps[count - 2]! / windows;
    });
  }
  return distances;
}

/** Distance of the last two states, by depth and tokens of text before a pair of equal tokens: equation 2 to the letter. */
async function measurePrefix(
  engine: Engine,
  text: PackedText,
  windows: number,
  condition: Condition,
): Promise<number[][]> {
  const { contextLength, layers, width } = engine.config;
  const counts = countsUpTo(contextLength - 3);
  const distances = table(layers + 1, counts.length);
  for (const [i, count] of counts.entries()) {
    for (const removal of removalBatches(text, { length: count + 3, windows })) {
      await forEachState(engine, withRepeated(removal, count + 1, text), condition, (states, depth) => {
        distances[depth]![i]! += distancesToPrevious(states.subarray(-2 * width), width)[0]! / windows;
      });
    }
  }
  return distances;
}

/** The measures of one set of parameters, over so many windows of a text. */
export async function measureCollapse(engine: Engine, text: PackedText, windows: number): Promise<Measured> {
  const measured: Measured = {};
  for (const condition of CONDITIONS) {
    Object.assign(measured, await measureRanks(engine, text, windows, condition));
    measured[`suffix-distance/${condition}`] = await measureSuffix(engine, text, windows, condition);
    measured[`prefix-distance/${condition}`] = await measurePrefix(engine, text, windows, condition);
  }
  return measured;
}

/** What decides, as numbers: after the last block, of the text alone, at the longest suffix and prefix. */
export function finalMeasures(measured: Measured): Measured {
  const final: Measured = {};
  const last = (name: string) => (measured[name] as number[]).at(-1)!;
  const lastOfLast = (name: string) => (measured[name] as number[][]).at(-1)!.at(-1)!;
  for (const condition of CONDITIONS) {
    final[`final/residual/${condition}`] = last(`residual/${condition}/text`);
    final[`final/effective-rank/${condition}`] = last(`effective-rank/${condition}/text`);
    final[`final/suffix-distance/${condition}`] = lastOfLast(`suffix-distance/${condition}`);
    final[`final/prefix-distance/${condition}`] = lastOfLast(`prefix-distance/${condition}`);
  }
  return final;
}

export const collapse: Analysis = {
  id: 'collapse',
  version: '1',
  description:
    `States in ${COLLAPSE_WINDOWS} held-out windows, by depth (before the first block and after each), as trained, with the first ` +
    'token deleted, masked, or replaced by an ordinary one; and the same of the untrained model. Residual: Frobenius norm ' +
    "of the states less their mean over that of the states; of the text's tokens, and of all. Effective rank: e to the " +
    'entropy of the singular values over their sum (Roy & Vetterli 2007). Suffix distance: L2 distance of the last two ' +
    'states over the norm of the last, after a short text and so many repetitions of one token. Prefix distance: the same ' +
    'after so many tokens of text and one token twice.',
  async measure({ run, parameters, heldOut, module }) {
    const { model, data } = run.specification;
    const length = model.contextLength;
    const measured: Measured = {
      windows: COLLAPSE_WINDOWS,
      'suffix-counts': countsUpTo(length - suffixStart(length)),
      'prefix-counts': countsUpTo(length - 3),
    };
    const states = { trained: parameters, initial: initialParameters(model, run.specification.seed) };
    for (const [state, own] of Object.entries(states)) {
      const engine = await createKernelsEngine(model, own, { module, batch: largestBatch(length) });
      try {
        const measures = await measureCollapse(engine, heldOut(data), COLLAPSE_WINDOWS);
        for (const [name, value] of Object.entries({ ...measures, ...finalMeasures(measures) })) {
          measured[`${state}/${name}`] = value;
        }
      } finally {
        engine.dispose();
      }
    }
    return measured;
  },
};
