/**
 * Do heads switch off through the sink (paper §3.2, figure 4)? What heads write from the first token, on what they
 * switch, and what the loss says when the first token's values are taken away.
 */
import { createDecoder } from '../../src/decoding/decoder.ts';
import type { Batch } from '../../src/engine/engine.ts';
import type { OffAndOn } from '../../src/measures/no-op.ts';
import { headWrite, offAndOn, outputGram, writtenLength } from '../../src/measures/no-op.ts';
import type { Measured } from '../../src/results/schema.ts';
import { spearman } from '../../src/statistics/ranks.ts';
import { type PackedText, windowCount, windowsAt } from '../../src/training/text/packing.ts';
import type { Analysis, TrainedModel } from './analysis.ts';
import { ablations } from './no-op-ablation.ts';
import { type HeadAttention, switches } from './no-op-switches.ts';

/** Windows of held-out text, each of the model's context. */
const WINDOWS = 128;

/** A head whose mean attention to the first token exceeds this sinks, as in the paper's sink rate. */
const SINKING = 0.3;

/** The columns of `heads`. */
export const HEAD_COLUMNS = [
  'attention',
  'valueNorm',
  'attentionOff',
  'firstShare',
  'firstOverWhole',
  'offOverOn',
] as const;

export const noOp: Analysis = {
  id: 'no-op',
  version: '1',
  description:
    `On ${WINDOWS} held-out windows of the context length. Heads, sorted by their attention to the first token: that ` +
    'attention; the norm of the first value over the mean of the others; and, over the quarter of queries that attend ' +
    'to the first token most, their attention to it, its share in the lengths of the parts written after the output ' +
    'matrix, its part over the whole write, and the whole write over that of the quarter that attends to it least. ' +
    'Switches: the share of the variance of attention to the first token (eta squared) that a class of the current or ' +
    'previous token explains, the class chosen on every other window and measured on the rest. Ablations: the rise of ' +
    'the loss, in nats, when the values of the first token are set to zero for all later queries, weights as they ' +
    'were; when it is masked; when it has the values of an ordinary token; and when the values of an ordinary token ' +
    'are zero. Queries are those of the second half of each window throughout, but for the first two columns, which ' +
    'are those of the last evaluation.',
  measure,
};

async function measure(model: TrainedModel): Promise<Measured> {
  const { model: config, data } = model.run.specification;
  const packed = model.heldOut(data);
  const text = windowsAt(packed, windowOffsets(packed, config.contextLength), config.contextLength);
  const { heads, firstAttention } = readWindows(model, text);
  return {
    ...headMeasures(model, heads),
    ...switches(model, text, firstAttention),
    ...ablations(model, text),
  };
}

/** Evenly over the text, the same for every model of one context length. */
function windowOffsets(packed: PackedText, contextLength: number): number[] {
  const step = Math.floor(windowCount(packed, contextLength) / WINDOWS);
  return Array.from({ length: WINDOWS }, (_, i) => i * step);
}

/** What one reading of all windows shows of each head, layer by layer. */
function readWindows(
  { run, parameters }: TrainedModel,
  text: Batch,
): { heads: OffAndOn[]; firstAttention: HeadAttention[] } {
  const { model: config } = run.specification;
  const { layers, heads: H, width: D } = config;
  const Dh = D / H;
  const T = text.length;
  const decoder = createDecoder(config, parameters);
  const rows = Array.from({ length: layers * H }, (_, row) => ({
    gram: outputGram(parameters[`layers.${Math.floor(row / H)}.attention.output`]!, D, row % H, Dh),
    channels: row * Dh,
    writes: [] as ReturnType<typeof headWrite>[],
    first: [] as number[],
  }));
  for (let window = 0; window < text.sequences; window++) {
    decoder.reset();
    const maps: Float32Array[] = [];
    for (let t = 0; t < T; t++) {
      decoder.feed(text.inputs[window * T + t]!);
      maps.push(decoder.attention.slice());
    }
    const values = Array.from({ length: T }, (_, slot) => decoder.value(slot));
    for (const [row, { gram, channels, writes, first }] of rows.entries()) {
      const own = values.map((all) => all.subarray(channels, channels + Dh));
      const lengths = own.map((value) => writtenLength(value, gram));
      for (let t = T / 2; t < T; t++) {
        const attention = maps[t]!.subarray(row * T, row * T + t + 1);
        writes.push(headWrite(attention, own, lengths, gram));
        first.push(attention[0]!);
      }
    }
  }
  return {
    heads: rows.map(({ first, writes }) => offAndOn(first, writes)),
    firstAttention: rows.map(({ first }, row) => ({ layer: Math.floor(row / H), head: row % H, first })),
  };
}

/** The table of heads and what it says of all of them, and of the quarter that attends to the first token most. */
function headMeasures({ run }: TrainedModel, heads: readonly OffAndOn[]): Measured {
  const { headFirstAttention, headFirstValueNorm } = run.evaluations.at(-1)!;
  const attention = headFirstAttention.flat();
  const valueNorm = headFirstValueNorm.flat();
  const table = heads
    .map((head, i) => [
      ...[attention[i]!, valueNorm[i]!],
      ...[head.attentionOff, head.firstShare, head.firstOverWhole, head.offOverOn],
    ])
    .sort((a, b) => b[0]! - a[0]!);
  const quarter = table.slice(0, Math.ceil(table.length / 4));
  const measured: Measured = {
    heads: table,
    'sinking-heads/share': attention.filter((mean) => mean > SINKING).length / attention.length,
    'spearman/value-norm': spearman(attention, valueNorm),
    'spearman/off-over-on': spearman(
      attention,
      heads.map(({ offOverOn }) => offOverOn),
    ),
  };
  for (const [column, name] of HEAD_COLUMNS.entries()) {
    measured[`strongest-quarter/${name}`] = quarter.reduce((sum, row) => sum + row[column]!, 0) / quarter.length;
  }
  return measured;
}
