/** Ctrl-C: the first asks the work to stop where it can be gone on with, the second ends the program at once. */
/** Exit status of a program that Ctrl-C ended: 128 + SIGINT. */
export const INTERRUPTED = 130;

/** npm passes on a Ctrl-C that the terminal has already sent: two signals this close together are one. */
const SAME_PRESS = 1_000;

export interface Interrupts {
  signal: AbortSignal;
  /** Goes back to the system's own way of handling signals. */
  dispose(): void;
}

/** Listens for SIGINT and SIGTERM until disposed; `say` writes a line, beside whatever else is shown. */
export function listenForInterrupts(say: (line: string) => void): Interrupts {
  const controller = new AbortController();
  let first = 0;
  const handle = () => {
    if (controller.signal.aborted) {
      if (performance.now() - first > SAME_PRESS) process.exit(INTERRUPTED);
      return;
    }
    first = performance.now();
    say('Stopping at the next step. Ctrl-C again ends at once; the steps since the last evaluation are then lost.');
    controller.abort();
  };
  process.on('SIGINT', handle).on('SIGTERM', handle);
  return {
    signal: controller.signal,
    dispose: () => process.off('SIGINT', handle).off('SIGTERM', handle),
  };
}
