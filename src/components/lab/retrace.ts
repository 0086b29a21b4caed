/** Whether a live run is, bit for bit, a published one: found by comparing fingerprints, never assumed. */
import { incomparable } from './plan.ts';
import type { LiveRun } from './protocol.ts';
import { FINGERPRINT_DIGITS, type Published } from './published.ts';
import { settingsOf } from './state.ts';

export type Retrace =
  /** Nothing to compare with: another experiment, a seed that was not published, or nothing evaluated yet. */
  | { kind: 'none' }
  /** Every fingerprint so far is the published one. */
  | { kind: 'same'; seed: number; evaluations: number; complete: boolean }
  /** The first evaluation at which the parameters are others. */
  | { kind: 'apart'; seed: number; step: number; sameDevice: boolean };

export function retrace(live: LiveRun | null, published: Published): Retrace {
  if (live === null || live.evaluations.length === 0) return { kind: 'none' };
  const { settings, evaluations } = live;
  const run = published.runs.find(({ seed }) => seed === settings.seed);
  const defaults = settingsOf(published.specification);
  if (!run || incomparable(settings, defaults).length > 0) return { kind: 'none' };
  const { seed } = run;
  const parting = evaluations.find(
    ({ fingerprint }, index) => fingerprint.slice(0, FINGERPRINT_DIGITS) !== run.fingerprints[index],
  );
  if (parting) return { kind: 'apart', seed, step: parting.step, sameDevice: settings.device === defaults.device };
  const complete = evaluations.length === run.fingerprints.length;
  return { kind: 'same', seed, evaluations: evaluations.length, complete };
}

/** The finding in words; empty when there is nothing to say. */
export function retraceInWords(finding: Retrace): string {
  switch (finding.kind) {
    case 'none':
      return '';
    case 'same':
      return finding.complete
        ? `This retraced the published run of seed ${finding.seed}: at all ${finding.evaluations} evaluations every parameter has the same bits.`
        : `This retraces the published run of seed ${finding.seed}: so far every parameter has the same bits.`;
    case 'apart':
      return finding.sameDevice
        ? `The published run of seed ${finding.seed} has other bits from step ${finding.step} on: this browser, or the code since then, rounds differently.`
        : `The published run of seed ${finding.seed} has other bits from step ${finding.step} on: it was computed by other means, and these round in their own way.`;
  }
}
