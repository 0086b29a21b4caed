/** A race in the page: what may be chosen, what the worker says of it, and what is made of that. */
import type { Entry } from '../../../benchmark/entry.ts';
import type { BenchRow } from '../../../benchmark/rows.ts';
import { WORKLOADS, type Workload } from '../../../benchmark/workload.ts';

export interface Choice {
  /** In the address. */
  id: string;
  label: string;
  work: Workload;
  /** Rows of the matrices whose product is timed. */
  productSize: number;
}

/** The workloads of the benchmark, and one for a slow device, and for tests. */
export const CHOICES: readonly Choice[] = [...WORKLOADS.map(choiceOf), tiny()];

function choiceOf(work: Workload): Choice {
  const { width, contextLength } = work.model;
  const label = `width ${width}, ${work.sequences} × ${contextLength} tokens`;
  return { id: work.name, label, work, productSize: 1024 };
}

function tiny(): Choice {
  const shape = { layers: 2, width: 32, heads: 2, hiddenWidth: 84, vocabularySize: 128, contextLength: 16 };
  const work = { name: 'tiny', model: { ...WORKLOADS[0]!.model, ...shape }, sequences: 16 };
  return { id: 'tiny', label: 'tiny, for a slow device', work, productSize: 256 };
}

/** Timed rounds, unless the address says another number. */
export const ROUNDS = 5;

export interface RaceSettings {
  choice: Choice;
  rounds: number;
}

/** What an address chooses; nonsense in it is as if it were not there. */
export function settingsOf(search: string): RaceSettings {
  const query = new URLSearchParams(search);
  const rounds = Number(query.get('rounds'));
  return {
    choice: CHOICES.find(({ id }) => id === query.get('model')) ?? CHOICES[0]!,
    rounds: Number.isInteger(rounds) && rounds >= 1 && rounds <= 99 ? rounds : ROUNDS,
  };
}

/** Who races, by the names that the benchmark gives; the product's name holds its size. */
export const CONTESTANTS = [
  { id: 'product', label: 'Matrix product', detail: 'the kernel alone', isStep: false },
  { id: 'one', label: 'Kernels', detail: 'one worker', isStep: true },
  { id: 'two', label: 'Kernels', detail: 'two workers', isStep: true },
  { id: 'tensorflow', label: 'TensorFlow.js', detail: 'WebAssembly', isStep: true },
] as const;

export type ContestantId = (typeof CONTESTANTS)[number]['id'];

export interface StartRace {
  /** A choice's id: the worker knows the rest. */
  choice: string;
  rounds: number;
}

export type FromRace =
  | { type: 'comparing' }
  /** How TensorFlow.js compares with the kernels, and whether two workers gave the bits of one. */
  | { type: 'compared'; entry: Entry; sameBits: boolean }
  /** After each round, from the one that does not count, 0, on. */
  | { type: 'round'; round: number; rows: BenchRow[] }
  | { type: 'finished' }
  | { type: 'failed'; message: string };

export interface Race {
  phase: 'idle' | 'loading' | 'comparing' | 'racing' | 'stopped' | 'finished' | 'failed';
  rounds: number;
  /** Rounds done, the one that does not count among them. */
  done: number;
  entry: Entry | null;
  sameBits: boolean | null;
  rows: readonly BenchRow[];
  message: string;
}

export const IDLE: Race = { phase: 'idle', rounds: 0, done: 0, entry: null, sameBits: null, rows: [], message: '' };

export function isRunning({ phase }: Race): boolean {
  return phase === 'loading' || phase === 'comparing' || phase === 'racing';
}

/** What a message makes of a race; what comes after its end changes nothing. */
export function receive(race: Race, message: FromRace): Race {
  if (!isRunning(race)) return race;
  switch (message.type) {
    case 'comparing':
      return { ...race, phase: 'comparing' };
    case 'compared':
      return { ...race, phase: 'racing', entry: message.entry, sameBits: message.sameBits };
    case 'round':
      return { ...race, done: message.round + 1, rows: message.rows };
    case 'finished':
      return { ...race, phase: 'finished' };
    case 'failed':
      return { ...race, phase: 'failed', message: message.message };
  }
}

/** What goes on, in one line. */
export function statusOf({ phase, rounds, done, message }: Race): string {
  switch (phase) {
    case 'idle':
      return 'It takes a minute or so. Whatever else computes on this machine slows it down.';
    case 'loading':
      return 'Loading the kernels and TensorFlow.js …';
    case 'comparing':
      return 'Comparing the losses of the first steps …';
    case 'racing':
      return done === 0 ? 'A first round, which does not count …' : `Round ${Math.min(done, rounds)} of ${rounds} …`;
    case 'stopped':
      return done > 1 ? `Stopped after ${done - 1} of ${rounds} rounds.` : 'Stopped before the first round.';
    case 'finished':
      return `Done: medians of ${rounds} ${rounds === 1 ? 'round' : 'rounds'}.`;
    case 'failed':
      return message;
  }
}

/** How a contestant's speed stands to that of TensorFlow.js: null where either is not known. */
export function timesTensorflow(rows: readonly BenchRow[], id: ContestantId): number | null {
  const ratio = (name: string) => rows.find(({ contestant }) => contestant === name)?.ratioToKernels;
  const [own, theirs] = [ratio(id), ratio('tensorflow')];
  return own === undefined || theirs === undefined ? null : own / theirs;
}

/** What the numbers of a race come to, in sentences; empty before there are any. */
export function findingsOf({ rows, entry, sameBits }: Race): string[] {
  const one = rows.find(({ contestant }) => contestant === 'one');
  const two = rows.find(({ contestant }) => contestant === 'two');
  const findings: string[] = [];
  if (entry) findings.push(comparison(entry));
  if (sameBits !== null) {
    findings.push(
      sameBits
        ? 'One worker and two gave the same losses to the last bit.'
        : 'One worker and two gave different losses, which should not happen: please report it, with your browser’s name.',
    );
  }
  if (one && two) {
    const share = Math.round(100 * one.ratioToProduct);
    const gain = two.ratioToKernels!.toFixed(1);
    findings.push(
      `A training step runs at ${share} % of the rate of the matrix product; two workers do ${gain} times the work of one.`,
    );
  }
  return findings;
}

function comparison({ difference, refused }: Entry): string {
  if (refused !== undefined) return `TensorFlow.js does not race here: ${refused}.`;
  const exponent = difference === 0 ? '' : ` within ${onePart(difference!)}`;
  return `TensorFlow.js trains the same model: its first losses are those of the kernels${exponent}.`;
}

/** "one part in 400,000", rounded so that it never promises too much. */
function onePart(difference: number): string {
  const parts = Math.floor(1 / difference);
  const magnitude = 10 ** (String(parts).length - 1);
  return `one part in ${(Math.floor(parts / magnitude) * magnitude).toLocaleString('en')}`;
}
