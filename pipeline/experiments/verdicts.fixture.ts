/** Finished groups made up for tests of verdicts: an experiment's own points, with evaluations as a test wants them. */
import { runFixture } from '../../src/results/run.fixture.ts';
import type { Estimate, Group, Measured, Run } from '../../src/results/schema.ts';
import { MEASURES } from '../../src/results/summarise.ts';
import { mean } from '../../src/statistics/bootstrap.ts';
import type { Experiment, FinishedGroup, GridPoint } from './experiment.ts';

/** What one seed of a point ends with. Attention starts at chance and the loss at 6; both go straight to these. */
export interface Ending {
  sinkRate: number;
  aboveChance: number;
  /** Over the common prefix; as `aboveChance` without it. */
  prefixAttention?: number;
  loss?: number;
}

const SEEDS = [0, 1, 2, 3, 4];
const STEPS = [0, 10, 20];

/** A little different for every seed, so that none is tied with another. */
const noise = (seed: number) => 1 + (seed - 2) / 1000;

function madeUpRun({ specification }: GridPoint, seed: number, ending: Ending): Run {
  const run = runFixture(seed, STEPS);
  const clamp = (value: number) => Math.min(1, Math.max(0, value));
  const evaluations = run.evaluations.map((evaluation, index) => {
    const share = (index / (STEPS.length - 1)) * noise(seed);
    const rate = { '0.3': clamp(ending.sinkRate * share), '0.8': 0 };
    const prefix = ending.prefixAttention ?? 0.2 + ending.aboveChance;
    return {
      ...evaluation,
      validationLoss: 6 - (6 - (ending.loss ?? 3)) * share,
      sinkRate: rate,
      firstAttention: clamp(0.2 + ending.aboveChance * share),
      firstAttentionAboveChance: ending.aboveChance * share,
      prefix: { sinkRate: rate, firstAttention: clamp(prefix * share), firstAttentionAboveChance: ending.aboveChance },
    };
  });
  return { ...run, specification: { ...specification, seed }, evaluations };
}

/** The mean and the range of the seeds: a bootstrap of every measure of every point would take a test minutes. */
function estimate(values: readonly number[]): Estimate {
  return { mean: mean(values), low: Math.min(...values), high: Math.max(...values) };
}

function seriesOf(runs: readonly Run[]): Group['series'] {
  return STEPS.map((step, index) => {
    const measures: Record<string, Estimate> = {};
    for (const [name, measure] of Object.entries(MEASURES)) {
      const values = runs.map(({ evaluations }) => measure(evaluations[index]!)).filter((value) => value !== null);
      if (values.length > 0) measures[name] = estimate(values);
    }
    return { step, tokens: step, measures };
  });
}

function analysisOf(measuredRuns: readonly Record<string, number>[]): Group['analysis'] {
  const names = Object.keys(measuredRuns[0]!);
  return Object.fromEntries(
    names.map((name) => {
      const seeds = measuredRuns.map((measured) => measured[name]!);
      return [name, { ...estimate(seeds), seeds }];
    }),
  );
}

/**
 * The full grid of an experiment, finished.
 * @param ending of each point, by its id and specification.
 * @param measured what the analysis measured on each point, the same for every seed but for a thousandth.
 */
export function finishedGroups(
  experiment: Experiment,
  ending: (point: GridPoint) => Ending,
  measured: (point: GridPoint) => Record<string, number> = () => ({}),
): FinishedGroup[] {
  return experiment.grids.full.points.map((point) => {
    const finishedRuns = SEEDS.map((seed) => madeUpRun(point, seed, ending(point)));
    const measuredRuns = SEEDS.map(
      (seed) =>
        Object.fromEntries(
          Object.entries(measured(point)).map(([name, value]) => [name, value * noise(seed)]),
        ) satisfies Measured,
    );
    return {
      id: point.id,
      label: point.label,
      runs: finishedRuns.map(({ id }) => id),
      series: seriesOf(finishedRuns),
      analysis: analysisOf(measuredRuns),
      finishedRuns,
      measuredRuns,
    };
  });
}
