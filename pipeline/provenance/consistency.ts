/** Whether the published files are those of the manifest, and the results those of the code that stands here. */
import fs from 'node:fs';
import { join } from 'node:path';
import { KERNELS_ENGINE_VERSION } from '../../src/engine/kernels/version.ts';
import { MEASURES_VERSION } from '../../src/measures/sink.ts';
import { CHECKPOINTS_FOLDER, checkpointPath, readCheckpointList } from '../../src/results/checkpoints.ts';
import { readIndex } from '../../src/results/load.ts';
import { MANIFEST_PATH, type Manifest, parseManifest } from '../../src/results/manifest.ts';
import type { CodeVersions } from '../../src/results/schema.ts';
import { canonicalJson } from '../../src/training/identity.ts';
import { CORPUS_VERSION, TOKENIZER_VERSION } from '../../src/training/text/version.ts';
import { TRAINING_VERSION } from '../../src/training/version.ts';
import { manifestOf } from './manifest.ts';

const DESCRIBE = 'npm run pipeline -- manifest';

/** The versions of the code that made a run of the kernels, as `versionsOf` gives them, without loading any engine. */
export const KERNELS_VERSIONS: CodeVersions = {
  engine: `kernels/${KERNELS_ENGINE_VERSION}`,
  training: TRAINING_VERSION,
  measures: MEASURES_VERSION,
  corpus: CORPUS_VERSION,
  tokenizer: TOKENIZER_VERSION,
};

/**
 * What disagrees, in sentences that say what to run; empty where nothing does.
 * @param folder `public`
 */
export function inconsistencies(folder: string, current: CodeVersions = KERNELS_VERSIONS): string[] {
  let manifest: Manifest;
  try {
    manifest = parseManifest(fs.readFileSync(join(folder, MANIFEST_PATH), 'utf8'));
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return [
      `public/${MANIFEST_PATH}: ${missing ? 'it is missing' : (error as Error).message}. Write it with \`${DESCRIBE}\`.`,
    ];
  }
  return [
    ...fileDifferences(folder, manifest),
    ...versionDifferences(manifest, current),
    ...listDifferences(folder, manifest),
  ];
}

/** Lists that name the hashes of other files, and the runs that an export holds, which have files of their own. */
function listDifferences(folder: string, { files, versions }: Manifest): string[] {
  const hashes = new Map(files.map(({ path, sha256 }) => [path, sha256]));
  const found: string[] = [];
  try {
    const text = (path: string) => fs.readFileSync(join(folder, path), 'utf8');
    const { experiments } = readIndex(text('results/index.json'), 'results/index.json');
    const made = new Set(versions.map(canonicalJson));
    for (const { id, file, sha256 } of experiments) {
      if (hashes.get(`results/${file}`) !== sha256) found.push(`results/index.json names another results/${file}`);
      const { runs } = JSON.parse(text(`results/${file}`)) as { runs: { id: string; versions: CodeVersions }[] };
      for (const run of runs) {
        const own = `results/runs/${run.id}.json`;
        // A run's file may be gone where its export was kept; where it is there, the two hold the same.
        if (hashes.has(own) && canonicalJson(JSON.parse(text(own))) !== canonicalJson(run)) {
          found.push(`results/${file} holds another run ${run.id} than ${own}`);
        }
        if (!made.has(canonicalJson(run.versions)))
          found.push(`the manifest does not name the versions of run ${run.id}, ${id}`);
      }
    }
    const list = `${CHECKPOINTS_FOLDER}/index.json`;
    for (const entry of hashes.has(list) ? readCheckpointList(text(list), list) : []) {
      const path = checkpointPath(entry);
      if (hashes.get(path) !== entry.sha256) found.push(`${list} names another ${path}`);
    }
  } catch (error) {
    found.push((error as Error).message);
  }
  if (found.length === 0) return [];
  const more = found.length > 5 ? `, and ${found.length - 5} more` : '';
  return [
    `The published files do not fit each other: ${found.slice(0, 5).join('; ')}${more}. Write them anew with ` +
      '`npm run pipeline -- export` and `npm run pipeline -- checkpoints`.',
  ];
}

function fileDifferences(folder: string, { files }: Manifest): string[] {
  const listed = new Map(files.map((file) => [file.path, file]));
  const there = new Map(manifestOf(folder, []).files.map((file) => [file.path, file]));
  const found = [
    ...files.filter(({ path }) => !there.has(path)).map(({ path }) => `${path} is missing`),
    ...[...there.values()].flatMap(({ path, sha256 }) => {
      const entry = listed.get(path);
      if (!entry) return [`${path} is not in it`];
      return entry.sha256 === sha256 ? [] : [`${path} has other bytes (SHA-256 ${sha256}, listed ${entry.sha256})`];
    }),
  ];
  if (found.length === 0) return [];
  const more = found.length > 5 ? `, and ${found.length - 5} more` : '';
  return [
    `public/${MANIFEST_PATH} does not fit the files: ${found.slice(0, 5).join('; ')}${more}. If they are meant to be so, ` +
      `write the manifest anew with \`${DESCRIBE}\`; if not, \`git checkout public\` brings back what was committed.`,
  ];
}

function versionDifferences({ versions }: Manifest, current: CodeVersions): string[] {
  const kernels = current.engine.split('/')[0];
  return versions.flatMap((made) => {
    // Only runs of the kernels are made again by the page; another engine's say nothing of this code.
    if (made['engine']?.split('/')[0] !== kernels) return [];
    const parts = Object.entries(current).filter(([part, version]) => made[part] !== version);
    if (parts.length === 0) return [];
    const named = parts.map(([part, version]) => `${part} ${made[part]}, here ${version}`).join('; ');
    return [
      `The results were made by other code than stands here (${named}), so no reader could make them again. Train with ` +
        'this code, `npm run pipeline -- run --profile full`, or go back to the commit that made them.',
    ];
  });
}
