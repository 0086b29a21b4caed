/** SHA-256 of every file that the site publishes beside its pages, read from the disk. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { MANIFEST_PATH, MANIFEST_VERSION, type Manifest, type ManifestFile } from '../../src/results/manifest.ts';
import type { CodeVersions, ExperimentResult } from '../../src/results/schema.ts';
import { canonicalJson } from '../../src/training/identity.ts';
import { PipelineError } from '../errors.ts';
import { reason, shown } from '../files.ts';

/** The folders under `public` whose files are in the manifest. */
export const MANIFEST_FOLDERS = ['checkpoints', 'corpora', 'figures', 'models', 'results'] as const;

/** The same hashes in the form that `sha256sum --check` reads. */
export const CHECKSUMS_PATH = 'results/SHA256SUMS';

/** The two that hold the hashes cannot hold their own. */
const NOT_LISTED: readonly string[] = [MANIFEST_PATH, CHECKSUMS_PATH];

/**
 * Hashes the files that stand there now. The same files give the same manifest.
 * @param folder `public`, or another folder with the same ones in it.
 * @throws {PipelineError} when one cannot be read.
 */
export function manifestOf(folder: string, experiments: readonly ExperimentResult[]): Manifest {
  return {
    schemaVersion: MANIFEST_VERSION,
    versions: versionsIn(experiments),
    files: publishedPaths(folder).map((path) => hashed(folder, path)),
  };
}

/** `<sha256>  <path>`, a line a file: `cd public && sha256sum --check results/SHA256SUMS`. */
export function checksumsOf({ files }: Manifest): string {
  return files.map(({ sha256, path }) => `${sha256}  ${path}\n`).join('');
}

/** The paths of all files that a manifest lists, from `folder`, in the order of their characters. */
export function publishedPaths(folder: string): string[] {
  return MANIFEST_FOLDERS.flatMap((name) => filesUnder(folder, name))
    .filter((path) => !NOT_LISTED.includes(path))
    .sort((a, b) => (a < b ? -1 : 1));
}

function filesUnder(folder: string, path: string): string[] {
  try {
    return fs
      .readdirSync(join(folder, path), { withFileTypes: true })
      .filter(({ name }) => !name.startsWith('.'))
      .flatMap((entry) =>
        entry.isDirectory() ? filesUnder(folder, `${path}/${entry.name}`) : [`${path}/${entry.name}`],
      );
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new PipelineError(`cannot read the folder ${shown(join(folder, path))}: ${reason(error)}`);
  }
}

function hashed(folder: string, path: string): ManifestFile {
  try {
    const content = fs.readFileSync(join(folder, path));
    const file = { path, bytes: content.length, sha256: sha256(content) };
    return path.endsWith('.gz') ? { ...file, unpackedSha256: sha256(gunzipSync(content)) } : file;
  } catch (error) {
    throw new PipelineError(`cannot read ${shown(join(folder, path))}: ${reason(error)}`);
  }
}

function sha256(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

function versionsIn(experiments: readonly ExperimentResult[]): CodeVersions[] {
  const distinct = new Map<string, CodeVersions>();
  for (const { runs } of experiments) for (const { versions } of runs) distinct.set(canonicalJson(versions), versions);
  return [...distinct].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, versions]) => versions);
}
