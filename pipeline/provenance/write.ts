/** Writes what describes all other published files: the crate, then the manifest, which holds the crate's hash too. */
import fs from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readIndex } from '../../src/results/load.ts';
import { MANIFEST_PATH } from '../../src/results/manifest.ts';
import type { ExperimentResult } from '../../src/results/schema.ts';
import { shown } from '../files.ts';
import type { Store } from '../store.ts';
import { CHECKSUMS_PATH, checksumsOf, manifestOf } from './manifest.ts';
import { type CrateFile, RO_CRATE_FILE, roCrate } from './ro-crate.ts';

/**
 * To be called last, when everything else stands. Without an exported experiment there is nothing to describe, and
 * nothing is written.
 * @returns how many files the manifest lists.
 * @throws {PipelineError | ResultError} when a file cannot be read or written.
 */
export function writeProvenance(store: Store): number {
  const folder = join(store.folders.results, '..');
  const experiments = exportedExperiments(store);
  if (experiments.length === 0) return 0;
  const files = manifestOf(folder, experiments)
    .files.filter(({ path }) => path.startsWith('results/'))
    .map(({ path, bytes }): CrateFile => ({ path: inResults(path), bytes }))
    .filter(({ path }) => path !== RO_CRATE_FILE);
  const written = [CHECKSUMS_PATH, MANIFEST_PATH].map((path): CrateFile => ({ path: inResults(path), bytes: null }));
  store.writeProvenance(
    RO_CRATE_FILE,
    json(roCrate({ files: [...files, ...written], experiments, software: software() })),
  );
  const manifest = manifestOf(folder, experiments);
  store.writeProvenance(inResults(CHECKSUMS_PATH), checksumsOf(manifest));
  store.writeProvenance(inResults(MANIFEST_PATH), json(manifest));
  return manifest.files.length;
}

/** The experiments that the index names. */
function exportedExperiments(store: Store): ExperimentResult[] {
  const file = join(store.folders.results, 'index.json');
  if (!fs.existsSync(file)) return [];
  const { experiments } = readIndex(fs.readFileSync(file, 'utf8'), shown(file));
  return experiments.map(({ id }) => store.readExperiment(id)?.result).filter((result) => result !== undefined);
}

function inResults(path: string): string {
  return path.slice('results/'.length);
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 1)}\n`;
}

function software() {
  const { name, version, repository } = JSON.parse(
    fs.readFileSync(fileURLToPath(new URL('../../package.json', import.meta.url)), 'utf8'),
  ) as { name: string; version: string; repository?: string | { url: string } };
  const address = typeof repository === 'string' ? repository : (repository?.url ?? null);
  return { name, version, repository: address?.replace(/^git\+/, '').replace(/\.git$/, '') ?? null };
}
