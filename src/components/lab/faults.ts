/** What goes wrong in a live run, told so that the reader can act on it. */
import { DivergenceError } from '../../training/loop.ts';
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
    return {
      kind: 'divergence',
      message: `Training broke at step ${error.step}: the loss is no number any more.`,
      remedy: 'Lower the peak learning rate and start again.',
    };
  }
  if (/context.*lost|lost.*context|device.*lost|lost.*device/i.test(message)) {
    return {
      kind: 'lost',
      message: 'The browser took the graphics processor away.',
      remedy: 'Start again, or let the kernels do the work: they need no graphics processor.',
    };
  }
  if (error instanceof RangeError && /alloc|memory|array (buffer|length)/i.test(message)) {
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
