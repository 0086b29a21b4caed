/**
 * A run's name: a hash of everything that can change its bits, so that a finished run is recognised and never
 * computed twice.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { CodeVersions } from '../results/schema.ts';
import type { RunSpecification } from './specification.ts';

/** JSON without spaces and with the keys of every object in order, so that equal values give equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/** The id of a run: the first 16 hexadecimal digits of the SHA-256 of its specification and code versions. */
export function runId(specification: RunSpecification, versions: CodeVersions): string {
  return bytesToHex(sha256(utf8ToBytes(canonicalJson({ specification, versions })))).slice(0, 16);
}

/** The id of an analysis of a run, by the analysis, the version of its code and the run. */
export function analysisId({ analysis, version, run }: { analysis: string; version: string; run: string }): string {
  return bytesToHex(sha256(utf8ToBytes(canonicalJson({ analysis, version, run })))).slice(0, 16);
}
