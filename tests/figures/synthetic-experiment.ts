/**
 * Results of any experiment without a run: its own grid and its own code for groups, verdict and values, over invented
 * evaluations. Deterministic, shaped as the real ones are, never published.
 */
import type { Experiment, FinishedGroup, Profile } from '../../pipeline/experiments/experiment.ts';
import { planGroups } from '../../pipeline/plan.ts';
import { chanceAttention, PREFIX_LENGTH, sinkRate } from '../../src/measures/sink.ts';
import { roundNumbers } from '../../src/results/round.ts';
import { runFixture } from '../../src/results/run.fixture.ts';
import {
  type Evaluation,
  type ExperimentResult,
  experimentResult,
  type Measured,
  type Run,
  SCHEMA_VERSION,
} from '../../src/results/schema.ts';
import { summarise, summariseMeasured } from '../../src/results/summarise.ts';
import type { RunSpecification } from '../../src/training/specification.ts';
import { randomGenerator } from '../../src/transformer/random.ts';
import { INVENTED_MEASURES } from './measured/index.ts';

/** Evaluations of a run, the first before training. */
const EVALUATIONS = 6;
const SEEDS = 3;

const { versions, execution } = runFixture();

/** @throws {Error} where `tests/figures/measured` has nothing for the experiment's analysis. */
export function syntheticExperiment(experiment: Experiment, profile: Profile = 'full'): ExperimentResult {
  const groups = planGroups(experiment, profile, () => versions).map(({ point, runs }): FinishedGroup => {
    const finishedRuns = runs.slice(0, SEEDS).map(({ id, specification }) => inventedRun(id, specification));
    const measuredRuns = finishedRuns.flatMap((run) => inventedMeasures(experiment, run));
    return {
      id: point.id,
      label: point.label,
      runs: finishedRuns.map(({ id }) => id),
      series: summarise(finishedRuns),
      analysis: summariseMeasured(measuredRuns),
      finishedRuns,
      measuredRuns,
    };
  });
  const runs = new Map(groups.flatMap(({ finishedRuns }) => finishedRuns.map((run) => [run.id, run])));
  const { id, title, question, claims, criterion, analysis } = experiment;
  return experimentResult.parse({
    schemaVersion: SCHEMA_VERSION,
    experiment: id,
    title,
    question,
    claims,
    profile,
    criterion,
    verdict: experiment.decide(groups),
    command: `npm run pipeline -- run --only ${id} --profile ${profile}`,
    corpora: [],
    analysis: analysis ? { id: analysis.id, version: analysis.version, description: analysis.description } : null,
    groups: groups.map(({ finishedRuns: _runs, measuredRuns: _measured, ...group }) => group),
    values: roundNumbers(experiment.values(groups)),
    runs: [...runs.values()],
  });
}

/** A number around zero, from -1 to 1, another at every call. */
function noiseOf(purpose: string): () => number {
  const random = randomGenerator(purpose);
  return () => 2 * random.uniform() - 1;
}

function inventedMeasures({ analysis }: Experiment, run: Run): Measured[] {
  if (!analysis) return [];
  const invent = INVENTED_MEASURES[analysis.id];
  if (!invent) throw new Error(`tests/figures/measured has no measures of the analysis “${analysis.id}”: add a file`);
  return [invent(run.specification, noiseOf(`synthetic/measures/${run.id}`))];
}

function inventedRun(id: string, specification: RunSpecification): Run {
  const { steps } = specification.training;
  const noise = noiseOf(`synthetic/run/${id}`);
  const heads = Array.from({ length: specification.model.layers }, () =>
    // Without `<bos>` most heads stay low.
    Array.from(
      { length: specification.model.heads },
      () => Math.abs(noise()) ** (specification.data.bos === 'none' ? 4 : 0.5),
    ),
  );
  const evaluations = Array.from({ length: EVALUATIONS }, (_, i) => {
    const share = i / (EVALUATIONS - 1);
    return inventedEvaluation(specification, { step: Math.round(share * steps), share, heads, noise });
  });
  return { schemaVersion: SCHEMA_VERSION, id, specification, versions, evaluations, execution };
}

/** `share` of the training is done; a head's attention grows from chance to its own height. */
function inventedEvaluation(
  { model, training }: RunSpecification,
  { step, share, heads, noise }: { step: number; share: number; heads: number[][]; noise: () => number },
): Evaluation {
  const chance = chanceAttention(model.contextLength);
  const prefixChance = chanceAttention(Math.min(PREFIX_LENGTH, model.contextLength));
  const grown = share * share * (3 - 2 * share);
  const headFirstAttention = heads.map((layer) => layer.map((height) => chance + grown * height * (0.98 - chance)));
  const flat = headFirstAttention.flat();
  const firstAttention = flat.reduce((sum, attention) => sum + attention, 0) / flat.length;
  const aboveChance = firstAttention - chance;
  const rate = { '0.3': sinkRate(flat, 0.3), '0.8': sinkRate(flat, 0.8) };
  const validationLoss = 6.24 - 2.8 * Math.sqrt(share) + 0.03 * noise();
  return {
    step,
    tokens: step * training.sequencesPerStep * model.contextLength,
    trainingLoss: step === 0 ? null : validationLoss - 0.1,
    validationLoss,
    sinkRate: rate,
    firstAttention,
    firstAttentionAboveChance: aboveChance,
    headFirstAttention,
    headFirstValueNorm: headFirstAttention.map((layer) => layer.map((attention) => 1 - 0.8 * (attention - chance))),
    prefix: {
      sinkRate: rate,
      firstAttention: prefixChance + aboveChance * (1 - prefixChance),
      firstAttentionAboveChance: aboveChance * (1 - prefixChance),
    },
    fingerprint: '0'.repeat(64),
  };
}
