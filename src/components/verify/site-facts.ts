/** What a built page says of the site that it belongs to; read while the site is built, so Node only. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { KERNELS_ENGINE_VERSION } from '../../engine/kernels/version.ts';
import { MEASURES_VERSION } from '../../measures/sink.ts';
import { CHECKPOINTS_FOLDER, type CheckpointEntry, readCheckpointList } from '../../results/checkpoints.ts';
import { CORPUS_VERSION, TOKENIZER_VERSION } from '../../training/text/version.ts';
import { TRAINING_VERSION } from '../../training/version.ts';
import type { SiteFacts } from './runs.ts';

let known: SiteFacts | undefined;

/** The version, commit and kernels that this build is made of. */
export function siteFacts(): SiteFacts {
  known ??= {
    version: JSON.parse(readFileSync('package.json', 'utf8')).version,
    commit: commit(),
    versions: {
      engine: `kernels/${KERNELS_ENGINE_VERSION}`,
      training: TRAINING_VERSION,
      measures: MEASURES_VERSION,
      corpus: CORPUS_VERSION,
      tokenizer: TOKENIZER_VERSION,
    },
    kernels: hashOf(join('src', 'engine', 'kernels', 'kernels.wasm')),
  };
  return known;
}

/** SHA-256 of the tokenizer that the site serves with a corpus; empty where it serves none. */
export function servedTokenizer(corpus: string): string {
  const file = join('public', 'corpora', corpus, 'tokenizer.json');
  return existsSync(file) ? hashOf(file) : '';
}

let listed: readonly CheckpointEntry[] | undefined;

/** The published checkpoints of a run, by step. */
export function servedCheckpoints(run: string): CheckpointEntry[] {
  const file = join('public', CHECKPOINTS_FOLDER, 'index.json');
  listed ??= existsSync(file) ? readCheckpointList(readFileSync(file, 'utf8'), file) : [];
  return listed.filter((entry) => entry.run === run);
}

function hashOf(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

function commit(): string | null {
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return null; // an archive of the source has no history
  }
}
