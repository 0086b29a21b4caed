/**
 * One model read in two ways: the beginnings of documents with `<bos>` before them, and without. The same in Node, where
 * the pipeline asks it of trained models, and in the page, where it is asked of one that still learns.
 */
import { type Batch, type Engine, IGNORED_TARGET } from '../engine/engine.ts';
import { countedTargets } from '../engine/validate.ts';
import { sinkProbe } from '../measures/sink.ts';
import type { PackedText } from './text/packing.ts';

/** Documents that are read, and how many at a time. */
export const DOCUMENTS_READ = 256;
export const DOCUMENTS_AT_A_TIME = 64;

const WAYS = ['with', 'without'] as const;
export type Way = (typeof WAYS)[number];
type ReadingMeasure =
  | 'sink-rate-0.3'
  | 'sink-rate-0.8'
  | 'first-attention-above-chance'
  | 'loss'
  | 'strongest-head-value-norm';

/** What is measured of each reading, and how much the loss rises, in nats, when `<bos>` is left out. */
export type TwoReadings = Record<`${Way}/${ReadingMeasure}` | 'loss-rise', number>;

/**
 * @param engine with room for `DOCUMENTS_AT_A_TIME` sequences, or for `atATime`.
 * @param starts as `documentStarts` gives them, one token shorter than the model's context.
 */
export async function readTwoWays(
  engine: Engine,
  starts: readonly Int32Array[],
  bos: number,
  atATime = DOCUMENTS_AT_A_TIME,
): Promise<TwoReadings> {
  const measured: Partial<TwoReadings> = {};
  for (const way of WAYS) {
    const probe = sinkProbe(engine.config);
    let [lossSum, targets] = [0, 0];
    for (let first = 0; first < starts.length; first += atATime) {
      const batch = documentsBatch(starts.slice(first, first + atATime), way === 'with' ? bos : null);
      const counting = countedTargets(batch.targets);
      lossSum += (await engine.evaluate(batch)).loss * counting;
      targets += counting;
      const { attention, valueNorms } = await engine.inspect(batch, { attention: true, valueNorms: true });
      probe.add({ ...batch, attention: attention!, valueNorms: valueNorms! });
    }
    const { sinkRate, firstAttentionAboveChance, headFirstAttention, headFirstValueNorm } = probe.result();
    const heads = headFirstAttention.flat();
    const strongest = heads.indexOf(Math.max(...heads));
    measured[`${way}/sink-rate-0.3`] = sinkRate['0.3'];
    measured[`${way}/sink-rate-0.8`] = sinkRate['0.8'];
    measured[`${way}/first-attention-above-chance`] = firstAttentionAboveChance;
    measured[`${way}/loss`] = lossSum / targets;
    measured[`${way}/strongest-head-value-norm`] = headFirstValueNorm.flat()[strongest]!;
  }
  measured['loss-rise'] = measured['without/loss']! - measured['with/loss']!;
  return measured as TwoReadings;
}

/**
 * The first `length` tokens of documents that have so many, spread evenly over those; each a slice of the text.
 * @param packed with `<bos>` at document starts.
 * @throws {Error} when there are fewer than `count` such documents.
 */
export function documentStarts({ tokens, special }: PackedText, length: number, count: number): Int32Array[] {
  const found: Int32Array[] = [];
  for (let i = tokens.indexOf(special.bos); i >= 0; i = tokens.indexOf(special.bos, i + 1)) {
    const start = tokens.subarray(i + 1, i + 1 + length);
    if (start.length === length && !start.includes(special.eos)) found.push(start);
  }
  if (found.length < count) {
    throw new Error(`the held-out text has ${found.length} documents of ${length} tokens or more, not ${count}`);
  }
  return Array.from({ length: count }, (_, i) => found[Math.floor((i * found.length) / count)]!);
}

/** The documents as a batch; the targets are the text from its second token on, whether `<bos>` stands first or not. */
export function documentsBatch(starts: readonly Int32Array[], bos: number | null): Batch {
  const before = bos === null ? 0 : 1;
  const length = starts[0]!.length + before;
  const inputs = new Int32Array(starts.length * length);
  const targets = new Int32Array(starts.length * length).fill(IGNORED_TARGET);
  for (const [row, text] of starts.entries()) {
    if (bos !== null) inputs[row * length] = bos;
    inputs.set(text, row * length + before);
    targets.set(text.subarray(1), row * length + before);
  }
  return { sequences: starts.length, length, inputs, targets };
}
