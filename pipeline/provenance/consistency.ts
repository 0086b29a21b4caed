/** Whether the published files are those of the manifest, and the results those of the code that stands here. */
import fs from 'node:fs';
import { join } from 'node:path';
import { KERNELS_ENGINE_VERSION } from '../../src/engine/kernels/version.ts';
import { MEASURES_VERSION } from '../../src/measures/sink.ts';
import { MANIFEST_PATH, type Manifest, parseManifest } from '../../src/results/manifest.ts';
import type { CodeVersions } from '../../src/results/schema.ts';
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
  return [...fileDifferences(folder, manifest), ...versionDifferences(manifest, current)];
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
