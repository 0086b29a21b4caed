/** What a model of Bigram-Backcopy does where it should copy, and where it should not (Guo et al. 2024, arXiv:2410.13835). */
import { type Batch, type Engine, IGNORED_TARGET } from '../../src/engine/engine.ts';
import { createKernelsEngine } from '../../src/engine/kernels/engine.ts';
import { attentionOfQueries } from '../../src/measures/by-query.ts';
import { meanOverSequences } from '../../src/measures/sink.ts';
import { firstStateNormRatio } from '../../src/measures/state-norms.ts';
import { firstValueNormRatio } from '../../src/measures/value-norms.ts';
import type { Measured } from '../../src/results/schema.ts';
import { heldOutLanguageBatches } from '../../src/training/language/batches.ts';
import { createLanguage } from '../../src/training/language/language.ts';
import { loadCorpus } from '../corpus/index.ts';
import { PipelineError } from '../errors.ts';
import type { Analysis, TrainedModel } from './analysis.ts';

const SEQUENCES = 128;

/**
 * The first query that counts: the ones before it see so few keys that attention to the first token says little. Chance
 * is below 1/9 from here on.
 */
const FIRST_QUERY = 8;

/** Which tokens are triggers, (B, T). */
function triggersOf({ inputs }: Batch, triggers: readonly number[]): Uint8Array {
  return Uint8Array.from(inputs, (token) => (triggers.includes(token) ? 1 : 0));
}

/** Mean loss where `counts` says so. */
async function lossWhere(engine: Engine, batch: Batch, counts: (index: number) => boolean): Promise<number> {
  const targets = batch.targets.map((target, index) => (counts(index) ? target : IGNORED_TARGET));
  return (await engine.evaluate({ ...batch, targets })).loss;
}

/** Measures one batch of a language's sequences; split from the run so that it can be tested on any weights. */
export async function measureBackcopy(engine: Engine, batch: Batch, triggers: readonly number[]): Promise<Measured> {
  const { layers, heads, width } = engine.config;
  const { sequences, length } = batch;
  const shape = { layers, sequences, heads, length };
  const isTrigger = triggersOf(batch, triggers);
  const position = (index: number) => index % length;
  const queries = (kind: number) =>
    isTrigger.map((trigger, index) => (trigger === kind && position(index) >= FIRST_QUERY ? 1 : 0));
  const [others, copying] = [queries(0), queries(1)];

  const inspection = await engine.inspect(batch, { attention: true, states: true, valueNorms: true });
  const attention = inspection.attention!;
  const firstOfOthers = attentionOfQueries(attention, shape, others, 'first');
  const firstOfCopying = attentionOfQueries(attention, shape, copying, 'first');
  const valueNorms = meanOverSequences(firstValueNormRatio(inspection.valueNorms!, shape), shape);
  const states = firstStateNormRatio(inspection.states!, { layers, sequences, length, width });
  const sink = strongest(firstOfOthers);

  return {
    'first-attention/non-trigger': firstOfOthers,
    'first-attention/trigger': firstOfCopying,
    'previous-attention/non-trigger': attentionOfQueries(attention, shape, others, 'previous'),
    'previous-attention/trigger': attentionOfQueries(attention, shape, copying, 'previous'),
    'total-attention/non-trigger': attentionOfQueries(attention, shape, others, 'all'),
    'total-attention/trigger': attentionOfQueries(attention, shape, copying, 'all'),
    'first-value-norm': valueNorms,
    'first-state-norm': states,
    'sink-head/non-trigger': firstOfOthers[sink.layer]![sink.head]!,
    'sink-head/trigger': firstOfCopying[sink.layer]![sink.head]!,
    'sink-head/first-value-norm': valueNorms[sink.layer]![sink.head]!,
    'sink-head/layer': sink.layer,
    'largest-inner-state-norm': Math.max(...(layers > 1 ? states.slice(1, -1) : states.slice(1))),
    'loss/trigger': await lossWhere(engine, batch, (index) => isTrigger[index] === 1),
    'loss/non-trigger': await lossWhere(engine, batch, (index) => isTrigger[index] === 0 && position(index) > 0),
  };
}

/** The head of the largest value; the first of equal ones. */
function strongest(perHead: number[][]): { layer: number; head: number } {
  let best = { layer: 0, head: 0 };
  for (const [layer, row] of perHead.entries()) {
    for (const [head, value] of row.entries()) {
      if (value > perHead[best.layer]![best.head]!) best = { layer, head };
    }
  }
  return best;
}

async function measure({ run, parameters, tokenizer, module }: TrainedModel): Promise<Measured> {
  const { model, data } = run.specification;
  if (data.language === null || data.language.triggers === 0 || model.contextLength <= FIRST_QUERY) {
    throw new PipelineError(
      `the analysis backcopy needs a model of a language with triggers, of a context beyond ${FIRST_QUERY} tokens`,
    );
  }
  const { sections } = await loadCorpus(data.corpus);
  const language = createLanguage(sections, tokenizer, data, data.language);
  const { contextLength } = model;
  const shape = { contextLength, sequences: SEQUENCES, sequencesPerBatch: SEQUENCES };
  const batch = heldOutLanguageBatches(language, shape)[0]!;
  const engine = await createKernelsEngine(model, parameters, { module, batch });
  try {
    return await measureBackcopy(engine, batch, language.triggers);
  } finally {
    engine.dispose();
  }
}

export const backcopy: Analysis = {
  id: 'backcopy',
  version: '1',
  description:
    `On ${SEQUENCES} held-out sequences: mean attention to the first token, to the token before the query, and in all, ` +
    `of queries that are triggers and of the others, from position ${FIRST_QUERY} on, by head; norm of the first value ` +
    'and of the first state over the mean of the others, by head and by layer; mean loss in nats behind triggers and ' +
    'behind other symbols. The sink head is the one whose other queries attend most to the first token; the largest ' +
    'inner state norm is that of the states between blocks (behind the block, where there is one alone).',
  measure,
};
