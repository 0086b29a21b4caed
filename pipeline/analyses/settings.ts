/** Mixing and collapse as their own experiments measure them, the deciding numbers alone: for models of other settings. */
import { createKernelsEngine } from '../../src/engine/kernels/engine.ts';
import type { Measured } from '../../src/results/schema.ts';
import type { Analysis } from './analysis.ts';
import { COLLAPSE_WINDOWS, finalMeasures, measureCollapse } from './collapse.ts';
import { measurePerturbation, PERTURBED_WINDOWS } from './perturbation.ts';
import { CONDITIONS } from './removal.ts';
import { largestBatch } from './removal-text.ts';

export const settings: Analysis = {
  id: 'settings',
  version: '1',
  description:
    `Mean change: in ${PERTURBED_WINDOWS} held-out windows, how far the last states behind an exchanged token move, relative ` +
    `to their norm. In ${COLLAPSE_WINDOWS} held-out windows, of the last states of the text: residual to their mean, ` +
    'effective rank, distance of the last two of a repeated token, and of two equal tokens behind text. All as in the ' +
    'experiments on mixing and on collapse, under the same names: as trained, and with the first token deleted, masked, ' +
    'or replaced by an ordinary one.',
  async measure({ run, parameters, heldOut, module }) {
    const { model, data } = run.specification;
    const engine = await createKernelsEngine(model, parameters, { module, batch: largestBatch(model.contextLength) });
    try {
      const text = heldOut(data);
      const perturbed = await measurePerturbation(engine, text, PERTURBED_WINDOWS);
      const collapsed = finalMeasures(await measureCollapse(engine, text, COLLAPSE_WINDOWS));
      const measured: Measured = {};
      for (const condition of CONDITIONS) {
        for (const name of ['mean-change', 'loss'] as const) {
          measured[`${name}/${condition}`] = perturbed[`${name}/${condition}`]!;
        }
      }
      for (const [name, value] of Object.entries(collapsed)) measured[`trained/${name}`] = value;
      return measured;
    } finally {
      engine.dispose();
    }
  },
};
