/** Every analysis, by id: experiments and workers find them here. */
import { PipelineError } from '../errors.ts';
import type { Analysis } from './analysis.ts';
import { backcopy } from './backcopy.ts';
import { bound } from './bound.ts';
import { collapse } from './collapse.ts';
import { footing } from './footing.ts';
import { noOp } from './no-op.ts';
import { perturbation } from './perturbation.ts';
import { reading } from './reading.ts';
import { settings } from './settings.ts';
import { smoothing } from './smoothing.ts';
import { streaming } from './streaming.ts';

export const ANALYSES: readonly Analysis[] = [
  footing,
  reading,
  noOp,
  streaming,
  collapse,
  perturbation,
  smoothing,
  settings,
  bound,
  backcopy,
];

/** @throws {PipelineError} listing the known ones. */
export function analysisById(id: string): Analysis {
  const found = ANALYSES.find((analysis) => analysis.id === id);
  if (found) return found;
  throw new PipelineError(`there is no analysis "${id}"; there are: ${ANALYSES.map((known) => known.id).join(', ')}`);
}
