/** Every analysis, by id: experiments and workers find them here. */
import { PipelineError } from '../errors.ts';
import type { Analysis } from './analysis.ts';
import { streaming } from './streaming.ts';

export const ANALYSES: readonly Analysis[] = [streaming];

/** @throws {PipelineError} listing the known ones. */
export function analysisById(id: string): Analysis {
  const found = ANALYSES.find((analysis) => analysis.id === id);
  if (found) return found;
  throw new PipelineError(`there is no analysis "${id}"; there are: ${ANALYSES.map((known) => known.id).join(', ')}`);
}
