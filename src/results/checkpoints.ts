/**
 * The list of published checkpoints: states of long runs between two steps, from which a stretch can be trained again
 * without all that was before it. `npm run pipeline -- checkpoints` makes them. Small enough for a page: no schema library.
 */
/** Raise it when a list of the old shape can no longer be read. */
export const CHECKPOINTS_VERSION = 1;

/** Where checkpoints stand, from the folder of the site. */
export const CHECKPOINTS_FOLDER = 'checkpoints';

/** Bytes of the largest checkpoint that is published, or read: no file is parsed that could not be one. */
export const LARGEST_CHECKPOINT = 4_000_000;

export interface CheckpointEntry {
  /** The run's id. */
  run: string;
  /** Optimiser steps done; the run was evaluated after them. */
  step: number;
  bytes: number;
  /** Of the whole file, 64 hexadecimal digits. */
  sha256: string;
}

export interface CheckpointList {
  schemaVersion: typeof CHECKPOINTS_VERSION;
  /** By run and step. */
  checkpoints: CheckpointEntry[];
}

/** `checkpoints/1588691cd31be5b1/500.ftck`: from the folder of the site. */
export function checkpointPath({ run, step }: Pick<CheckpointEntry, 'run' | 'step'>): string {
  return `${CHECKPOINTS_FOLDER}/${run}/${step}.ftck`;
}

/**
 * Reads the list.
 * @param file the name for messages.
 * @throws {Error} saying what is wrong with it and what to do.
 */
export function readCheckpointList(text: string, file: string): CheckpointEntry[] {
  const remedy = 'Write it again with `npm run pipeline -- checkpoints`';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error(`${file}: not JSON: it was cut short or changed. ${remedy}`);
  }
  const { schemaVersion, checkpoints } = (value ?? {}) as Partial<CheckpointList>;
  if (schemaVersion !== CHECKPOINTS_VERSION) {
    throw new Error(
      `${file}: it has schema version ${JSON.stringify(schemaVersion)}, and this program reads ${CHECKPOINTS_VERSION}. ${remedy}`,
    );
  }
  if (!Array.isArray(checkpoints)) throw new Error(`${file}: it holds no list. ${remedy}`);
  const wrong = checkpoints.findIndex((entry) => !isEntry(entry));
  if (wrong >= 0) throw new Error(`${file}: entry ${wrong + 1} has no proper run, step, size and SHA-256. ${remedy}`);
  return checkpoints;
}

/** Run and step make a path, so they must be nothing but digits. */
function isEntry(entry: Partial<CheckpointEntry> | null): boolean {
  return (
    isHex(entry?.run, 16) &&
    isCount(entry?.step) &&
    isCount(entry?.bytes) &&
    entry.bytes <= LARGEST_CHECKPOINT &&
    isHex(entry?.sha256, 64)
  );
}

function isHex(value: unknown, digits: number): boolean {
  return typeof value === 'string' && value.length === digits && /^[0-9a-f]+$/.test(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}
