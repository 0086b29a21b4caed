/** What a run is asked at each evaluation: its loss on the held-out sequences, and the sink measures. */
import type { Batch, Engine } from '../engine/engine.ts';
import { countedTargets } from '../engine/validate.ts';
import { sinkProbe } from '../measures/sink.ts';
import type { Evaluation } from '../results/schema.ts';

/** The part of an evaluation that is measured on the held-out sequences. */
export type HeldOutMeasures = Omit<Evaluation, 'step' | 'tokens' | 'trainingLoss' | 'fingerprint'>;

/**
 * Mean loss over every target of the held-out batches that counts, and the sink measures over all their sequences.
 * @throws {Error} when no target counts.
 */
export async function evaluateHeldOut(engine: Engine, batches: readonly Batch[]): Promise<HeldOutMeasures> {
  const probe = sinkProbe(engine.config);
  let lossSum = 0;
  let targets = 0;
  for (const batch of batches) {
    const counting = countedTargets(batch.targets);
    if (counting > 0) lossSum += (await engine.evaluate(batch)).loss * counting;
    targets += counting;
    const { attention, valueNorms } = await engine.inspect(batch, { attention: true, valueNorms: true });
    probe.add({ sequences: batch.sequences, length: batch.length, attention: attention!, valueNorms: valueNorms! });
  }
  if (targets === 0) throw new Error('the held-out sequences hold no target to predict');
  return { validationLoss: lossSum / targets, ...probe.result() };
}
