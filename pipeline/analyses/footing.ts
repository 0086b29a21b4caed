/** Models that normalise attention in different ways, on one footing: where the weight goes, and what mixes. */
import { createKernelsEngine } from '../../src/engine/kernels/engine.ts';
import { attentionToPosition } from '../../src/measures/sink.ts';
import type { Measured } from '../../src/results/schema.ts';
import type { Analysis } from './analysis.ts';
import { finalMeasures, measureCollapse } from './collapse.ts';
import { measurePerturbation } from './perturbation.ts';
import { largestBatch, removalBatches } from './removal-text.ts';

const WINDOWS = 128;

export const footing: Analysis = {
  id: 'footing',
  version: '1',
  description:
    `In ${WINDOWS} held-out windows. Weight on text: the mean over queries and heads of all weights of a row added up, 1 ` +
    'where rows must sum to one; what is missing is spent on nothing (an extra key of value 0, or not at all). Share on ' +
    'the first token: its weight over that sum. Change: relative change of the last states behind an exchanged token, as ' +
    'trained and with attention to the first token masked. Residual, effective rank and suffix distance of the last ' +
    'states, as in the experiment on collapse.',
  async measure({ run, parameters, heldOut, module }) {
    const { model, data } = run.specification;
    const engine = await createKernelsEngine(model, parameters, { module, batch: largestBatch(model.contextLength) });
    try {
      const text = heldOut(data);
      const { contextLength: length, layers, heads } = model;
      let [spent, onFirst, rows] = [0, 0, 0];
      for (const { batch } of removalBatches(text, { length, windows: WINDOWS })) {
        const attention = (await engine.inspect(batch, { attention: true })).attention!;
        const shape = { layers, heads, sequences: batch.sequences, length };
        for (const mean of attentionToPosition(attention, shape)) onFirst += mean * length;
        for (const weight of attention) spent += weight;
        rows += layers * heads * batch.sequences * length;
      }
      const perturbed = await measurePerturbation(engine, text, WINDOWS);
      const collapsed = finalMeasures(await measureCollapse(engine, text, WINDOWS));
      const measured: Measured = {
        'weight-on-text': spent / rows,
        'weight-on-first': onFirst / rows,
        'share-on-first': onFirst / spent,
      };
      for (const condition of ['with', 'masked'] as const) {
        for (const name of ['mean-change', 'loss'] as const) {
          measured[`${name}/${condition}`] = perturbed[`${name}/${condition}`]!;
        }
        measured[`change-behind/${condition}`] = perturbed[`change-behind/${condition}`]!;
        for (const name of ['residual', 'effective-rank', 'suffix-distance'] as const) {
          measured[`${name}/${condition}`] = collapsed[`final/${name}/${condition}`]!;
        }
      }
      return measured;
    } finally {
      engine.dispose();
    }
  },
};
