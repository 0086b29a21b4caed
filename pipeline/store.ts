/**
 * The files of the pipeline, and their only writer.
 *
 *   public/results/runs/<id>.json      a finished run; merging the work of several machines is copying these
 *   public/results/<experiment>.json   exported: an experiment with its runs, summaries and verdict
 *   public/results/index.json          exported: all experiments
 *   public/results/analyses/<id>.json  an analysis of a finished run's weights
 *   public/results/new-seeds/<experiment>.json  new seeds, held against what the published ones lead one to expect
 *   public/results/schema/*.json       exported: the JSON Schemas of these
 *   public/results/manifest.json, SHA256SUMS, ro-crate-metadata.json   exported last: what describes all the others
 *   .pipeline/<id>/state               an unfinished run, to be gone on with
 *   .pipeline/weights/<id>             the weights of a finished run
 *   .pipeline/set-aside/               unreadable run files that `run --replace` made again
 *
 * A file that cannot be read is reported by name and never overwritten unasked: it may be the only copy of something.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { jsonSchemas } from '../src/results/json-schema.ts';
import { ResultError, readAnalysis, readExperiment, readRun } from '../src/results/load.ts';
import { roundNumbers } from '../src/results/round.ts';
import {
  type AnalysisResult,
  analysisResult,
  type ExperimentResult,
  experimentEstimates,
  experimentResult,
  type NewSeeds,
  newSeeds,
  type ResultIndex,
  type Run,
  resultIndex,
  run as runSchema,
} from '../src/results/schema.ts';
import type { TrainingState } from '../src/training/loop.ts';
import type { Parameters } from '../src/transformer/parameters.ts';
import { PipelineError } from './errors.ts';
import { type FileSystem, isAlive, reason, shown, writeAtomically, writerOf } from './files.ts';
import { areWeightsOf, decodeWeights, encodeWeights } from './weights.ts';

export interface Folders {
  /** `public/results` */
  results: string;
  /** `.pipeline` */
  work: string;
}

/** An unfinished run. */
export interface UnfinishedRun {
  state: TrainingState;
  /** Seconds of training so far. */
  seconds: number;
}

/** Bytes, compressed, of the largest file that a page loads. */
const LARGEST_LOADED = 200_000;

/** What the index says of an experiment. */
export type IndexEntry = ResultIndex['experiments'][number];

/** What `public/results/runs` holds. */
export interface RunSurvey {
  runs: Map<string, Run>;
  /** By the id in the file's name: what is wrong with a file that cannot be read. */
  unreadable: Map<string, ResultError>;
}

/** Reads and writes runs, analyses and exports; a file is whole or not there, whenever it is interrupted. */
export class Store {
  constructor(
    readonly folders: Folders,
    private readonly fileSystem: FileSystem = fs,
  ) {}

  /** Reads every finished run; one that cannot be read is listed and left alone. */
  surveyRuns(): RunSurvey {
    const survey: RunSurvey = { runs: new Map(), unreadable: new Map() };
    for (const name of listFolder(join(this.folders.results, 'runs'))) {
      if (name.startsWith('.') || !name.endsWith('.json')) continue;
      const id = name.slice(0, -'.json'.length);
      try {
        survey.runs.set(id, this.readRunFile(id));
      } catch (error) {
        if (!(error instanceof ResultError)) throw error;
        survey.unreadable.set(id, error);
      }
    }
    return survey;
  }

  /** Removes the temporary files of processes that were killed in the middle of a write. */
  removeLeftovers(): void {
    for (const folder of ['', 'runs', 'analyses', 'schema'].map((name) => join(this.folders.results, name))) {
      for (const name of listFolder(folder)) {
        const pid = writerOf(name);
        if (pid !== null && !isAlive(pid)) fs.rmSync(join(folder, name), { force: true });
      }
    }
  }

  /** Reads every analysis by its id; one that cannot be read is told and counts as missing, since it can be made again. */
  surveyAnalyses(onDamage: (message: string) => void): Map<string, AnalysisResult> {
    const found = new Map<string, AnalysisResult>();
    for (const name of listFolder(join(this.folders.results, 'analyses'))) {
      if (name.startsWith('.') || !name.endsWith('.json')) continue;
      const file = join(this.folders.results, 'analyses', name);
      const text = readIfThere(file)?.toString('utf8');
      if (text === undefined) continue;
      try {
        const analysis = readAnalysis(text, shown(file));
        found.set(analysis.id, analysis);
      } catch (error) {
        if (!(error instanceof ResultError)) throw error;
        onDamage(error.message);
      }
    }
    return found;
  }

  /**
   * An analysis by its id, or null.
   * @throws {ResultError}
   */
  readAnalysis(id: string): AnalysisResult | null {
    const file = join(this.folders.results, 'analyses', `${id}.json`);
    const text = readIfThere(file)?.toString('utf8');
    return text === undefined ? null : readAnalysis(text, shown(file));
  }

  /** Writes an analysis, rounded and checked. */
  writeAnalysis(analysis: AnalysisResult): void {
    const rounded = { ...analysis, measured: roundNumbers(analysis.measured) };
    this.writeJson(join(this.folders.results, 'analyses', `${analysis.id}.json`), analysisResult.parse(rounded));
  }

  /** The weights of a finished run, or null when they are not there or not these. */
  readWeights(run: Run): Parameters | null {
    const bytes = readIfThere(this.weightsFile(run.id));
    if (bytes === null) return null;
    const parameters = decodeWeights(run.specification.model, bytes);
    return parameters !== null && areWeightsOf(run, parameters) ? parameters : null;
  }

  hasWeights(id: string): boolean {
    return fs.existsSync(this.weightsFile(id));
  }

  writeWeights({ id, specification }: Pick<Run, 'id' | 'specification'>, parameters: Parameters): void {
    writeAtomically(this.weightsFile(id), encodeWeights(specification.model, parameters), this.fileSystem);
  }

  /** Writes a finished run, rounded and checked, and forgets its unfinished state. */
  writeRun(run: Run): void {
    const rounded = { ...run, evaluations: roundNumbers(run.evaluations) };
    this.writeJson(this.runFile(run.id), runSchema.parse(rounded));
    this.removeUnfinished(run.id);
  }

  /** Moves an unreadable run file out of the way and returns where it went. */
  setAside(id: string): string {
    const folder = join(this.folders.work, 'set-aside');
    const file = this.runFile(id);
    try {
      fs.mkdirSync(folder, { recursive: true });
      let target = join(folder, `${id}.json`);
      for (let copy = 2; fs.existsSync(target); copy++) target = join(folder, `${id}-${copy}.json`);
      fs.renameSync(file, target);
      return shown(target);
    } catch (error) {
      throw new PipelineError(`cannot move ${shown(file)} aside: ${reason(error)}`);
    }
  }

  /**
   * The unfinished state of a run, or null. A damaged state is worth no more than the time to train again, so it is
   * reported through `onDamage` and passed over.
   */
  readUnfinished(id: string, onDamage: (message: string) => void): UnfinishedRun | null {
    const file = this.stateFile(id);
    const bytes = readIfThere(file);
    if (bytes === null) return null;
    try {
      return decodeState(bytes);
    } catch (error) {
      onDamage(`${shown(file)} is damaged (${(error as Error).message}); the run starts from the beginning`);
      return null;
    }
  }

  writeUnfinished(id: string, unfinished: UnfinishedRun): void {
    writeAtomically(this.stateFile(id), encodeState(unfinished), this.fileSystem);
  }

  hasUnfinished(id: string): boolean {
    return fs.existsSync(this.stateFile(id));
  }

  removeUnfinished(id: string): void {
    fs.rmSync(join(this.folders.work, id), { recursive: true, force: true });
  }

  /**
   * The exported experiment with its entry of the index, or null when there is none.
   * @throws {ResultError}
   */
  readExperiment(id: string): { result: ExperimentResult; entry: IndexEntry } | null {
    const file = join(this.folders.results, `${id}.json`);
    const text = readIfThere(file)?.toString('utf8');
    if (text === undefined) return null;
    const result = readExperiment(text, shown(file));
    return { result, entry: indexEntry(result, text) };
  }

  /**
   * Writes an experiment and returns its entry of the index.
   * @throws {PipelineError} when its estimates would be too much for a page to load.
   */
  writeExperiment(result: ExperimentResult): IndexEntry {
    const path = join(this.folders.results, `${result.experiment}.json`);
    // Runs are files of their own, which a page fetches one by one.
    const compressed = gzipSync(JSON.stringify(experimentEstimates.parse(result))).length;
    if (compressed > LARGEST_LOADED) {
      throw new PipelineError(
        `the estimates of ${shown(path)} would have ${Math.round(compressed / 1000)} kB compressed, and a page may load ` +
          `${LARGEST_LOADED / 1000}; evaluate more rarely in its grid, or measure shorter tables`,
      );
    }
    writeAtomically(path, exportText(result), this.fileSystem);
    return exportEntry(result);
  }

  writeNewSeeds(record: NewSeeds): void {
    this.writeJson(join(this.folders.results, 'new-seeds', `${record.experiment}.json`), newSeeds.parse(record));
  }

  writeIndex(index: ResultIndex): void {
    this.writeJson(join(this.folders.results, 'index.json'), resultIndex.parse(index));
  }

  writeJsonSchemas(): void {
    for (const [name, schema] of Object.entries(jsonSchemas())) {
      this.writeJson(join(this.folders.results, 'schema', name), schema);
    }
  }

  /** Writes a file that describes the others. */
  writeProvenance(name: string, text: string): void {
    writeAtomically(join(this.folders.results, name), text, this.fileSystem);
  }

  /** A finished run by its id, or null. */
  readRun(id: string): Run | null {
    return fs.existsSync(this.runFile(id)) ? this.readRunFile(id) : null;
  }

  private readRunFile(id: string): Run {
    const file = this.runFile(id);
    const bytes = readIfThere(file);
    if (bytes === null) throw new PipelineError(`${shown(file)} disappeared while it was being read; try again`);
    const run = readRun(bytes.toString('utf8'), shown(file));
    if (run.id !== id) {
      const remedy = `Rename it to ${run.id}.json`;
      throw new ResultError(
        shown(file),
        'wrong id',
        `the file holds run ${run.id}, not the one it is named after`,
        remedy,
      );
    }
    return run;
  }

  private writeJson(path: string, value: unknown): void {
    writeAtomically(path, jsonText(value), this.fileSystem);
  }

  private runFile(id: string): string {
    return join(this.folders.results, 'runs', `${id}.json`);
  }

  private weightsFile(id: string): string {
    return join(this.folders.work, 'weights', id);
  }

  private stateFile(id: string): string {
    return join(this.folders.work, id, 'state');
  }
}

/** What the index says of an experiment when it is exported. */
export function exportEntry(result: ExperimentResult): IndexEntry {
  return indexEntry(result, exportText(result));
}

/** The file of an exported experiment, the keys in the order of the schema. */
function exportText(result: ExperimentResult): string {
  return jsonText(experimentResult.parse(result));
}

function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 1)}\n`;
}

/** The entry of an experiment whose file holds this text. */
function indexEntry({ experiment, title, profile, verdict }: ExperimentResult, text: string): IndexEntry {
  return { id: experiment, title, profile, outcome: verdict.outcome, file: `${experiment}.json`, sha256: sha256(text) };
}

/** A line of JSON, then the engine's checkpoint: one file, so that the two always belong together. */
function encodeState({ state: { checkpoint, ...progress }, seconds }: UnfinishedRun): Uint8Array {
  const header = { ...progress, seconds, checkpointSha256: sha256(checkpoint) };
  return Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), checkpoint]);
}

function decodeState(bytes: Buffer): UnfinishedRun {
  const end = bytes.indexOf('\n');
  if (end < 0) throw new Error('it has no header');
  const { seconds, checkpointSha256, ...progress } = JSON.parse(bytes.toString('utf8', 0, end));
  const checkpoint = new Uint8Array(bytes.subarray(end + 1));
  if (sha256(checkpoint) !== checkpointSha256) throw new Error('its checkpoint is not the one that was written');
  return { state: { ...progress, checkpoint }, seconds };
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

function listFolder(folder: string): string[] {
  try {
    return fs.readdirSync(folder).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new PipelineError(`cannot read the folder ${shown(folder)}: ${reason(error)}`);
  }
}

function readIfThere(file: string): Buffer | null {
  try {
    return fs.readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new PipelineError(`cannot read ${shown(file)}: ${reason(error)}`);
  }
}
