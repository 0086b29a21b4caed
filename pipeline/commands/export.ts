/** `export`: from finished runs to the files that the site reads. The same runs give the same bytes. */
import { ResultError } from '../../src/results/load.ts';
import { roundNumbers } from '../../src/results/round.ts';
import { type CorpusProvenance, type ExperimentResult, SCHEMA_VERSION } from '../../src/results/schema.ts';
import { analysisId } from '../../src/training/identity.ts';
import { PipelineError } from '../errors.ts';
import type { Experiment, FinishedGroup, GridPoint, Profile } from '../experiments/experiment.ts';
import { PROFILES, planGroups, planRuns } from '../plan.ts';
import { writeProvenance } from '../provenance/write.ts';
import type { IndexEntry } from '../store.ts';
import { type CommandContext, counted, say } from './context.ts';
import { type Finished, finishedGroups, finishedWork } from './finished.ts';
import { publishedWeights, publishWeights } from './publish-weights.ts';

/**
 * Exports every experiment with its largest profile that is complete. An experiment with none keeps the file that was
 * exported before, if there is one.
 * @returns 1 when such a file cannot be read, else 0.
 */
export async function exportResults(context: CommandContext): Promise<number> {
  const { store, experiments } = context;
  const finished = finishedWork(context);
  const entries: IndexEntry[] = [];
  let unreadable = 0;
  for (const experiment of experiments) {
    const before = readBefore(context, experiment.id);
    const result = await buildResult(experiment, finished, context);
    if (result) {
      const replaced = before?.result.profile === 'full' && result.profile === 'quick';
      entries.push(store.writeExperiment(result));
      say(
        context,
        `${experiment.id}: exported, ${result.profile} profile, ${counted(result.runs.length, 'run')}; ${result.verdict.outcome}`,
      );
      if (replaced) say(context, '  It takes the place of a full profile, whose runs are not there in this version.');
    } else if (before) {
      entries.push(before.entry);
      say(context, `${experiment.id}: kept as it was exported before (${missing(experiment, finished, context)})`);
    } else {
      if (before === undefined) unreadable++;
      say(context, `${experiment.id}: not exported (${missing(experiment, finished, context)})`);
    }
  }
  store.writeIndex({ schemaVersion: SCHEMA_VERSION, experiments: entries });
  store.writeJsonSchemas();
  writeProvenance(store);
  return unreadable === 0 ? 0 : 1;
}

/** The export that stands there, null without one, undefined (and told) when it cannot be read. */
function readBefore(context: CommandContext, id: string) {
  try {
    return context.store.readExperiment(id);
  } catch (error) {
    if (!(error instanceof ResultError)) throw error;
    say(context, error.message);
    return undefined;
  }
}

async function buildResult(
  experiment: Experiment,
  finished: Finished,
  context: CommandContext,
): Promise<ExperimentResult | null> {
  for (const profile of PROFILES.toReversed()) {
    const groups = finishedGroups(experiment, planGroups(experiment, profile, context.versionsOf), finished);
    if (groups) {
      return resultOf(experiment, profile, groups, context, (point, group, corpus) =>
        publishWeights(experiment, point, group, corpus, context),
      );
    }
  }
  return null;
}

/**
 * A published export computed anew from the runs and analyses of its profile, without writing anything; null where one
 * of them is missing. The same as was published, unless a run, an analysis, the export or the code has changed.
 */
export async function rebuildResult(
  experiment: Experiment,
  published: ExperimentResult,
  finished: Finished,
  context: CommandContext,
): Promise<ExperimentResult | null> {
  const { profile } = published;
  const groups = finishedGroups(experiment, planGroups(experiment, profile, context.versionsOf), finished);
  if (!groups) return null;
  return resultOf(experiment, profile, groups, context, (point, group) =>
    publishedWeights(experiment, point, group, context),
  );
}

async function resultOf(
  experiment: Experiment,
  profile: Profile,
  groups: FinishedGroup[],
  context: CommandContext,
  weightsOf: (point: GridPoint, group: FinishedGroup, corpus: CorpusProvenance) => string | undefined,
): Promise<ExperimentResult> {
  const { id, title, question, claims, criterion, amendment, analysis } = experiment;
  const runs = new Map(groups.flatMap(({ finishedRuns }) => finishedRuns.map((run) => [run.id, run])));
  const ids = [...new Set([...runs.values()].map(({ specification }) => specification.data.corpus))].sort();
  const corpora = await Promise.all(ids.map((corpus) => context.provenanceOf(corpus)));
  const folderOf = (group: FinishedGroup) => {
    const point = experiment.grids[profile].points.find((candidate) => candidate.id === group.id)!;
    const corpus = corpora.find((candidate) => candidate.id === point.specification.data.corpus)!;
    return weightsOf(point, group, corpus);
  };
  try {
    return {
      schemaVersion: SCHEMA_VERSION,
      experiment: id,
      title,
      question,
      claims,
      profile,
      criterion,
      ...(amendment === undefined ? {} : { amendment }),
      verdict: experiment.decide(groups),
      command: `npm run pipeline -- run --only ${id} --profile ${profile}`,
      corpora,
      analysis: analysis ? { id: analysis.id, version: analysis.version, description: analysis.description } : null,
      groups: groups.map((finished) => {
        const { finishedRuns: _runs, measuredRuns: _measured, ...group } = finished;
        const weights = folderOf(finished);
        return { ...group, ...(weights ? { weights } : {}) };
      }),
      values: roundNumbers(experiment.values(groups)),
      runs: [...runs.values()],
    };
  } catch (error) {
    throw new PipelineError(`cannot export ${id}: ${(error as Error).message}`);
  }
}

function missing(experiment: Experiment, { runs, analyses }: Finished, { versionsOf }: CommandContext): string {
  const parts = PROFILES.map((profile) => {
    const planned = planRuns([experiment], profile, versionsOf);
    const untrained = planned.filter(({ id }) => !runs.has(id)).length;
    const { analysis } = experiment;
    const unanalysed = analysis
      ? planned.filter(
          ({ id }) => !analyses.has(analysisId({ analysis: analysis.id, version: analysis.version, run: id })),
        ).length
      : 0;
    const also = unanalysed > untrained ? `, ${unanalysed} not analysed` : '';
    return `${profile}: ${untrained} of ${counted(planned.length, 'run')} missing${also}`;
  });
  return parts.join(', ');
}
