/** Synthetic results for tests of figures: invented numbers in the shape of an experiment's file, never published. */
import { runFixture } from '../../src/results/run.fixture.ts';
import { type ExperimentResult, experimentResult, SCHEMA_VERSION } from '../../src/results/schema.ts';
import { summarise } from '../../src/results/summarise.ts';

/** An experiment of five seeds, whose onset comes at step 20 unless it is told to have none. */
export function syntheticResults({ onset = true } = {}): ExperimentResult {
  const runs = [0, 1, 2, 3, 4].map((seed) => runFixture(seed));
  const plain = { format: 'fraction', digits: 2, description: 'synthetic' } as const;
  return experimentResult.parse({
    schemaVersion: SCHEMA_VERSION,
    experiment: 'emergence',
    title: 'Synthetic',
    question: 'Synthetic?',
    claims: [{ place: '§0', text: 'Synthetic.' }],
    profile: 'quick',
    criterion: 'Synthetic.',
    verdict: { outcome: 'partly', because: 'It is synthetic.' },
    command: 'npm run pipeline -- run --only emergence',
    corpora: [
      {
        id: 'synthetic',
        title: 'Synthetic',
        source: 'none',
        licence: 'CC0',
        sha256: '0'.repeat(64),
        documents: 1,
        bytes: 1,
      },
    ],
    analysis: null,
    groups: [{ id: 'base', label: 'Synthetic', runs: runs.map(({ id }) => id), series: summarise(runs), analysis: {} }],
    values: {
      'final/chance': { ...plain, value: 0.25 },
      'criterion/final-above-chance': { ...plain, value: 0.05 },
      'final/sink-rate-0.3': { ...plain, format: 'percent', digits: 0, value: 0.5, low: 0.25, high: 0.75 },
      ...(onset ? { 'onset/step': { ...plain, format: 'integer', digits: 0, value: 20 } } : {}),
    },
    runs,
  });
}
