/**
 * Reading of exported files, with messages that say which file is wrong, where, and what to do. No Node API: the
 * pipeline reads from disk, the page from its own origin, and both hand the text over.
 */
import type { z } from 'zod';
import { analysisId, runId } from '../training/identity.ts';
import {
  type AnalysisResult,
  analysisResult,
  type ExperimentEstimates,
  type ExperimentResult,
  experimentEstimates,
  experimentResult,
  type NewSeeds,
  newSeeds,
  type ResultIndex,
  type Run,
  resultIndex,
  run,
  SCHEMA_VERSION,
} from './schema.ts';

/** What is wrong with a file of results. */
export type ResultFault = 'truncated' | 'not json' | 'other version' | 'not by schema' | 'wrong id';

/** A file of results that cannot be used. */
export class ResultError extends Error {
  override readonly name = 'ResultError';
  constructor(
    /** The file as the caller named it. */
    readonly file: string,
    readonly fault: ResultFault,
    /** What is wrong with it, without the file's name and the remedy. */
    readonly problem: string,
    remedy: string,
  ) {
    super(`${file}: ${problem}. ${remedy}`);
  }
}

/**
 * Reads `public/results/runs/<id>.json`.
 * @param file the name for messages.
 * @throws {ResultError}
 */
export function readRun(text: string, file: string): Run {
  const remedy = 'Make the run again with `npm run pipeline -- run --replace`';
  const found = read(text, run, file, remedy);
  const id = runId(found.specification, found.versions);
  if (found.id !== id) {
    const problem = `its id is ${found.id}, but its specification and versions give ${id}, so it was changed by hand`;
    throw new ResultError(file, 'wrong id', problem, remedy);
  }
  return found;
}

/**
 * Reads `public/results/analyses/<id>.json`.
 * @throws {ResultError}
 */
export function readAnalysis(text: string, file: string): AnalysisResult {
  const remedy = 'Make it again with `npm run pipeline -- run`';
  const found = read(text, analysisResult, file, remedy);
  const id = analysisId(found);
  if (found.id === id) return found;
  const problem = `its id is ${found.id}, but its analysis, version and run give ${id}, so it was changed by hand`;
  throw new ResultError(file, 'wrong id', problem, remedy);
}

/**
 * Reads `public/results/<experiment>.json`.
 * @throws {ResultError}
 */
export function readExperiment(text: string, file: string): ExperimentResult {
  return read(text, experimentResult, file, 'Write it again with `npm run pipeline -- export`');
}

/**
 * Reads `estimates/<experiment>.json`.
 * @throws {ResultError}
 */
export function readEstimates(text: string, file: string): ExperimentEstimates {
  return read(text, experimentEstimates, file, 'Build the site again with `npm run build`');
}

/**
 * Reads `public/results/new-seeds/<experiment>.json`.
 * @throws {ResultError}
 */
export function readNewSeeds(text: string, file: string): NewSeeds {
  return read(text, newSeeds, file, 'Make it again with `npm run pipeline -- run --seeds`');
}

/**
 * Reads `public/results/index.json`.
 * @throws {ResultError}
 */
export function readIndex(text: string, file: string): ResultIndex {
  return read(text, resultIndex, file, 'Write it again with `npm run pipeline -- export`');
}

function read<Schema extends z.ZodType>(text: string, schema: Schema, file: string, remedy: string): z.output<Schema> {
  const value = parse(text, file, remedy);
  const version = value !== null && typeof value === 'object' && 'schemaVersion' in value ? value.schemaVersion : null;
  if (typeof version === 'number' && version !== SCHEMA_VERSION) {
    const problem = `made by another version of this program: schema version ${version}, this one reads ${SCHEMA_VERSION}`;
    throw new ResultError(file, 'other version', problem, remedy);
  }
  const result = schema.safeParse(value);
  if (!result.success) {
    const { path, message } = result.error.issues[0]!;
    const others = result.error.issues.length - 1;
    const more = others === 0 ? '' : ` (and ${others} more)`;
    throw new ResultError(file, 'not by schema', `at ${formatPath(path)}: ${lowerFirst(message)}${more}`, remedy);
  }
  return result.data;
}

function parse(text: string, file: string, remedy: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // Every result is one object, so whole files end in a brace; the words of a SyntaxError differ between engines.
    if (!text.trimEnd().endsWith('}')) {
      const problem = text.trim() === '' ? 'the file is empty' : 'the file ends in the middle: it was cut short';
      throw new ResultError(file, 'truncated', problem, remedy);
    }
    throw new ResultError(file, 'not json', `not JSON: ${(error as SyntaxError).message}`, remedy);
  }
}

/** `evaluations[3].sinkRate["0.3"]`, as one would write it in JavaScript. */
function formatPath(path: PropertyKey[]): string {
  if (path.length === 0) return 'the top';
  return path
    .map((key, depth) => {
      if (typeof key === 'number') return `[${key}]`;
      const name = String(key);
      if (!/^[A-Za-z_]\w*$/.test(name)) return `[${JSON.stringify(name)}]`;
      return depth === 0 ? name : `.${name}`;
    })
    .join('');
}

function lowerFirst(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1);
}
