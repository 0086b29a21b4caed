import type { InventedMeasures } from './index.ts';

/** A dark first column with the sink; without it rows are more even, by a little more than arithmetic gives. */
export const smoothing: InventedMeasures = ({ model: { layers, heads, contextLength }, data }, noise) => {
  const sinks = data.bos === 'none' ? 0.25 : 0.7;
  const measured: ReturnType<InventedMeasures> = { windows: 128 };
  const onFirst: Record<string, number> = { with: sinks, deleted: 0.1, masked: 0, replaced: 0.3 };
  for (const [condition, first] of Object.entries(onFirst)) {
    const queries = Math.min(16, contextLength) - (condition === 'deleted' ? 1 : 0);
    measured[`map/${condition}`] = Array.from({ length: queries }, (_, query) =>
      Array.from({ length: queries }, (_, key) => {
        if (key > query) return 0;
        if (query === 0) return 1;
        return key === 0 ? first : (1 - first) / query;
      }),
    );
    measured[`head-first-attention/${condition}`] = table(layers, heads, () => first);
  }
  const evenness: Record<string, number> = {
    with: 0.9 - sinks / 2,
    'with-renormalised': 0.75,
    deleted: 0.82,
    masked: 0.82,
    replaced: 0.7,
    'replaced-renormalised': 0.76,
  };
  for (const [name, mean] of Object.entries(evenness)) {
    const head = table(layers, heads, (layer) => mean - 0.02 * layer + 0.01 * noise());
    measured[`head-entropy/${name}`] = head;
    measured[`head-distance/${name}`] = head.map((row) => row.map((entropy) => 1 - entropy));
    measured[`query-entropy/${name}`] = Array.from(
      { length: contextLength - 2 },
      (_, i) => mean - 0.001 * i + 0.01 * noise(),
    );
    measured[`entropy/${name}`] = mean + 0.01 * noise();
    measured[`distance/${name}`] = 1 - mean;
  }
  return measured;
};

function table(rows: number, columns: number, value: (row: number) => number): number[][] {
  return Array.from({ length: rows }, (_, row) => Array.from({ length: columns }, () => value(row)));
}
