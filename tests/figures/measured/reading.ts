import type { InventedMeasures } from './index.ts';

/** With `<bos>` fixed in training the sink goes, and the loss rises, where it is left out. */
export const reading: InventedMeasures = ({ data }, noise) => {
  const breaks = data.bos === 'fixed';
  const rate = { with: { none: 0.2, document: 0.7, fixed: 0.9 }[data.bos], without: breaks ? 0.02 : 0.15 };
  const loss = { with: 3.4 + 0.02 * noise(), without: (breaks ? 5.1 : 3.45) + 0.02 * noise() };
  return Object.fromEntries([
    ...(['with', 'without'] as const).flatMap((way) => {
      const sinkRate = Math.min(1, Math.max(0, rate[way] + 0.02 * noise()));
      return [
        [`${way}/sink-rate-0.3`, sinkRate],
        [`${way}/sink-rate-0.8`, sinkRate / 2],
        [`${way}/first-attention-above-chance`, sinkRate / 2],
        [`${way}/loss`, loss[way]],
        [`${way}/strongest-head-value-norm`, 0.4],
      ];
    }),
    ['loss-rise', loss.without - loss.with],
  ]);
};
