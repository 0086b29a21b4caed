/** The judgement: whether an evaluation made here is, to the last bit, the one that was published. */
import { roundNumbers } from '../../results/round.ts';
import type { CodeVersions, Evaluation, Run } from '../../results/schema.ts';
import { canonicalJson } from '../../training/identity.ts';

/** The first thing that is not as published. */
export type Difference = {
  step: number;
  /** What was published, and what came out here. */
  published: string;
  here: string;
} & (
  | { kind: 'fingerprint' }
  /** Every parameter is the same, but not what the file says was measured on them. */
  | { kind: 'measure'; name: string }
  /** Here the loss or a gradient is no number any more; the published run went on. */
  | { kind: 'divergence' }
);

/**
 * Compares the parameters by their fingerprint, then every number that was measured, as it is rounded for export.
 * @param afterCheckpoint whether no step was trained before it here, so that there is no training loss to compare.
 */
export function differenceOf(published: Evaluation, here: Evaluation, afterCheckpoint: boolean): Difference | null {
  const { step } = published;
  if (here.fingerprint !== published.fingerprint) {
    return { kind: 'fingerprint', step, published: published.fingerprint, here: here.fingerprint };
  }
  const rounded: Record<string, unknown> = roundNumbers(here);
  for (const [name, value] of Object.entries(published)) {
    if (afterCheckpoint && name === 'trainingLoss') continue;
    const [theirs, ours] = [canonicalJson(value), canonicalJson(rounded[name])];
    if (theirs !== ours) return { kind: 'measure', step, name, published: theirs, here: ours };
  }
  return null;
}

/** The steps at which a run is evaluated: before the first, after every so many, and after the last. */
export function evaluationSteps(steps: number, every: number): number[] {
  const found: number[] = [];
  for (let step = 0; step < steps; step += every) found.push(step);
  return [...found, steps];
}

/** Why a run cannot be verified by this site, and what to do; null where it can. */
export interface Problem {
  message: string;
  remedy: string;
}

/** What must hold before it makes sense to train: the engine, the code and that no evaluation is left out. */
export function obstacleTo(run: Run, site: CodeVersions): Problem | null {
  const { specification, versions, execution, evaluations } = run;
  if (specification.engine !== 'kernels') {
    return {
      message: `This run was computed by ${specification.engine}, and a page verifies with the kernels alone.`,
      remedy: 'The command below verifies it.',
    };
  }
  const changed = Object.entries(versions).filter(([part, version]) => site[part as keyof CodeVersions] !== version);
  if (changed.length > 0) {
    const parts = changed.map(([part, version]) => `${part} ${version} (here ${site[part as keyof CodeVersions]})`);
    return {
      message: `This run was made by other versions of the code than this site has: ${parts.join(', ')}.`,
      remedy: `Check out commit ${execution.commit} and verify it there, by the command below.`,
    };
  }
  const expected = evaluationSteps(specification.training.steps, specification.evaluation.every);
  const missing = expected.find((step, index) => evaluations[index]?.step !== step);
  if (missing !== undefined || evaluations.length > expected.length) {
    const where = missing === undefined ? 'more evaluations than' : `no evaluation at step ${missing}, which`;
    return {
      message: `The file of this run holds ${where} its specification asks for.`,
      remedy: 'It was changed after it was made; reload the page, and if it lasts, tell whoever publishes this copy.',
    };
  }
  return null;
}

/** Why a stretch cannot begin at this step; null where it can. */
export function obstacleToStart({ evaluations }: Run, from: number, isCheckpoint: boolean): Problem | null {
  if (from === 0 || (isCheckpoint && evaluations.some(({ step }) => step === from))) return null;
  return {
    message: `No checkpoint of this run is published at step ${from}, or it was not evaluated there.`,
    remedy: 'Begin at its first weights.',
  };
}
