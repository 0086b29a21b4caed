/** New seeds beside the published ones: whether they land where the published ones lead one to expect. */
import { countLanded, distinctComparisons } from '../../src/results/new-seeds.ts';
import { roundNumbers } from '../../src/results/round.ts';
import { type NewSeeds, SCHEMA_VERSION } from '../../src/results/schema.ts';
import type { Measure } from '../../src/results/summarise.ts';
import { expectedRange } from '../../src/statistics/prediction.ts';
import type { Experiment, FinishedGroup, Profile } from '../experiments/experiment.ts';
import { finalValues, measuredEstimate } from '../experiments/reading.ts';
import { type PlannedGroup, planGroups, withSeeds } from '../plan.ts';
import { writeProvenance } from '../provenance/write.ts';
import { type CommandContext, counted, say } from './context.ts';
import { type Finished, finishedGroups, finishedWork } from './finished.ts';

/** What is compared of every trained model, after its last step. */
const TRAINED: readonly { name: string; of: Measure }[] = [
  { name: 'sink rate at ε = 0.3', of: 'sinkRate-0.3' },
  { name: 'attention to the first token above chance', of: 'firstAttentionAboveChance' },
  { name: 'validation loss, nats', of: 'validationLoss' },
];

/**
 * Tells, of every experiment whose published and new seeds are finished, how the new ones lie to the published and what
 * its criterion comes to on the new ones alone, and keeps it beside the results. Of one that is not finished it tells
 * what is missing.
 */
export function compareNewSeeds(
  experiments: readonly Experiment[],
  profile: Profile,
  seeds: readonly number[],
  context: CommandContext,
): void {
  const work = finishedWork(context);
  const records: NewSeeds[] = [];
  for (const experiment of experiments) {
    const known = seeds.filter((seed) => experiment.grids[profile].seeds.includes(seed));
    if (known.length > 0) {
      say(context, `${experiment.id}: not compared; its own seeds are not new: ${known.join(', ')}`);
      continue;
    }
    const planned = planGroups(experiment, profile, context.versionsOf);
    const plannedNew = planGroups(withSeeds(experiment, profile, seeds), profile, context.versionsOf);
    const missing = missingWork(experiment, { planned, plannedNew, work });
    const published = finishedGroups(experiment, planned, work);
    const fresh = finishedGroups(experiment, plannedNew, work);
    if (missing.length > 0 || !published || !fresh) {
      for (const line of missing) say(context, line);
      continue;
    }
    const record = compareOne(experiment, { profile, seeds, published, fresh });
    for (const { group, name, expected, values } of record.comparisons) {
      say(
        context,
        `${experiment.id}/${group}, ${name}: expected ${expected.low.toFixed(3)} to ${expected.high.toFixed(3)}, ` +
          `new ${values.map((value) => value.toFixed(3)).join(', ')}`,
      );
    }
    say(context, `${experiment.id}, on the new seeds alone: ${record.verdict.outcome}. ${record.verdict.because}`);
    records.push(record);
    context.store.writeNewSeeds(record);
  }
  writeProvenance(context.store);
  const { inside, all: values } = countLanded(distinctComparisons(records));
  say(context, `${inside} of ${values} new values lie where 95 of 100 are expected.`);
}

interface Planned {
  planned: readonly PlannedGroup[];
  plannedNew: readonly PlannedGroup[];
  work: Finished;
}

/** What keeps each grid point from being compared, told as lines. */
function missingWork({ id, analysis }: Experiment, { planned, plannedNew, work }: Planned): string[] {
  return planned.flatMap(({ point, runs }, index) => {
    const lacking = (of: PlannedGroup['runs']) => of.filter((run) => !work.runs.has(run.id)).length;
    const [publishedRuns, newRuns] = [lacking(runs), lacking(plannedNew[index]!.runs)];
    const what = [
      ...(publishedRuns > 0 ? [`${counted(publishedRuns, 'published run')} missing`] : []),
      ...(runs.length - publishedRuns < 2 ? ['a range takes two published seeds'] : []),
      ...(newRuns > 0 ? [`${counted(newRuns, 'new run')} missing`] : []),
    ];
    const finished = what.length === 0;
    if (finished && analysis && !finishedGroups({ analysis }, [planned[index]!, plannedNew[index]!], work)) {
      what.push(`the analysis "${analysis.id}" of a run is missing`);
    }
    return what.length > 0 ? [`${id}/${point.id}: not compared; ${what.join(', ')}`] : [];
  });
}

interface Comparing {
  profile: Profile;
  seeds: readonly number[];
  published: readonly FinishedGroup[];
  fresh: FinishedGroup[];
}

function compareOne(experiment: Experiment, { profile, seeds, published, fresh }: Comparing): NewSeeds {
  const range = seeds.length === 1 ? `${seeds[0]}` : `${seeds[0]}..${seeds.at(-1)}`;
  return {
    schemaVersion: SCHEMA_VERSION,
    experiment: experiment.id,
    profile,
    seeds: [...seeds],
    command: `npm run pipeline -- run --only ${experiment.id} --profile ${profile} --seeds ${range}`,
    runs: fresh.flatMap((group) =>
      group.finishedRuns.map(({ id, specification: { seed }, evaluations }) => {
        const { fingerprint } = evaluations.at(-1)!;
        return { id, group: group.id, seed, fingerprint };
      }),
    ),
    verdict: experiment.decide(fresh),
    comparisons: published.flatMap((group, index) =>
      comparedBy(experiment).map(({ name, of, values }) =>
        roundNumbers({
          group: group.id,
          label: group.label,
          measure: of,
          name,
          expected: expectedRange(values(group)),
          values: values(fresh[index]!),
        }),
      ),
    ),
  };
}

/** What an experiment's models are compared by, with each seed's value of it. */
function comparedBy({ comparedMeasures = [] }: Experiment) {
  return [
    ...TRAINED.map(({ name, of }) => ({ name, of, values: (group: FinishedGroup) => finalValues(group, of) })),
    ...comparedMeasures.map(({ name, of }) => ({
      ...{ name, of },
      values: (group: FinishedGroup) => measuredEstimate(group, of).seeds,
    })),
  ];
}
