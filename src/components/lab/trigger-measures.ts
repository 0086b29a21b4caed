/**
 * What a model of Bigram-Backcopy does where it should copy, and where it should not, as the analysis `backcopy` of the
 * pipeline has it (Guo et al. 2024, arXiv:2410.13835): a test holds the two together.
 */
import { type Batch, type Engine, IGNORED_TARGET } from '../../engine/engine.ts';
import { attentionOfQueries } from '../../measures/by-query.ts';
import { meanOverSequences } from '../../measures/sink.ts';
import { firstStateNormRatio } from '../../measures/state-norms.ts';
import { firstValueNormRatio } from '../../measures/value-norms.ts';

/** The first query that counts: those before it see so few keys that attention to the first says little. */
export const FIRST_QUERY = 8;

/** Read at the head whose queries that are no trigger attend most to the first token. */
export type TriggerMeasures = Record<(typeof TRIGGER_MEASURES)[number], number>;
export const TRIGGER_MEASURES = [
  /** Mean attention of queries to the first token. */
  'attention/other',
  'attention/trigger',
  /** Norm of the first position's value over the mean of the others. */
  'valueNorm',
  /** The same of the residual state, the largest between blocks; behind the block, where there is one alone. */
  'stateNorm',
  /** Mean loss in nats behind such a token. */
  'loss/other',
  'loss/trigger',
] as const;

/** Whether a batch has what is measured: behind the first queries, triggers and others. */
export function isMeasurable({ inputs, length }: Batch, triggers: readonly number[]): boolean {
  const late = inputs.filter((_, index) => index % length >= FIRST_QUERY);
  return late.some((token) => triggers.includes(token)) && late.some((token) => !triggers.includes(token));
}

/**
 * @param batch held-out sequences of the language, in which it is measurable.
 * @param triggers the language's triggers.
 */
export async function measureTriggers(
  engine: Engine,
  batch: Batch,
  triggers: readonly number[],
): Promise<TriggerMeasures> {
  const { layers, heads, width } = engine.config;
  const { sequences, length, inputs } = batch;
  const shape = { layers, sequences, heads, length };
  const isTrigger = (index: number) => triggers.includes(inputs[index]!);
  const late = (index: number) => index % length >= FIRST_QUERY;
  const select = (kind: boolean) => Uint8Array.from(inputs, (_, i) => (late(i) && isTrigger(i) === kind ? 1 : 0));
  const lossWhere = async (counts: (index: number) => boolean) => {
    const targets = batch.targets.map((target, index) => (counts(index) ? target : IGNORED_TARGET));
    return (await engine.evaluate({ ...batch, targets })).loss;
  };

  const { attention, states, valueNorms } = await engine.inspect(batch, {
    ...{ attention: true, states: true, valueNorms: true },
  });
  const others = attentionOfQueries(attention!, shape, select(false), 'first');
  const copying = attentionOfQueries(attention!, shape, select(true), 'first');
  const norms = meanOverSequences(firstValueNormRatio(valueNorms!, shape), shape);
  const stateNorms = firstStateNormRatio(states!, { layers, sequences, length, width });
  const { layer, head } = strongest(others);
  return {
    'attention/other': others[layer]![head]!,
    'attention/trigger': copying[layer]![head]!,
    valueNorm: norms[layer]![head]!,
    stateNorm: Math.max(...(layers > 1 ? stateNorms.slice(1, -1) : stateNorms.slice(1))),
    'loss/other': await lossWhere((index) => !isTrigger(index) && index % length > 0),
    'loss/trigger': await lossWhere(isTrigger),
  };
}

/** The head of the largest value; the first of equal ones. */
function strongest(perHead: readonly (readonly number[])[]): { layer: number; head: number } {
  let best = { layer: 0, head: 0 };
  for (const [layer, row] of perHead.entries()) {
    for (const [head, value] of row.entries()) if (value > perHead[best.layer]![best.head]!) best = { layer, head };
  }
  return best;
}
