/** From a dataset to the batches of a run; the same call in Node and in the page, so that both see the same tokens. */
import type { TrainingSetup } from './loop.ts';
import type { RunSpecification } from './specification.ts';
import { heldOutBatches, trainingBatches } from './text/batches.ts';
import type { Dataset } from './text/dataset.ts';

/**
 * The training batches by step and the held-out batches of every evaluation. A held-out batch holds as many sequences
 * as a step does, so that an evaluation needs no more memory than training.
 * @throws {PackingError} when the text is too short for a window, or for the held-out sequences.
 */
export function dataStreams(
  dataset: Dataset,
  { model, training, evaluation, seed }: Pick<RunSpecification, 'model' | 'training' | 'evaluation' | 'seed'>,
): Pick<TrainingSetup, 'batches' | 'heldOut'> {
  const { contextLength } = model;
  const { sequencesPerStep } = training;
  return {
    batches: trainingBatches(dataset.training, { contextLength, sequencesPerStep, seed }),
    heldOut: heldOutBatches(dataset.heldOut, {
      contextLength,
      sequences: evaluation.sequences,
      sequencesPerBatch: sequencesPerStep,
    }),
  };
}
