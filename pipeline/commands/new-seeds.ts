/** New seeds beside the published ones: whether they land where the published ones lead one to expect. */
import { countLanded } from '../../src/results/new-seeds.ts';
import { roundNumbers } from '../../src/results/round.ts';
import { type NewSeeds, type Run, SCHEMA_VERSION } from '../../src/results/schema.ts';
import { MEASURES, type Measure } from '../../src/results/summarise.ts';
import { expectedRange } from '../../src/statistics/prediction.ts';
import type { Experiment, Profile } from '../experiments/experiment.ts';
import { planGroups, withSeeds } from '../plan.ts';
import { writeProvenance } from '../provenance/write.ts';
import { type CommandContext, counted, say } from './context.ts';

/** What is compared, after the last step. */
const COMPARED: readonly Measure[] = ['sinkRate-0.3', 'firstAttentionAboveChance', 'validationLoss'];

/**
 * Tells, of every grid point whose published and new seeds are finished, how the new ones lie to the published, and keeps
 * it beside the results of an experiment of which every point could be compared.
 */
export function compareNewSeeds(
  experiments: readonly Experiment[],
  profile: Profile,
  seeds: readonly number[],
  context: CommandContext,
): void {
  const { runs } = context.store.surveyRuns();
  const all: NewSeeds['comparisons'] = [];
  for (const experiment of experiments) {
    const { record, missing } = compareOne(experiment, { profile, seeds, runs, context });
    for (const line of missing) say(context, line);
    for (const { group, measure, expected, values } of record.comparisons) {
      say(
        context,
        `${experiment.id}/${group}, ${measure}: expected ${expected.low.toFixed(3)} to ${expected.high.toFixed(3)}, ` +
          `new ${values.map((value) => value.toFixed(3)).join(', ')}`,
      );
    }
    all.push(...record.comparisons);
    if (missing.length === 0) context.store.writeNewSeeds(record);
  }
  writeProvenance(context.store);
  const { inside, all: values } = countLanded(all);
  say(context, `${inside} of ${values} new values lie where 95 of 100 are expected.`);
}

interface Comparing {
  profile: Profile;
  seeds: readonly number[];
  runs: ReadonlyMap<string, Run>;
  context: CommandContext;
}

function compareOne(
  experiment: Experiment,
  { profile, seeds, runs, context }: Comparing,
): { record: NewSeeds; missing: string[] } {
  const published = planGroups(experiment, profile, context.versionsOf);
  const fresh = planGroups(withSeeds(experiment, profile, seeds), profile, context.versionsOf);
  const range = seeds.length === 1 ? `${seeds[0]}` : `${seeds[0]}..${seeds.at(-1)}`;
  const record: NewSeeds = {
    schemaVersion: SCHEMA_VERSION,
    experiment: experiment.id,
    profile,
    seeds: [...seeds],
    command: `npm run pipeline -- run --only ${experiment.id} --profile ${profile} --seeds ${range}`,
    runs: [],
    comparisons: [],
  };
  const missing: string[] = [];
  for (const [index, { point, runs: before }] of published.entries()) {
    const known = before.map(({ id }) => runs.get(id)).filter((run) => run !== undefined);
    const found = fresh[index]!.runs.map(({ id }) => runs.get(id)).filter((run) => run !== undefined);
    const lacking = [
      ...(known.length < before.length ? [`${counted(before.length - known.length, 'published run')} missing`] : []),
      ...(known.length < 2 ? ['a range takes two published seeds'] : []),
      ...(found.length < seeds.length ? [`${counted(seeds.length - found.length, 'new run')} missing`] : []),
    ];
    if (lacking.length > 0) {
      missing.push(`${experiment.id}/${point.id}: not compared; ${lacking.join(', ')}`);
      continue;
    }
    for (const { id, specification, evaluations } of found) {
      const { fingerprint } = evaluations.at(-1)!;
      record.runs.push({ id, group: point.id, seed: specification.seed, fingerprint });
    }
    for (const measure of COMPARED) {
      const of = (list: readonly Run[]) => list.map(({ evaluations }) => MEASURES[measure](evaluations.at(-1)!)!);
      record.comparisons.push(
        roundNumbers({
          group: point.id,
          label: point.label,
          measure,
          expected: expectedRange(of(known)),
          values: of(found),
        }),
      );
    }
  }
  return { record, missing };
}
