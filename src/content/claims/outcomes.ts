/** What became of each claim, read from the results, and how the claims count up. */
import type { ExperimentResult, Verdict } from '../../results/schema.ts';
import type { Claim } from './schema.ts';

/** In the order in which they are counted. */
export const OUTCOMES = [
  'reproduced',
  'partly',
  'not reproduced',
  'opposite',
  'not testable',
  'not yet run',
] as const satisfies readonly (Verdict['outcome'] | 'not testable' | 'not yet run')[];
export type Outcome = (typeof OUTCOMES)[number];

/** Looks an experiment's results up; undefined while it has none. */
export type FindResults = (experiment: string) => Pick<ExperimentResult, 'verdict'> | undefined;

/** The verdict on a claim: its own where its experiment tests several apart, else that of the experiment. */
export function outcomeOf({ id, test }: Claim, find: FindResults): Outcome {
  if ('untestable' in test) return 'not testable';
  const verdict = find(test.experiment)?.verdict;
  return verdict?.parts?.[id] ?? verdict?.outcome ?? 'not yet run';
}

/** How many claims came to what; outcomes that no claim has are left out. */
export function tally(claims: readonly Claim[], find: FindResults): { outcome: Outcome; count: number }[] {
  const found = claims.map((claim) => outcomeOf(claim, find));
  return OUTCOMES.map((outcome) => ({ outcome, count: found.filter((other) => other === outcome).length })).filter(
    ({ count }) => count > 0,
  );
}

/** `Reproduced`, as a heading writes it. */
export function outcomeLabel(outcome: Outcome): string {
  return outcome === 'partly' ? 'Partly reproduced' : outcome[0]!.toUpperCase() + outcome.slice(1);
}
