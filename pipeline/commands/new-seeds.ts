/** New seeds beside the published ones: whether they land where the published ones lead one to expect. */
import { MEASURES, type Measure } from '../../src/results/summarise.ts';
import { expectedRange } from '../../src/statistics/prediction.ts';
import type { Experiment, Profile } from '../experiments/experiment.ts';
import { planGroups, withSeeds } from '../plan.ts';
import { type CommandContext, say } from './context.ts';

/** What is compared, after the last step. */
const COMPARED: readonly Measure[] = ['sinkRate-0.3', 'firstAttentionAboveChance', 'validationLoss'];

/** Tells, of every grid point whose published and new seeds are finished, how the new ones lie to the published. */
export function compareNewSeeds(
  experiments: readonly Experiment[],
  profile: Profile,
  seeds: readonly number[],
  context: CommandContext,
): void {
  const { runs } = context.store.surveyRuns();
  let [inside, all] = [0, 0];
  for (const experiment of experiments) {
    const published = planGroups(experiment, profile, context.versionsOf);
    const fresh = planGroups(withSeeds(experiment, profile, seeds), profile, context.versionsOf);
    for (const [index, { point, runs: before }] of published.entries()) {
      const known = before.map(({ id }) => runs.get(id)).filter((run) => run !== undefined);
      const found = fresh[index]!.runs.map(({ id }) => runs.get(id)).filter((run) => run !== undefined);
      if (known.length < 2 || known.length < before.length || found.length < seeds.length) {
        say(
          context,
          `${experiment.id}/${point.id}: not compared; ${before.length - known.length} published runs missing`,
        );
        continue;
      }
      for (const measure of COMPARED) {
        const of = (list: typeof known) => list.map(({ evaluations }) => MEASURES[measure](evaluations.at(-1)!)!);
        const expected = expectedRange(of(known));
        const values = of(found);
        const landed = values.filter((value) => value >= expected.low && value <= expected.high).length;
        [inside, all] = [inside + landed, all + values.length];
        say(
          context,
          `${experiment.id}/${point.id}, ${measure}: expected ${expected.low.toFixed(3)} to ${expected.high.toFixed(3)}, ` +
            `new ${values.map((value) => value.toFixed(3)).join(', ')}`,
        );
      }
    }
  }
  say(context, `${inside} of ${all} new values lie where 95 of 100 are expected.`);
}
