/** What goes on, in one line. */
import { isLoaded, keptOf, type LabState } from './protocol.ts';

const LOADING = {
  library: 'Loading TensorFlow.js and comparing it with the kernels …',
  corpus: 'Fetching and reading the text …',
  model: 'Building the model …',
} as const;

const PAUSED = {
  reader: '',
  hidden: ' because this tab was hidden; it goes on when you come back',
  offscreen: ' because it was out of sight; it goes on when you scroll back',
} as const;

/**
 * The status line.
 * @param expectedSeconds how long the run will take, estimated, for the time before it has shown its pace.
 */
export function statusOf(state: LabState<unknown>, expectedSeconds: number): string {
  const { phase, live, loading, pausedBy, fault } = state;
  if (phase === 'idle' || live === null) return `Ready. A run takes ${inWords(expectedSeconds)} or so.`;
  const done = live.losses.length;
  const at = `step ${grouped(done)} of ${grouped(live.totalSteps)}`;
  switch (phase) {
    case 'loading':
      return LOADING[loading];
    case 'running': {
      if (done === 0) return 'Measuring the model before its first step …';
      const left = (live.seconds / done) * (live.totalSteps - done);
      const together = live.threads > 1 ? ` on ${live.threads} threads` : '';
      const pace = `${grouped(roundTo2(live.tokensPerSecond))} tokens a second${together}`;
      return `${sentence(at)} · ${pace} · ${inWords(left)} left`;
    }
    case 'paused':
      return isLoaded(state) ? `Paused at ${at}${PAUSED[pausedBy]}.` : LOADING[loading];
    case 'stopped':
      return `Stopped at ${at}. Start begins again from the first step.`;
    case 'finished':
      return `Done: ${grouped(done)} steps in ${inWords(live.seconds)}.`;
    case 'failed': {
      const kept = keptOf(state);
      const orContinue = kept ? `Or continue from step ${grouped(kept.state.step)}, whose state was kept.` : '';
      return [fault?.message, fault?.remedy, orContinue].filter(Boolean).join(' ');
    }
  }
}

/** "40 seconds", "3 minutes", "1.5 hours". */
export function inWords(seconds: number): string {
  if (seconds < 90) return count(Math.max(1, Math.round(seconds)), 'second');
  if (seconds < 90 * 60) return count(Math.round(seconds / 60), 'minute');
  return count(Math.round(seconds / 360) / 10, 'hour');
}

function count(number: number, unit: string): string {
  return `${number} ${unit}${number === 1 ? '' : 's'}`;
}

function grouped(number: number): string {
  return number.toLocaleString('en');
}

/** Two significant digits: a pace jitters, and more of them would only flicker. */
function roundTo2(number: number): number {
  return Number(number.toPrecision(2));
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
