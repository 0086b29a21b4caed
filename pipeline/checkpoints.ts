/**
 * Published checkpoints, `public/checkpoints/<run>/<step>.ftck`, and their list, `index.json` beside them. A checkpoint is
 * written by the worker that has just found the run's published fingerprint there; the list is made from what stands.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { join } from 'node:path';
import {
  CHECKPOINTS_FOLDER,
  CHECKPOINTS_VERSION,
  type CheckpointEntry,
  checkpointPath,
  LARGEST_CHECKPOINT,
  readCheckpointList,
} from '../src/results/checkpoints.ts';
import type { Run } from '../src/results/schema.ts';
import type { TrainingState } from '../src/training/loop.ts';
import { PipelineError } from './errors.ts';
import { reason, shown, writeAtomically } from './files.ts';

/** `public` */
export type PublicFolder = string;

const LIST = join(CHECKPOINTS_FOLDER, 'index.json');

/**
 * Publishes the state of a run after `step`.
 * @throws {PipelineError} when it is larger than any reader takes.
 */
export function writeCheckpoint(folder: PublicFolder, run: string, step: number, bytes: Uint8Array): void {
  const file = join(folder, checkpointPath({ run, step }));
  if (bytes.length > LARGEST_CHECKPOINT) {
    throw new PipelineError(
      `${shown(file)} would have ${bytes.length} bytes, more than the ${LARGEST_CHECKPOINT} that are read`,
    );
  }
  writeAtomically(file, bytes);
}

/** The checkpoints that are listed; none where there is no list. */
export function publishedCheckpoints(folder: PublicFolder): CheckpointEntry[] {
  const file = join(folder, LIST);
  if (!fs.existsSync(file)) return [];
  try {
    return readCheckpointList(fs.readFileSync(file, 'utf8'), shown(file));
  } catch (error) {
    throw new PipelineError((error as Error).message, { cause: error });
  }
}

/**
 * Lists the checkpoints that stand there; those of runs that are published no more are removed, since nothing can be
 * compared with them.
 * @returns the list, and the paths of what was removed.
 */
export function listCheckpoints(
  folder: PublicFolder,
  isPublished: (run: string) => boolean,
): { listed: CheckpointEntry[]; removed: string[] } {
  const listed: CheckpointEntry[] = [];
  const removed: string[] = [];
  const root = join(folder, CHECKPOINTS_FOLDER);
  if (!fs.existsSync(root)) return { listed, removed };
  try {
    for (const run of fs.readdirSync(root).sort()) {
      if (!/^[0-9a-f]{16}$/.test(run)) continue;
      if (!isPublished(run)) {
        fs.rmSync(join(root, run), { recursive: true });
        removed.push(`${CHECKPOINTS_FOLDER}/${run}`);
        continue;
      }
      const steps = fs.readdirSync(join(root, run)).flatMap((name) => /^([1-9]\d*)\.ftck$/.exec(name)?.[1] ?? []);
      for (const step of steps.map(Number).sort((a, b) => a - b)) {
        const content = fs.readFileSync(join(folder, checkpointPath({ run, step })));
        listed.push({ run, step, bytes: content.length, sha256: sha256(content) });
      }
    }
  } catch (error) {
    throw new PipelineError(`cannot list ${shown(root)}: ${reason(error)}`, { cause: error });
  }
  const list = { schemaVersion: CHECKPOINTS_VERSION, checkpoints: listed };
  writeAtomically(join(folder, LIST), `${JSON.stringify(list, null, 1)}\n`);
  return { listed, removed };
}

/**
 * The state from which a run goes on after a published checkpoint. The evaluation at its step is not among those of the
 * state, so that it is made again and compared, too: it tells whether the parameters are the published ones.
 * @throws {PipelineError} where there is no such checkpoint, or other bytes than those listed.
 */
export function readCheckpointState(folder: PublicFolder, run: Run, step: number): TrainingState {
  const entry = publishedCheckpoints(folder).find((candidate) => candidate.run === run.id && candidate.step === step);
  if (!entry) throw new PipelineError(`no checkpoint of run ${run.id} is published for step ${step}`);
  const file = join(folder, checkpointPath(entry));
  let checkpoint: Uint8Array;
  try {
    checkpoint = new Uint8Array(fs.readFileSync(file));
  } catch (error) {
    throw new PipelineError(`cannot read ${shown(file)}: ${reason(error)}`);
  }
  const found = sha256(checkpoint);
  if (found !== entry.sha256) {
    throw new PipelineError(`${shown(file)} is not the file that is listed: SHA-256 ${found}, listed ${entry.sha256}`);
  }
  return { step, lossSum: 0, evaluations: run.evaluations.filter((evaluation) => evaluation.step < step), checkpoint };
}

function sha256(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
