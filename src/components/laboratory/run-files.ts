/** The files that a reader takes along: curves as CSV, weights as safetensors, and what they are in `config.json`. */
import { decodeCheckpoint } from '../../engine/checkpoint.ts';
import { formatConfigJson, type SpecialTokenIds } from '../../weights/config-json.ts';
import { isLlama, toLlamaTensors } from '../../weights/hugging-face.ts';
import { namedTensors, RUN_KEY } from '../../weights/ours.ts';
import { encodeSafetensors } from '../../weights/safetensors.ts';
import { specialTokenIds } from '../../weights/special-tokens.ts';
import type { LiveSpecification } from '../lab/plan.ts';
import type { LiveRun } from '../lab/protocol.ts';

/** A run by the number that the page calls it by. */
export interface NumberedRun {
  number: number;
  live: Pick<LiveRun<unknown>, 'evaluations'>;
}

const COLUMNS = [
  ...['run', 'step', 'tokens', 'training-loss', 'validation-loss', 'first-attention', 'first-attention-above-chance'],
  ...['sink-rate-0.3', 'sink-rate-0.8', 'first-value-norm', 'fingerprint'],
];

/** Every measurement of the runs as CSV (RFC 4180), a line each, full precision; a cell is empty where there is nothing. */
export function curvesCsv(runs: readonly NumberedRun[]): string {
  const rows = runs.flatMap(({ number, live }) =>
    live.evaluations.map((each) => [
      ...[number, each.step, each.tokens, each.trainingLoss ?? '', each.validationLoss],
      ...[each.firstAttention, each.firstAttentionAboveChance, each.sinkRate['0.3'], each.sinkRate['0.8']],
      ...[meanOf(each.headFirstValueNorm), each.fingerprint],
    ]),
  );
  return [COLUMNS, ...rows].map((cells) => `${cells.join(',')}\r\n`).join('');
}

/** The mean over heads of a number a head, (L, H). */
export function meanOf(perHead: readonly (readonly number[])[]): number {
  const values = perHead.flat();
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * The parameters in a checkpoint as safetensors, float32: a LLaMA under Hugging Face's names, any other model under ours.
 * The metadata hold the specification of the run and its latest fingerprint.
 * @throws {CheckpointError} when the checkpoint is of another model.
 */
export function weightsFile(
  specification: LiveSpecification,
  { checkpoint, evaluations }: { checkpoint: Uint8Array; evaluations: readonly { fingerprint: string }[] },
): Uint8Array {
  const { model } = specification;
  const { parameters, step } = decodeCheckpoint(model, checkpoint);
  const tensors = isLlama(model) ? toLlamaTensors(model, parameters) : namedTensors(model, parameters);
  const metadata = {
    ...{ format: 'pt', [RUN_KEY]: evaluations.at(-1)?.fingerprint ?? '', step: String(step) },
    ...{ model: JSON.stringify(model), specification: JSON.stringify(specification) },
  };
  return encodeSafetensors(tensors, { dtype: 'F32', metadata });
}

/**
 * The text of the `config.json` that belongs beside those weights, for whatever reads the folders of `public/models`.
 * @param tokenizer the special tokens of the corpus's.
 */
export function configFile(specification: LiveSpecification, tokenizer: SpecialTokenIds): string {
  return formatConfigJson(specification.model, specialTokenIds(specification, tokenizer), 'F32');
}
