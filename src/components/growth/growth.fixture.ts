/** Results of two models and three seeds each, for tests of the curves. */
import { runFixture } from '../../results/run.fixture.ts';
import type { ExperimentResult, Group, Run } from '../../results/schema.ts';
import { summarise } from '../../results/summarise.ts';

/** Groups by id, each of runs of its own; a group may be given the id of another's runs. */
export function resultFixture(experiment: string, groups: readonly { id: string; label: string; runs: Run[] }[]) {
  return {
    experiment,
    command: 'npm run pipeline',
    groups: groups.map(({ id, label, runs }): Group => {
      return { id, label, runs: runs.map((run) => run.id), series: summarise(runs), analysis: {} };
    }),
    runs: groups.flatMap(({ runs }) => runs),
  } as unknown as ExperimentResult;
}

/** The runs of one model, told apart from others by its first seed. */
export function runsFrom(firstSeed: number, steps?: number[]): Run[] {
  return [0, 1, 2].map((seed) => runFixture(firstSeed + seed, steps));
}
