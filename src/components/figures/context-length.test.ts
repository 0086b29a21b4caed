import { expect, test } from 'vitest';
import { findResults } from '../../content/results.ts';
import type { ExperimentResult, Run } from '../../results/schema.ts';

const runsOf = (data: ExperimentResult, start: string): Run[] =>
  data.groups
    .filter(({ id }) => id.startsWith(`${start}-`))
    .flatMap(({ runs }) => runs.map((id) => data.runs.find((run) => run.id === id)!));

const published = findResults('context-length');
const longer = published ? runsOf(published, 'longer') : [];

// The figure draws the longer training instead of the shorter one, and says so.
test.skipIf(longer.length === 0)('longer training repeats the steps of the shorter one', () => {
  const shorter = runsOf(published!, 'fixed');
  const modelOf = ({ specification: { seed, model } }: Run) => `seed ${seed}, context ${model.contextLength}`;
  let compared = 0;
  for (const run of longer) {
    const same = shorter.find((other) => modelOf(other) === modelOf(run))!;
    for (const evaluation of run.evaluations) {
      const before = same.evaluations.find(({ step }) => step === evaluation.step);
      if (!before) continue;
      const { validationLoss, headFirstAttention } = evaluation;
      expect({ validationLoss, headFirstAttention }, `${modelOf(run)}, step ${evaluation.step}`).toEqual({
        validationLoss: before.validationLoss,
        headFirstAttention: before.headFirstAttention,
      });
      compared += 1;
    }
  }
  expect(compared).toBeGreaterThan(longer.length);
});
