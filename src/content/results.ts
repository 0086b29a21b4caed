/** The exported results as the site reads them while it is built. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readExperiment, readNewSeeds } from '../results/load.ts';
import type { ExperimentResult, NewSeeds, Quotable } from '../results/schema.ts';

/** Where exported results stand. `RESULTS` names another folder: a preview of results that are not yet published. */
const folder = process.env['RESULTS'] ?? join('public', 'results');
const cache = new Map<string, ExperimentResult>();

/**
 * The results of one experiment.
 * @throws {Error} where there are none, naming the command that makes them.
 * @throws {ResultError} where the file cannot be used.
 */
export function experimentResults(id: string): ExperimentResult {
  const known = cache.get(id);
  if (known) return known;
  const file = join(folder, `${id}.json`);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new Error(
      `${file} is missing, and the site shows nothing that was not run. Make it with \`npm run pipeline -- run --only ${id}\`.`,
    );
  }
  const result = readExperiment(text, file);
  cache.set(id, result);
  return result;
}

/**
 * The same for an experiment that may not have been run yet: undefined where it has exported nothing.
 * @throws {ResultError} where there is a file that cannot be used.
 */
export function findResults(id: string): ExperimentResult | undefined {
  return existsSync(join(folder, `${id}.json`)) ? experimentResults(id) : undefined;
}

/**
 * New seeds that were held against the published ones of an experiment; undefined where none were.
 * @throws {ResultError} where there is a file that cannot be used.
 */
export function findNewSeeds(experiment: string): NewSeeds | undefined {
  const file = join(folder, 'new-seeds', `${experiment}.json`);
  return existsSync(file) ? readNewSeeds(readFileSync(file, 'utf8'), file) : undefined;
}

/**
 * Every experiment's new seeds, in the order of their names.
 * @throws {ResultError} where a file cannot be used.
 */
export function allNewSeeds(): NewSeeds[] {
  const names = existsSync(join(folder, 'new-seeds')) ? readdirSync(join(folder, 'new-seeds')).sort() : [];
  return names.map((name) => findNewSeeds(name.replace(/\.json$/, ''))!);
}

/** A number of ours, with where it comes from. */
export interface QuotedValue extends Quotable {
  experiment: string;
  /** Its key in the experiment's `values`. */
  key: string;
}

/**
 * Looks a number up by `experiment/key`, for example `emergence/final/sink-rate-0.3`.
 * @throws {Error} listing the keys that there are.
 */
export function quotedValue(of: string, results: (id: string) => ExperimentResult = experimentResults): QuotedValue {
  const [experiment = '', ...rest] = of.split('/');
  const key = rest.join('/');
  const { values } = results(experiment);
  const value = Object.hasOwn(values, key) ? values[key] : undefined;
  if (!value) {
    throw new Error(
      `<Value of="${of}" />: the results of ${experiment} have no value “${key}”. They have:\n  ${Object.keys(values).sort().join('\n  ')}`,
    );
  }
  return { ...value, experiment, key };
}
