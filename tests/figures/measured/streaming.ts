import { bucketWidth, cacheSizes, STREAMING_POLICIES } from '../../../pipeline/analyses/streaming.ts';
import type { InventedMeasures } from './index.ts';

/** Where a model has `<bos>`, the window alone breaks at half the context; KeyDiff is worse everywhere. */
export const streaming: InventedMeasures = ({ model: { contextLength }, data }, noise) => {
  const sizes = cacheSizes(contextLength);
  const width = bucketWidth(contextLength);
  const buckets = Array.from(
    { length: (8 * contextLength) / width },
    (_, bucket) => 3.4 + 0.2 * Math.abs((bucket % 4) - 2),
  );
  const breaks = data.bos === 'none' ? 0 : 0.4;
  const rise: Record<string, number> = {
    window: breaks,
    'first-1': 0,
    'first-2': 0.01,
    'first-4': 0.02,
    'key-diff': 0.5,
    'key-diff-recent': 0.03,
    recomputed: -0.01,
  };
  const measured: ReturnType<InventedMeasures> = {
    sizes,
    'by-position/width': width,
    'loss/keeps-all': 4 + 0.03 * noise(),
    'by-position/keeps-all': buckets,
  };
  for (const [policy, own] of Object.entries(rise)) {
    const over = sizes.map((_, i) => own * (1 - 0.1 * i) + 0.005 * noise());
    measured[`loss/${policy}`] = over.map((above, i) => 3.5 - 0.03 * i + above);
    const along = buckets.map(
      (loss, bucket) => loss + (bucket * width >= contextLength / 2 ? own : 0) + 0.02 * noise(),
    );
    measured[`by-position/half/${policy}`] = along;
    measured[`by-position/whole/${policy}`] = along;
    if (policy in STREAMING_POLICIES)
      measured[`holds-first/${policy}`] = sizes.map(() => (policy === 'window' ? 0 : 1));
    if (policy === 'first-1') continue;
    measured[`over-first-1/${policy}`] = over;
    measured[`half/over-first-1/${policy}`] = over.at(-2)!;
  }
  return measured;
};
