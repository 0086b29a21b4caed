import type { InventedMeasures } from './index.ts';

/** Softmax sinks and mixes little; the others put weight elsewhere, and the first token's share falls. */
export const footing: InventedMeasures = ({ model }, noise) => {
  const sum = model.attention === 'softmax' ? 1 : 0.6 + 0.1 * noise();
  const share = model.attention === 'softmax' ? 0.7 + 0.05 * noise() : 0.15 + 0.05 * noise();
  return {
    'weight-on-text': sum,
    'weight-on-first': share * sum,
    'share-on-first': share,
    'mean-change/with': 0.1 + 0.01 * noise(),
    'mean-change/masked': 0.1 + 0.15 * share + 0.01 * noise(),
    'loss/with': 3.4 + 0.02 * noise(),
    'loss/masked': 3.4 + share + 0.02 * noise(),
    'change-behind/with': [0.2, 0.1, 0.05],
    'change-behind/masked': [0.3, 0.15, 0.1],
    'residual/with': 0.8 + 0.02 * noise(),
    'residual/masked': 0.7 + 0.02 * noise(),
    'effective-rank/with': 14 + noise(),
    'effective-rank/masked': 14 - 5 * share + noise(),
    'suffix-distance/with': [0.3, 0.2, 0.1],
    'suffix-distance/masked': [0.2, 0.1, 0.05],
  };
};
