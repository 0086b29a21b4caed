/** Models that learn at different rates, compared where they have come to the same loss. */
import type { Run } from './schema.ts';
import { MEASURES, type Measure } from './summarise.ts';

/**
 * A measure of each run where its validation loss first reaches a level, linear between the two evaluations around it;
 * null where it never does.
 */
export function valuesAtLoss(runs: readonly Run[], measure: Measure, level: number): (number | null)[] {
  return runs.map(({ evaluations }) => {
    const after = evaluations.findIndex(({ validationLoss }) => validationLoss <= level);
    if (after < 0) return null;
    const now = MEASURES[measure](evaluations[after]!)!;
    const before = evaluations[after - 1];
    if (before === undefined) return now;
    const share = (before.validationLoss - level) / (before.validationLoss - evaluations[after]!.validationLoss);
    const then = MEASURES[measure](before)!;
    return then + share * (now - then);
  });
}

/** The lowest level of validation loss that every run comes down to. */
export function commonLoss(runs: readonly Run[]): number {
  return Math.max(
    ...runs.map(({ evaluations }) => Math.min(...evaluations.map(({ validationLoss }) => validationLoss))),
  );
}
