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

/** What an experiment says of a claim: its own verdict where the experiment judges several apart, else that on all. */
function verdictIn(experiment: string, claim: string, find: FindResults): Verdict['outcome'] | undefined {
  const verdict = find(experiment)?.verdict;
  return verdict?.parts?.[claim] ?? verdict?.outcome;
}

/**
 * The verdict on a claim. One that its experiment did not bear out is partly reproduced if it was borne out, wholly or in
 * part, where it was tried at other settings.
 */
export function outcomeOf({ id, test }: Claim, find: FindResults): Outcome {
  if ('untestable' in test) return 'not testable';
  const own = verdictIn(test.experiment, id, find) ?? 'not yet run';
  if (own !== 'not reproduced' && own !== 'opposite') return own;
  const elsewhere = elsewhereOf({ id, test }, find);
  return elsewhere === 'reproduced' || elsewhere === 'partly' ? 'partly' : own;
}

/** What became of a claim at other settings; undefined where it was tried at none, or not yet. */
export function elsewhereOf({ id, test }: Pick<Claim, 'id' | 'test'>, find: FindResults): Outcome | undefined {
  return 'elsewhere' in test && test.elsewhere ? verdictIn(test.elsewhere, id, find) : undefined;
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
