import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PipelineError } from './errors.ts';
import { type FileSystem, writeAtomically } from './files.ts';

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'first-token-files-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

/** The real file system, but one call fails with this code. */
function failing(call: keyof FileSystem, code: string): FileSystem {
  return {
    ...fs,
    [call]: () => {
      throw Object.assign(new Error(`${code}: no`), { code });
    },
  };
}

describe('writeAtomically', () => {
  it('writes new files, folders included, and replaces old ones', () => {
    const file = join(folder, 'deep/er/result.json');
    writeAtomically(file, 'one');
    writeAtomically(file, new Uint8Array([0x74, 0x77, 0x6f]));
    expect(fs.readFileSync(file, 'utf8')).toBe('two');
    expect(fs.readdirSync(join(folder, 'deep/er'))).toEqual(['result.json']);
  });

  it.each<[keyof FileSystem, string, RegExp]>([
    ['writeSync', 'ENOSPC', /the disk is full\. Free some space/],
    ['fsyncSync', 'EDQUOT', /the disk is full/],
    ['openSync', 'EACCES', /not allowed\. Change the permissions/],
    ['openSync', 'EROFS', /read-only\. Work in a copy/],
    ['renameSync', 'EISDIR', /a folder stands where/],
    ['mkdirSync', 'EIO', /EIO: no/],
  ])(
    'when %s fails with %s: names file and remedy, keeps the old file, leaves nothing behind',
    (call, code, remedy) => {
      const file = join(folder, 'result.json');
      fs.writeFileSync(file, 'old');
      const write = () => writeAtomically(file, 'new', failing(call, code));
      expect(write).toThrow(PipelineError);
      expect(write).toThrow(remedy);
      expect(write).toThrow('result.json');
      expect(fs.readFileSync(file, 'utf8')).toBe('old');
      expect(fs.readdirSync(folder)).toEqual(['result.json']);
    },
  );

  it('goes on after a write that took only some of the bytes', () => {
    const file = join(folder, 'result.json');
    const slow: FileSystem = {
      ...fs,
      writeSync: ((handle: number, bytes: Uint8Array, offset: number) =>
        fs.writeSync(handle, bytes, offset, 1)) as FileSystem['writeSync'],
    };
    writeAtomically(file, 'whole', slow);
    expect(fs.readFileSync(file, 'utf8')).toBe('whole');
  });

  it('says so when a file stands where a folder is needed', () => {
    const file = join(folder, 'results');
    fs.writeFileSync(file, '');
    expect(() => writeAtomically(join(file, 'runs/a.json'), '{}')).toThrow(/a file stands where a folder is needed/);
  });

  it('reports a full disk of the system itself', () => {
    // /dev/full takes no byte; the temporary file is redirected there.
    const full: FileSystem = { ...fs, openSync: () => fs.openSync('/dev/full', 'w') };
    const file = join(folder, 'result.json');
    expect(() => writeAtomically(file, 'new', full)).toThrow(/the disk is full/);
    expect(fs.existsSync(file)).toBe(false);
  });
});
