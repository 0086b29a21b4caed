/** The moments of a run as curves and as words. */
import type { Point } from '../lab/curve-geometry.ts';
import type { Moment } from '../lab/protocol.ts';
import type { TriggerMeasures } from '../lab/trigger-measures.ts';

export type MeasureName = keyof TriggerMeasures;

export function measureOf({ measures }: Moment, name: MeasureName): number {
  const value = measures[name];
  if (value === undefined) throw new Error(`a moment of this run has no “${name}”`);
  return value;
}

export function curveOf(moments: readonly Moment[], name: MeasureName): Point[] {
  return moments.map((moment) => ({ step: moment.step, value: measureOf(moment, name) }));
}

/** A moment told: for the line below the slider, and for screen readers. */
export function momentInWords(moment: Moment): string {
  const show = (name: MeasureName) => measureOf(moment, name).toFixed(2);
  return (
    `Step ${moment.step.toLocaleString('en')}: queries that need not copy pay ${show('attention/other')} of their ` +
    `attention to <bos>, triggers ${show('attention/trigger')}. The value of <bos> has ${show('valueNorm')} times the norm of ` +
    `the others, its state ${show('stateNorm')} times. The loss is ${show('loss/trigger')} nats behind triggers, ` +
    `${show('loss/other')} behind other symbols.`
  );
}

/** Which moment is shown: the reader's choice, or the latest where there is none. */
export function shownIndex(count: number, chosen: number | null): number {
  return chosen === null ? count - 1 : Math.min(chosen, count - 1);
}
