/** The runs that can be verified, reduced to what a page needs to offer them. The run itself is fetched when it is chosen. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { CheckpointEntry } from '../../results/checkpoints.ts';
import type { CodeVersions, ExperimentResult, Run } from '../../results/schema.ts';
import { canonicalJson } from '../../training/identity.ts';
import type { RunSpecification } from '../../training/specification.ts';

export interface RunEntry {
  id: string;
  seed: number;
  /** `digestOf` the run that the page was made from. */
  digest: string;
  /** Where a stretch of it can begin, beside its first weights; by step. */
  checkpoints: readonly Checkpoint[];
}

export type Checkpoint = Pick<CheckpointEntry, 'step' | 'bytes' | 'sha256'>;

/** The runs of one point of an experiment's grid: they differ in the seed alone. */
export interface RunGroup {
  /** Tells it from the other groups of its experiment. */
  label: string;
  /** The specification in a line. */
  line: string;
  steps: number;
  /** Steps between two evaluations. */
  every: number;
  tokensPerStep: number;
  /** Of the published runs, their median. */
  tokensPerSecond: number;
  /** SHA-256 of the text they were trained on. */
  text: string;
  /** SHA-256 of the file of their tokenizer; empty where this site does not serve it. */
  tokenizer: string;
  runs: RunEntry[];
}

export interface ExperimentRuns {
  experiment: string;
  title: string;
  groups: RunGroup[];
}

/** What this copy of the site is. */
export interface SiteFacts {
  version: string;
  /** Null where it was built outside a clone of the repository. */
  commit: string | null;
  versions: CodeVersions;
  /** SHA-256 of the compiled kernels. */
  kernels: string;
}

/** 16 hexadecimal digits of the SHA-256 of a run's file, whatever its spaces and the order of its keys. */
export function digestOf(run: Run): string {
  return bytesToHex(sha256(utf8ToBytes(canonicalJson(run)))).slice(0, 16);
}

/**
 * @param checkpointsOf the published checkpoints of a run.
 * @param tokenizerOf SHA-256 of the tokenizer's file that the site serves with a corpus; empty where it serves none.
 * @throws {Error} naming the run or text that the results lack.
 */
export function runsOf(
  result: ExperimentResult,
  tokenizerOf: (corpus: string) => string,
  checkpointsOf: (run: string) => readonly CheckpointEntry[],
): ExperimentRuns {
  const groups = result.groups.map(({ id: groupId, label: given, runs: ids }) => {
    const isAmbiguous = result.groups.filter(({ label }) => label === given).length > 1;
    const label = isAmbiguous ? `${given} (${groupId})` : given;
    const runs = ids.map((id) => {
      const run = result.runs.find((candidate) => candidate.id === id);
      if (!run) throw new Error(`the results of ${result.experiment} name run ${id} and do not hold it`);
      return run;
    });
    const { specification } = runs[0]!;
    const { model, data, training, evaluation } = specification;
    const text = result.corpora.find(({ id }) => id === data.corpus);
    if (!text) throw new Error(`the results of ${result.experiment} do not say what text “${data.corpus}” is`);
    const speeds = runs.map(({ execution }) => execution.tokensPerSecond).sort((a, b) => a - b);
    return {
      label,
      line: specificationLine(specification),
      steps: training.steps,
      every: evaluation.every,
      tokensPerStep: training.sequencesPerStep * model.contextLength,
      tokensPerSecond: speeds[Math.floor(speeds.length / 2)]!,
      text: text.sha256,
      tokenizer: tokenizerOf(data.corpus),
      runs: runs.map((run) => ({
        ...{ id: run.id, seed: run.specification.seed, digest: digestOf(run) },
        checkpoints: checkpointsOf(run.id).map(({ step, bytes, sha256 }) => ({ step, bytes, sha256 })),
      })),
    };
  });
  return { experiment: result.experiment, title: result.title, groups };
}

/** The specification in a line, for a reader who wants to know what is trained. */
export function specificationLine({ model, data, training }: RunSpecification): string {
  const { layers, heads, width, contextLength, attention } = model;
  const bos = { none: 'no <bos>', document: '<bos> before every document', fixed: '<bos> first in every sequence' };
  const source = data.language === null ? data.corpus : `a language sampled from ${data.corpus}`;
  return [
    `${counted(layers, 'layer')}, ${counted(heads, 'head')}, width ${width}, ${attention} attention`,
    `${source}, ${bos[data.bos]}`,
    `${counted(training.steps, 'step')} of ${training.sequencesPerStep} × ${contextLength} tokens`,
  ].join(' · ');
}

function counted(number: number, unit: string): string {
  return `${number.toLocaleString('en')} ${unit}${number === 1 ? '' : 's'}`;
}

/** A run, with the group and the experiment it belongs to. */
export interface Choice {
  experiment: ExperimentRuns;
  group: RunGroup;
  run: RunEntry;
}

/** The run of this id, in this experiment if it is there (experiments share runs), else in the first that has it. */
export function findRun(list: readonly ExperimentRuns[], id: string, experimentId: string | null): Choice | null {
  const preferred = list.filter(({ experiment }) => experiment === experimentId);
  for (const experiment of [...preferred, ...list]) {
    for (const group of experiment.groups) {
      const run = group.runs.find((candidate) => candidate.id === id);
      if (run) return { experiment, group, run };
    }
  }
  return null;
}

/** The run that is offered before the reader has chosen. */
export function firstRun(experiment: ExperimentRuns): Choice {
  const group = experiment.groups[0]!;
  return { experiment, group, run: group.runs[0]! };
}
