/** All experiments, in the order of the article. */
import { alternatives } from './alternatives.ts';
import { backcopy } from './backcopy.ts';
import { bound } from './bound.ts';
import { collapse } from './collapse.ts';
import { contextLength } from './context-length.ts';
import { depth } from './depth.ts';
import { emergence } from './emergence.ts';
import type { Experiment } from './experiment.ts';
import { noOp } from './no-op.ts';
import { optimisation } from './optimisation.ts';
import { packing } from './packing.ts';
import { perturbation } from './perturbation.ts';
import { settings } from './settings.ts';
import { smoothing } from './smoothing.ts';
import { streaming } from './streaming.ts';

export const experiments: readonly Experiment[] = [
  emergence,
  contextLength,
  depth,
  packing,
  perturbation,
  smoothing,
  noOp,
  collapse,
  settings,
  bound,
  alternatives,
  optimisation,
  streaming,
  backcopy,
];
