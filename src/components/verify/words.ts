/** What goes on and what was found, in words. */
import { inWords } from '../lab/status.ts';
import { type Check, holds, isComplete, isSound, provenStep, type Verification } from './verification.ts';

const LOADING = {
  run: 'Fetching the published run …',
  text: 'Fetching and reading the text …',
  checkpoint: 'Fetching the checkpoint …',
  model: 'Loading the kernels and building the model …',
} as const;

/**
 * What goes on, in one line.
 * @param seconds that the stretch chosen will take, or that are left of it.
 */
export function statusOf(state: Verification, seconds: number): string {
  const { phase, loading, step, tokensPerSecond, threads, run, from, until } = state;
  switch (phase) {
    case 'idle':
      return `It will take ${inWords(seconds)} or so, going by the pace of the published run.`;
    case 'loading':
      return LOADING[loading];
    case 'running': {
      if (step === from || tokensPerSecond === null) return 'Training the first steps …';
      const together = threads > 1 ? ` on ${threads} threads` : '';
      const pace = `${grouped(Number(tokensPerSecond.toPrecision(2)))} tokens a second${together}`;
      return `Step ${grouped(step)} of ${grouped(until)} · ${pace} · ${inWords(seconds)} left`;
    }
    case 'stopped':
      return `Stopped at step ${grouped(step)} of ${grouped(run?.specification.training.steps ?? until)}.`;
    case 'reached':
    case 'refuted':
      return `${grouped(step - from)} steps trained in ${inWords(state.seconds)}.`;
    case 'failed':
      return [state.problem?.message, state.problem?.remedy].filter(Boolean).join(' ');
  }
}

/** "Verified 7 of 26 evaluations". */
export function tallyOf({ proven, run }: Verification): string {
  return `Verified ${proven} of ${run?.evaluations.length ?? 0} evaluations`;
}

/** What was found so far; empty before the first evaluation. */
export function verdictOf(state: Verification): string {
  const { difference, proven, run } = state;
  if (run === null || (proven === 0 && difference === null)) return '';
  const tally = tallyOf(state);
  if (difference) {
    const step = grouped(difference.step);
    const before = proven === 0 ? 'Nothing was the same before it.' : `${tally} before it.`;
    switch (difference.kind) {
      case 'fingerprint':
        return `Differs at step ${step}: the parameters have other bits than those published. ${before}`;
      case 'measure':
        return `Differs at step ${step}: the parameters are the published ones, but not what the file says of them (${difference.name}). ${before}`;
      case 'divergence':
        return `Differs before step ${step}: here training broke, and the published run went on. ${before}`;
    }
  }
  const from = state.from === 0 ? '' : `, from the checkpoint of step ${grouped(state.from)}`;
  const to = isComplete(state) ? '' : `${from === '' ? ',' : ''} to step ${grouped(provenStep(state)!)}`;
  const found = `${tally}${from}${to}: every parameter has the bits that were published.`;
  return isSound(state) ? found : `${found} But it was not made with the published files, as listed below.`;
}

const CHECKED: Record<Check['about'], { same: string; other: string }> = {
  file: {
    same: 'The file of the run is the one that this page was made from.',
    other: 'The file of the run is not the one that this page was made from.',
  },
  text: {
    same: 'The text is the one that the run was trained on.',
    other: 'The text is not the one that the run was trained on.',
  },
  tokenizer: {
    same: 'The tokenizer is the one of this edition.',
    other: 'The tokenizer is not the one of this edition.',
  },
  checkpoint: {
    same: 'The checkpoint is the one that was published; what was before it was not trained here.',
    other: 'The checkpoint is not the one that was published.',
  },
  kernels: {
    same: 'The kernels are the ones of this edition.',
    other: 'The kernels are not the ones of this edition.',
  },
};

export function checkInWords(check: Check): string {
  return CHECKED[check.about][holds(check) ? 'same' : 'other'];
}

export function grouped(number: number): string {
  return number.toLocaleString('en');
}
