/** One model read in two ways: the beginnings of held-out documents with `<bos>` before them, and without. */
import { createKernelsEngine } from '../../src/engine/kernels/engine.ts';
import type { Measured } from '../../src/results/schema.ts';
import { DOCUMENTS_AT_A_TIME, DOCUMENTS_READ, documentStarts, readTwoWays } from '../../src/training/two-readings.ts';
import type { Analysis, TrainedModel } from './analysis.ts';

export const reading: Analysis = {
  id: 'reading',
  version: '1',
  description:
    `The first tokens of ${DOCUMENTS_READ} held-out documents, as many as fill the context, read once with <bos> before them ` +
    `and once without (a token less). Loss in nats over the same tokens: those that have a token of text before them. ` +
    `Sink rate, attention to whatever stands first less chance, and its value norm over the others' in the head that ` +
    `attends to it most.`,
  measure,
};

async function measure(model: TrainedModel): Promise<Measured> {
  const { model: config } = model.run.specification;
  const T = config.contextLength;
  const starts = documentStarts(model.heldOut({ bos: 'document', mask: 'causal' }), T - 1, DOCUMENTS_READ);
  const engine = await createKernelsEngine(config, model.parameters, {
    module: model.module,
    batch: { sequences: DOCUMENTS_AT_A_TIME, length: T },
  });
  try {
    return await readTwoWays(engine, starts, model.tokenizer.bos);
  } finally {
    engine.dispose();
  }
}
