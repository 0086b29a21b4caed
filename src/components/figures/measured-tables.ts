/** Tables that an analysis measured, such as one row a depth and one column a distance. */
import type { Estimate, Group } from '../../results/schema.ts';

/**
 * A table over the seeds.
 * @throws {Error} where the analysis has none of this name.
 */
export function measuredTable(group: Group, name: string): Estimate[][] {
  const { mean, low, high } = group.analysis[name] ?? {};
  if (!isTable(mean) || !isTable(low) || !isTable(high)) {
    throw new Error(`figure: the analysis of group ${group.id} has no table “${name}”; run the export again`);
  }
  return mean.map((row, r) => row.map((value, c) => ({ mean: value, low: low[r]![c]!, high: high[r]![c]! })));
}

function isTable(value: unknown): value is number[][] {
  return Array.isArray(value) && value.every(Array.isArray);
}
