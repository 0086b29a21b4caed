import { countsUpTo, finalMeasures, suffixStart } from '../../../pipeline/analyses/collapse.ts';
import type { InventedMeasures } from './index.ts';

/** States come nearer with repetitions, sooner without the sink; the first token's large state hides the rank. */
export const collapse: InventedMeasures = ({ model: { layers, contextLength } }, noise) => {
  const suffixCounts = countsUpTo(contextLength - suffixStart(contextLength));
  const prefixCounts = countsUpTo(contextLength - 3);
  const measured: ReturnType<InventedMeasures> = {
    windows: 128,
    'suffix-counts': suffixCounts,
    'prefix-counts': prefixCounts,
  };
  const depths = Array.from({ length: layers + 1 }, (_, depth) => depth);
  for (const [state, scale] of Object.entries({ trained: 1, initial: 0.3 })) {
    const own: ReturnType<InventedMeasures> = {};
    for (const [condition, factor] of Object.entries({ with: 1, deleted: 0.6, masked: 0.6, replaced: 0.8 })) {
      const falling = (counts: readonly number[]) =>
        depths.map((depth) =>
          counts.map((count) => ((0.2 + 0.1 * depth) * factor * scale * (1 + 0.1 * noise())) / count),
        );
      own[`suffix-distance/${condition}`] = falling(suffixCounts);
      own[`prefix-distance/${condition}`] = falling(prefixCounts);
      for (const rows of condition === 'deleted' ? ['text'] : ['text', 'all']) {
        const hidden = rows === 'all' && condition === 'with' && state === 'trained' ? 0.4 : 1;
        own[`effective-rank/${condition}/${rows}`] = depths.map(
          (depth) => hidden * factor * (24 - 0.8 * depth) + 0.3 * noise(),
        );
        own[`residual/${condition}/${rows}`] = depths.map((depth) => hidden * (0.95 - 0.02 * depth) + 0.01 * noise());
      }
    }
    for (const [name, value] of Object.entries({ ...own, ...finalMeasures(own) })) measured[`${state}/${name}`] = value;
  }
  return measured;
};
