/** Trial pipelines for the tests of a file, each removed behind its test. */
import fs from 'node:fs';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { type TrialOptions, type TrialPipeline, trialPipeline } from './cli.fixture.ts';

export interface Trials {
  /** One in which nothing was run yet. */
  trial(options?: TrialOptions): TrialPipeline;
  /** One whose quick profile is finished and exported: a copy of one that is run once for the whole file. */
  finishedTrial(options?: TrialOptions): TrialPipeline;
}

/** To be called once, outside of tests: it also says what is done before and after them. */
export function useTrials(): Trials {
  const made: TrialPipeline[] = [];
  const whole = trialPipeline();
  beforeAll(async () => {
    await whole.pipeline('run', '--jobs', '2');
  }, 120_000);
  afterAll(() => whole.remove());
  afterEach(() => {
    for (const pipeline of made.splice(0)) pipeline.remove();
  });
  const trial = (options?: TrialOptions) => {
    const pipeline = trialPipeline(options);
    made.push(pipeline);
    return pipeline;
  };
  return {
    trial,
    finishedTrial(options) {
      const pipeline = trial(options);
      fs.cpSync(whole.folder, pipeline.folder, { recursive: true });
      return pipeline;
    },
  };
}

/** The paths of all files in a folder, in order; none where there is no folder. */
export const filesOf = (folder: string): string[] =>
  fs.existsSync(folder) ? fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort() : [];
