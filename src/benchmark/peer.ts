/** What the kernels race against: the same model, batch and optimiser by other means. */
import type { Parameters } from '../transformer/parameters.ts';
import type { Workload } from './workload.ts';

export interface Peer {
  name: string;
  /** Steps whose losses are compared before the race, and rounds in it, where the usual number would take minutes. */
  comparedSteps?: number;
  rounds?: number;
  /**
   * Makes ready to train on a workload's batch, from these parameters, with `HYPER`.
   * @throws Error whose message says, in words, what is missing here
   */
  start(work: Workload, parameters: Parameters): Promise<Training>;
}

export interface Training {
  /** One step on the workload's batch: the loss before the update. */
  step(): number | Promise<number>;
  dispose(): void;
}
