/** What every command works with; tests put their own experiments, folders and workers in place. */
import type { CorpusProvenance } from '../../src/results/schema.ts';
import type { Experiment } from '../experiments/experiment.ts';
import type { Interrupts } from '../interrupt.ts';
import type { VersionsOf } from '../plan.ts';
import type { Terminal } from '../progress.ts';
import type { Store } from '../store.ts';

export interface CommandContext {
  experiments: readonly Experiment[];
  versionsOf: VersionsOf;
  provenanceOf(corpus: string): Promise<CorpusProvenance>;
  store: Store;
  out: Terminal;
  listenForInterrupts(say: (line: string) => void): Interrupts;
  /** The worker's file, where it is not the usual one. */
  worker?: URL;
}

/** Writes a line. */
export function say({ out }: CommandContext, line = ''): void {
  out.write(`${line}\n`);
}

/** `1 run`, `2 runs` */
export function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}
