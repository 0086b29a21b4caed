/** Where in a model the sink is: attention to the first token, layer by layer. */
import { bootstrapInterval, type Interval, mean } from '../statistics/bootstrap.ts';
import { randomGenerator } from '../transformer/random.ts';
import type { Run } from './schema.ts';

/**
 * Attention to the first token after training, of each layer from the input on: the mean over its heads, with its 95 %
 * interval over runs that differ in their seed.
 * @param group names the runs, so that wherever their layers are told the intervals are the same.
 */
export function finalAttentionByLayer(runs: readonly Run[], group: string): Interval[] {
  const seeds = runs.map(({ evaluations }) => evaluations.at(-1)!.headFirstAttention.map((heads) => mean(heads)));
  return seeds[0]!.map((_, layer) =>
    bootstrapInterval(
      seeds.map((layers) => layers[layer]!),
      randomGenerator(`by-layer/${group}/${layer}`),
    ),
  );
}
