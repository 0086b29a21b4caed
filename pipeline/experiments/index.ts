/** All experiments, in the order of the article. */
import { emergence } from './emergence.ts';
import type { Experiment } from './experiment.ts';
import { streaming } from './streaming.ts';

export const experiments: readonly Experiment[] = [emergence, streaming];
