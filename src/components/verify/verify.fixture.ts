/** A published run of a tiny model, and messages as its worker would send them; for tests. */
import { roundNumbers } from '../../results/round.ts';
import { runFixture } from '../../results/run.fixture.ts';
import type { Evaluation, Run } from '../../results/schema.ts';
import { runId } from '../../training/identity.ts';
import type { FromWorker, UsedFiles } from './protocol.ts';
import { type Checkpoint, digestOf, type RunGroup, type SiteFacts } from './runs.ts';
import { type Action, IDLE, reduce, type Verification } from './verification.ts';

export const FILES: UsedFiles = { text: 'a'.repeat(64), tokenizer: 'b'.repeat(64), kernels: 'c'.repeat(64) };

/** Evaluated at steps 0, 10 and 20. */
export const RUN: Run = kernelsRun(0);

export function kernelsRun(seed: number): Run {
  const run = runFixture(seed);
  const specification = { ...run.specification, engine: 'kernels' as const };
  const evaluations = roundNumbers(run.evaluations);
  return { ...run, specification, evaluations, id: runId(specification, run.versions) };
}

/** Published of `RUN`, between its first evaluation and its last. */
export const CHECKPOINT: Checkpoint = { step: 10, bytes: 1000, sha256: 'e'.repeat(64) };

export const SITE: SiteFacts = {
  version: '1.2.3',
  commit: 'd'.repeat(40),
  versions: RUN.versions,
  kernels: FILES.kernels,
};

export const GROUP: RunGroup = {
  ...{ label: 'Base', line: 'tiny', steps: 20, every: 10, tokensPerStep: 32, tokensPerSecond: 64 },
  ...{
    text: FILES.text,
    tokenizer: FILES.tokenizer,
    runs: [{ id: RUN.id, seed: 0, digest: digestOf(RUN), checkpoints: [CHECKPOINT] }],
  },
};

export const ready = (files: Partial<UsedFiles> = {}): FromWorker => ({
  ...{ type: 'ready', files: { ...FILES, ...files }, threads: 2 },
});

/** The evaluation of an honest run at an index, changed as a test wants. */
export const evaluation = (index: number, change: Partial<Evaluation> = {}): FromWorker => ({
  ...{ type: 'evaluation', evaluation: { ...RUN.evaluations[index]!, ...change }, seconds: index },
});

/** A verification after its beginning and these messages or actions. */
export function stateAfter(
  steps: readonly (FromWorker | Action)[],
  { from = 0, until = 20, run = RUN } = {},
): Verification {
  const file = { about: 'file' as const, published: digestOf(RUN), here: digestOf(run) };
  const actions: Action[] = [
    {
      ...{ type: 'begin', stretch: { from, to: until } },
      expected: from === 0 ? FILES : { ...FILES, checkpoint: CHECKPOINT.sha256 },
    },
    { type: 'fetched', run, file },
    ...steps.map((step) => (isAction(step) ? step : ({ type: 'message', message: step } as const))),
  ];
  return actions.reduce(reduce, IDLE);
}

function isAction(step: FromWorker | Action): step is Action {
  return ['begin', 'fetched', 'message', 'fail', 'stop', 'continue', 'reset'].includes(step.type);
}
