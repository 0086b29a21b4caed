import type { InventedMeasures } from './index.ts';

/** The change falls with distance and grows with depth, and is larger without the sink. */
export const perturbation: InventedMeasures = ({ model: { layers, contextLength }, data }, noise) => {
  const position = Math.floor(contextLength / 6);
  const own = data.bos === 'none' ? 1.3 : 1;
  const reach = { with: own, deleted: 1.8 * own, masked: 1.8 * own, replaced: 1.5 * own };
  const measured: ReturnType<InventedMeasures> = { windows: 256, position, 'spread-thresholds': [0.05, 0.1, 0.2, 0.5] };
  for (const [condition, factor] of Object.entries(reach)) {
    const change = Array.from({ length: layers + 1 }, (_, depth) =>
      Array.from({ length: contextLength - position }, (_, distance) => {
        if (distance === 0) return 1.2;
        return depth === 0 ? 0 : (factor * (0.2 + 0.05 * depth) * (1 + 0.1 * noise())) / distance;
      }),
    );
    const behind = change.map((row) => row.slice(1).reduce((sum, value) => sum + value, 0) / (row.length - 1));
    measured[`change/${condition}`] = change;
    measured[`change-behind/${condition}`] = behind;
    measured[`mean-change/${condition}`] = behind.at(-1)!;
    measured[`spread/${condition}`] = [0.5, 0.3, 0.2, 0.1];
    measured[`norm/${condition}`] = change.map((_, depth) => 4 + depth);
    measured[`loss/${condition}`] = 3.2 + 0.3 * factor + 0.02 * noise();
    measured[`weight-on-exchanged/${condition}`] = change.slice(1).map(() => 0.02 * factor);
  }
  for (const condition of ['with', 'replaced']) {
    measured[`weight-on-exchanged/${condition}-renormalised`] = new Array<number>(layers).fill(0.04 + 0.001 * noise());
  }
  return measured;
};
