/**
 * What each analysis might have measured on one model, invented: names and shapes as the analysis gives them. A figure of
 * an experiment with an analysis needs its entry here.
 */
import type { Measured } from '../../../src/results/schema.ts';
import type { RunSpecification } from '../../../src/training/specification.ts';
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

/** @param noise a number around zero, another at every call, the same for the same run. */
export type InventedMeasures = (specification: RunSpecification, noise: () => number) => Measured;

export const INVENTED_MEASURES: Readonly<Record<string, InventedMeasures>> = {
  backcopy,
  bound,
  collapse,
  footing,
  'no-op': noOp,
  perturbation,
  reading,
  settings,
  smoothing,
  streaming,
};
