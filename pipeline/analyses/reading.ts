/** One model read in two ways: the beginnings of held-out documents with `<bos>` before them, and without. */
import { type Batch, IGNORED_TARGET } from '../../src/engine/engine.ts';
import { createKernelsEngine } from '../../src/engine/kernels/engine.ts';
import { countedTargets } from '../../src/engine/validate.ts';
import { sinkProbe } from '../../src/measures/sink.ts';
import type { Measured } from '../../src/results/schema.ts';
import type { PackedText } from '../../src/training/text/packing.ts';
import type { Analysis, TrainedModel } from './analysis.ts';

/** Documents that are read, and how many at a time. */
const DOCUMENTS = 256;
const BATCH = 64;

export const reading: Analysis = {
  id: 'reading',
  version: '1',
  description:
    `The first tokens of ${DOCUMENTS} held-out documents, as many as fill the context, read once with <bos> before them ` +
    `and once without (a token less). Loss in nats over the same tokens: those that have a token of text before them. ` +
    `Sink rate, attention to whatever stands first less chance, and its value norm over the others' in the head that ` +
    `attends to it most.`,
  measure,
};

async function measure(model: TrainedModel): Promise<Measured> {
  const { model: config } = model.run.specification;
  const T = config.contextLength;
  const starts = documentStarts(model.heldOut({ bos: 'document', mask: 'causal' }), T - 1, DOCUMENTS);
  const engine = await createKernelsEngine(config, model.parameters, {
    module: model.module,
    batch: { sequences: BATCH, length: T },
  });
  try {
    const measured: Measured = {};
    for (const way of ['with', 'without'] as const) {
      const probe = sinkProbe(config);
      let [lossSum, targets] = [0, 0];
      for (let first = 0; first < starts.length; first += BATCH) {
        const batch = batchOf(starts.slice(first, first + BATCH), way === 'with' ? model.tokenizer.bos : null);
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
    measured['loss-rise'] = (measured['without/loss'] as number) - (measured['with/loss'] as number);
    return measured;
  } finally {
    engine.dispose();
  }
}

/**
 * The first `length` tokens of documents that have so many, spread evenly over those; each a slice of the text.
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
export function batchOf(starts: readonly Int32Array[], bos: number | null): Batch {
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
