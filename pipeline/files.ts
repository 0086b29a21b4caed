/**
 * Writing of files that are never half there: under a temporary name in the same folder, flushed to the disk, then
 * renamed. Whoever reads sees the old file or the new one, whatever happens in between.
 */
import nodeFs from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { PipelineError } from './errors.ts';

/** The part of `node:fs` that writing needs; tests put a failing one in its place. */
export type FileSystem = Pick<
  typeof nodeFs,
  'mkdirSync' | 'openSync' | 'writeSync' | 'fsyncSync' | 'closeSync' | 'renameSync' | 'rmSync'
>;

/**
 * Writes a whole file or, on failure, nothing.
 * @throws {PipelineError} naming the file, the reason and the remedy.
 */
export function writeAtomically(path: string, content: string | Uint8Array, fs: FileSystem = nodeFs): void {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  const temporary = join(dirname(path), temporaryName(basename(path), process.pid));
  let handle: number | undefined;
  try {
    fs.mkdirSync(dirname(path), { recursive: true });
    handle = fs.openSync(temporary, 'w');
    for (let written = 0; written < bytes.length; ) written += fs.writeSync(handle, bytes, written);
    fs.fsyncSync(handle);
    fs.closeSync(handle);
    handle = undefined;
    fs.renameSync(temporary, path);
  } catch (error) {
    removeQuietly(temporary, handle, fs);
    throw new PipelineError(`cannot write ${shown(path)}: ${reason(error)}`);
  }
}

/** The name under which a process writes a file, or a folder, before it gets its own. */
export function temporaryName(name: string, pid: number): string {
  return `.${name}.${pid}.tmp`;
}

/** The process that writes, or wrote, a temporary file; null for any other file. */
export function writerOf(name: string): number | null {
  const [, pid] = /^\..*\.(\d+)\.tmp$/.exec(name) ?? [];
  return pid === undefined ? null : Number(pid);
}

/** Whether a process with this id runs; if not, what it left behind can go. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** A path as a person would type it: relative to the folder they are in, where that is shorter. */
export function shown(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere !== '' && fromHere.length < path.length ? fromHere : path;
}

function removeQuietly(temporary: string, handle: number | undefined, fs: FileSystem): void {
  // The first error is the one to report; what goes wrong while tidying up after it would only hide it.
  try {
    if (handle !== undefined) fs.closeSync(handle);
  } catch {}
  try {
    fs.rmSync(temporary, { force: true });
  } catch {}
}

/** What a system error means and what to do about it. */
export function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return 'the disk is full. Free some space and give the same command again; finished runs are kept';
    case 'EACCES':
    case 'EPERM':
      return 'writing there is not allowed. Change the permissions of the folder and give the same command again';
    case 'EROFS':
      return 'the disk is read-only. Work in a copy of the project on a writable disk';
    case 'ENOTDIR':
    case 'EEXIST':
      return 'a file stands where a folder is needed. Move that file away and give the same command again';
    case 'EISDIR':
      return 'a folder stands where the file should be. Move that folder away and give the same command again';
    default:
      return message;
  }
}
