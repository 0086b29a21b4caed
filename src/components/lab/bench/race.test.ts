import { describe, expect, it } from 'vitest';
import type { BenchRow } from '../../../benchmark/rows.ts';
import {
  CHOICES,
  findingsOf,
  IDLE,
  type Race,
  ROUNDS,
  receive,
  settingsOf,
  statusOf,
  timesTensorflow,
} from './race.ts';

const row = (contestant: string, ratioToKernels?: number): BenchRow => ({
  ...{ workload: 'tiny', contestant, milliseconds: 10, gflops: 12, ratioToProduct: 0.6 },
  ...(ratioToKernels !== undefined && { tokensPerSecond: 1000, ratioToKernels }),
});
const rows = [row('product'), row('one', 1), row('two', 1.9), row('tensorflow', 0.125)];
const loading: Race = { ...IDLE, phase: 'loading', rounds: 2 };
const entry = { peer: 'tensorflow', difference: 2.2e-6 };

describe('settings from the address', () => {
  it('are the base model and the usual rounds without any', () => {
    expect(settingsOf('')).toEqual({ choice: CHOICES[0], rounds: ROUNDS });
  });

  it('are what it says, and nonsense is as if it were not there', () => {
    expect(settingsOf('?model=tiny&rounds=2')).toMatchObject({ choice: { id: 'tiny' }, rounds: 2 });
    for (const search of ['?model=none&rounds=x', '?rounds=0', '?rounds=1.5', '?rounds=1000', '?rounds=-3']) {
      expect(settingsOf(search)).toEqual(settingsOf(''));
    }
  });
});

describe('a race', () => {
  const told: string[] = [];
  const raceAfter = (race: Race, ...messages: Parameters<typeof receive>[1][]) =>
    messages.reduce((state, message) => {
      const next = receive(state, message);
      told.push(statusOf(next));
      return next;
    }, race);

  it('goes from loading to the end, and says so', () => {
    const end = raceAfter(
      loading,
      { type: 'comparing' },
      { type: 'compared', entry, sameBits: true },
      { type: 'round', round: 0, rows: [] },
      { type: 'round', round: 1, rows },
      { type: 'round', round: 2, rows },
      { type: 'finished' },
    );
    expect(end).toMatchObject({ phase: 'finished', rows, entry, sameBits: true });
    expect(told).toEqual([
      'Comparing the losses of the first steps …',
      'A first round, which does not count …',
      'Round 1 of 2 …',
      'Round 2 of 2 …',
      'Round 2 of 2 …',
      'Done: medians of 2 rounds.',
    ]);
  });

  it('fails with its reason, and what comes later changes nothing', () => {
    const failed = receive(loading, { type: 'failed', message: 'No kernels.' });
    expect(statusOf(failed)).toBe('No kernels.');
    expect(receive(failed, { type: 'finished' })).toBe(failed);
  });

  it('that was stopped says how far it came', () => {
    const racing = raceAfter(loading, { type: 'compared', entry, sameBits: true }, { type: 'round', round: 1, rows });
    expect(statusOf({ ...racing, phase: 'stopped' })).toBe('Stopped after 1 of 2 rounds.');
    expect(statusOf({ ...loading, phase: 'stopped' })).toBe('Stopped before the first round.');
  });
});

describe('what the numbers come to', () => {
  it('is told against TensorFlow.js, and not at all without it', () => {
    expect(timesTensorflow(rows, 'two')).toBeCloseTo(15.2, 12);
    expect(timesTensorflow(rows, 'tensorflow')).toBe(1);
    expect(timesTensorflow(rows, 'product')).toBeNull();
    expect(timesTensorflow(rows.slice(0, 3), 'one')).toBeNull();
  });

  it('is told in sentences', () => {
    expect(findingsOf(IDLE)).toEqual([]);
    expect(findingsOf({ ...loading, rows, entry, sameBits: true })).toEqual([
      'TensorFlow.js trains the same model: its first losses are those of the kernels within one part in 400,000.',
      'One worker and two gave the same losses to the last bit.',
      'A training step runs at 60 % of the rate of the matrix product; two workers do 1.9 times the work of one.',
    ]);
    const refused = { peer: 'tensorflow', refused: 'it did not start' };
    expect(findingsOf({ ...loading, entry: refused, sameBits: false })).toEqual([
      'TensorFlow.js does not race here: it did not start.',
      expect.stringMatching(/should not happen/),
    ]);
  });
});
