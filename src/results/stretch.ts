/** A stretch of a run: what is trained again when the whole run is too much, from its first weights or from a checkpoint. */

export interface Stretch {
  /** Steps done where it begins: 0, or the step of a published checkpoint. */
  from: number;
  /** The evaluation step where it ends. */
  to: number;
}

/**
 * Draws an evaluation after the first, each as likely as another, and begins at the last start before it. So no part of a
 * run can count on not being looked at.
 * @param evaluated the run's evaluation steps, ascending; at least two.
 * @param starts where a stretch can begin; 0 among them.
 * @param below a whole number from 0 to less than its argument, each as likely as another.
 */
export function drawStretch(
  evaluated: readonly number[],
  starts: readonly number[],
  below: (count: number) => number,
): Stretch {
  const to = evaluated[1 + below(evaluated.length - 1)]!;
  return { from: Math.max(...starts.filter((start) => start < to)), to };
}
