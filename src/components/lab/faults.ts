/** What goes wrong in a live run, told so that the reader can act on it. */
import { MemoryError, WorkerError } from '../../engine/kernels/engine.ts';
import { LanguageError } from '../../training/language/language.ts';
import { DivergenceError } from '../../training/loop.ts';
import { PackingError } from '../../training/text/packing.ts';
import type { Fault } from './protocol.ts';

/** An error whose remedy is known where it was thrown. */
export class FaultError extends Error {
  override readonly name = 'FaultError';
  constructor(readonly fault: Fault) {
    super(fault.message);
  }
}

/** What went wrong, in words that the reader can act on. */
export function faultOf(error: unknown): Fault {
  if (error instanceof FaultError) return error.fault;
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof DivergenceError) {
    const { step, lastGoodStep } = error;
    const broke = `Training broke at step ${step}: the loss is no number any more.`;
    const lower = 'lower the peak learning rate and start again.';
    return lastGoodStep
      ? {
          kind: 'divergence',
          message: `${broke} The last good state is that of step ${lastGoodStep}.`,
          remedy: `From there it would break again: ${lower}`,
        }
      : { kind: 'divergence', message: broke, remedy: `${lower.charAt(0).toUpperCase()}${lower.slice(1)}` };
  }
  if (error instanceof LanguageError || error instanceof PackingError) {
    return {
      kind: 'data',
      message: `The text cannot be used as these settings ask: ${message}.`,
      remedy: 'Change the settings of the text or the context length, and start again.',
    };
  }
  if (/context.*lost|lost.*context|device.*lost|lost.*device/i.test(message)) {
    return {
      kind: 'lost',
      message: 'The browser took the graphics processor away.',
      remedy: 'Start again, or let the kernels do the work: they need no graphics processor.',
    };
  }
  if (error instanceof WorkerError) {
    return { kind: 'worker', message: 'A worker that shares the steps has died.', remedy: 'Start again.' };
  }
  const isOfMemory = error instanceof RangeError && /alloc|memory|array (buffer|length)/i.test(message);
  if (error instanceof MemoryError || isOfMemory) {
    return {
      kind: 'memory',
      message: `The browser has no memory left for this run (${message}).`,
      remedy: 'Close other tabs, or lower the sequences a step, the context length or the layers.',
    };
  }
  return {
    kind: 'unexpected',
    message: `Something unforeseen happened: ${message}`,
    remedy: 'Reset and start again; if it happens again, another device may work.',
  };
}
