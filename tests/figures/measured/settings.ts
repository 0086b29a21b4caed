import type { InventedMeasures } from './index.ts';

/** Without the sink states move more and stand a little closer, the more so the deeper the model; without `<bos>` less so. */
export const settings: InventedMeasures = ({ model: { layers }, data: { bos } }, noise) => {
  const measured: ReturnType<InventedMeasures> = {};
  for (const condition of ['with', 'deleted', 'masked', 'replaced']) {
    const without = bos === 'none' ? 0.3 : condition === 'with' ? 0 : 1;
    const closer = 1 - 0.01 * layers * without;
    measured[`mean-change/${condition}`] = 0.1 * (1 + 0.05 * layers * without) * (1 + 0.05 * noise());
    measured[`loss/${condition}`] = 3 + 0.3 * without + 0.01 * noise();
    measured[`trained/final/residual/${condition}`] = 0.9 * closer + 0.01 * noise();
    measured[`trained/final/effective-rank/${condition}`] = 25 * closer + 0.3 * noise();
    measured[`trained/final/suffix-distance/${condition}`] = 0.05 * closer * (1 + 0.1 * noise());
    measured[`trained/final/prefix-distance/${condition}`] = 0.35 * closer * (1 + 0.1 * noise());
  }
  return measured;
};
