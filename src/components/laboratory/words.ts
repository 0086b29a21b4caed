/** What the laboratory says of a run, in a line. */
import { keptOf } from '../lab/protocol.ts';
import { statusOf } from '../lab/status.ts';
import { LAB_KNOBS, type LabSettings } from './knobs.ts';
import { differingKnobs, groupInWords, valueInWords } from './knobs-in-words.ts';
import type { StagedRun } from './stage.svelte.ts';

/** What sets a run apart from those beside it; alone, what it is. */
export function nameOf(settings: LabSettings, all: readonly LabSettings[]): string {
  const differing = differingKnobs(all);
  if (all.length < 2) return `${groupInWords('Attention', settings)}, ${groupInWords('Model', settings)}`;
  if (differing.length === 0) return 'the same settings';
  return differing
    .slice(0, 3)
    .map((name) => `${LAB_KNOBS[name].label.toLowerCase()} ${valueInWords(name, settings)}`)
    .join(', ');
}

/** How a run stands. */
export function runInWords({ lab, kept }: StagedRun, expectedSeconds: number): string {
  const { phase, live } = lab;
  if (phase !== 'stopped' || !live) return statusOf(lab, expectedSeconds);
  const at = `step ${live.losses.length.toLocaleString('en')} of ${live.totalSteps.toLocaleString('en')}`;
  const keptAt = kept?.kept?.state.step;
  return keptAt !== undefined && keptAt !== live.losses.length
    ? `Stopped at ${at}; kept as it was at step ${keptAt.toLocaleString('en')}.`
    : `Stopped at ${at}.`;
}

/** The step from which a run that rests can be gone on with, or null. */
export function continuesFrom({ lab, kept }: StagedRun): number | null {
  const step = kept?.kept?.state.step ?? null;
  const { live, phase } = lab;
  if (step === null || live === null || step >= live.totalSteps) return null;
  if (phase === 'stopped') return step;
  return phase === 'failed' && keptOf(lab) !== null ? step : null;
}
