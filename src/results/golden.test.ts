/**
 * Files of each schema version, as they were written then. When one can no longer be read, published results cannot
 * either: raise `SCHEMA_VERSION` and put files of the new version here.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readExperiment, readIndex, readRun } from './load.ts';
import { SCHEMA_VERSION } from './schema.ts';

function golden(name: string): string {
  return readFileSync(new URL(`./golden/${name}-${SCHEMA_VERSION}.json`, import.meta.url), 'utf8');
}

describe(`files of schema version ${SCHEMA_VERSION}`, () => {
  it.each([
    ['run', readRun],
    ['experiment', readExperiment],
    ['index', readIndex],
  ] as const)('%s can be read, and says what it said', (name, read) => {
    expect(read(golden(name), name)).toEqual(JSON.parse(golden(name)));
  });
});
