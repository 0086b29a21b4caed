import { describe, expect, it } from 'vitest';
import { evaluatedAt } from '../../training/loop.ts';
import { evaluationSteps, obstacleTo } from './compare.ts';
import { RUN } from './verify.fixture.ts';

describe('the steps of evaluations', () => {
  it.each([
    [20, 10],
    [25, 10],
    [5, 10],
    [10, 10],
  ])('of %d steps, every %d, are those of the training loop', (steps, every) => {
    const specification = {
      ...RUN.specification,
      training: { ...RUN.specification.training, steps },
      evaluation: { every, sequences: 1 },
    };
    const all = Array.from({ length: steps + 1 }, (_, step) => step);
    expect(evaluationSteps(steps, every)).toEqual(all.filter((step) => evaluatedAt(step, specification)));
  });
});

describe('what keeps a run from being verified', () => {
  it('is nothing, of a whole run by this code', () => {
    expect(obstacleTo(RUN, RUN.versions)).toBeNull();
  });

  it('is other code, with the commit that has it', () => {
    const problem = obstacleTo(RUN, { ...RUN.versions, training: '2', measures: '3' })!;
    expect(problem.message).toMatch(/other versions of the code .*: training 1 \(here 2\), measures 1 \(here 3\)\.$/);
    expect(problem.remedy).toContain(`Check out commit ${RUN.execution.commit}`);
  });

  it('is another engine', () => {
    const run = { ...RUN, specification: { ...RUN.specification, engine: 'tensorflow/cpu' as const } };
    expect(obstacleTo(run, run.versions)!.message).toContain('tensorflow/cpu');
  });

  it('is an evaluation left out, or one too many', () => {
    const [first, , last] = RUN.evaluations as [never, never, never];
    const without = obstacleTo({ ...RUN, evaluations: [first, last] }, RUN.versions)!;
    expect(without.message).toContain('no evaluation at step 10, which its specification asks for');
    const more = { ...RUN, evaluations: [...RUN.evaluations, last] };
    expect(obstacleTo(more, RUN.versions)!.message).toContain('more evaluations than its specification asks for');
  });
});
