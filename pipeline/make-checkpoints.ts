/** A published run trained again for its states in between, each proven by the fingerprint that was published there. */
import type { Run } from '../src/results/schema.ts';
import { type TrainingEvent, type TrainingSetup, train } from '../src/training/loop.ts';
import { PipelineError } from './errors.ts';

export interface MakeCheckpointsOptions {
  run: Run;
  setup: Omit<TrainingSetup, 'specification' | 'resume'>;
  /** Evaluation steps, after the first and before the last. */
  steps: readonly number[];
  onEvent(event: TrainingEvent): void;
  shouldStop(): boolean;
  write(step: number, checkpoint: Uint8Array): void;
}

/**
 * @returns whether it came to the last of the steps; false when it was asked to stop.
 * @throws {PipelineError} at the first fingerprint that is not the published one, before anything is written of it.
 */
export async function makeCheckpoints(options: MakeCheckpointsOptions): Promise<boolean> {
  const { run, setup, steps, onEvent, shouldStop, write } = options;
  const last = Math.max(...steps);
  for await (const event of train({ specification: run.specification, ...setup })) {
    onEvent(event);
    if (shouldStop()) return false;
    if (event.kind !== 'evaluation') continue;
    const { step, fingerprint } = event.evaluation;
    if (run.evaluations.find((published) => published.step === step)?.fingerprint !== fingerprint) {
      throw new PipelineError(
        `at step ${step} it has other parameters than those published, so no checkpoint was made of it; ` +
          '`npm run pipeline -- verify` tells more',
      );
    }
    if (steps.includes(step)) write(step, await setup.engine.checkpoint());
    if (step === last) break;
  }
  return true;
}
