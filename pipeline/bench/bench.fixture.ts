import { WORKLOADS, type Workload } from '../../src/benchmark/workload.ts';

/** The base workload made so small that a test can race on it. */
export const SMALL: Workload = {
  name: 'small',
  model: {
    ...WORKLOADS[0]!.model,
    ...{ layers: 2, width: 16, heads: 2, hiddenWidth: 20, vocabularySize: 24, contextLength: 8 },
  },
  sequences: 4,
};
