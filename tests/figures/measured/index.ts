/**
 * What each analysis might have measured on one model, invented: names and shapes as the analysis gives them. A figure of
 * an experiment with an analysis needs its entry here.
 */
import type { Measured } from '../../../src/results/schema.ts';
import type { RunSpecification } from '../../../src/training/specification.ts';
import { footing } from './footing.ts';
import { reading } from './reading.ts';

/** @param noise a number around zero, another at every call, the same for the same run. */
export type InventedMeasures = (specification: RunSpecification, noise: () => number) => Measured;

export const INVENTED_MEASURES: Readonly<Record<string, InventedMeasures>> = { footing, reading };
