/** A published checkpoint, fetched from the site's own origin and hashed as it came. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { LARGEST_CHECKPOINT } from '../../results/checkpoints.ts';
import { ProblemError } from './problems.ts';
import type { Beginning } from './protocol.ts';

/**
 * Nothing is read of a file that is longer than any checkpoint; whether it is the published one is for the page to say.
 * @throws {ProblemError} when it cannot be fetched, or is too long.
 */
export async function fetchCheckpoint({ address, step }: Beginning): Promise<{ bytes: Uint8Array; hash: string }> {
  let response: Response;
  try {
    response = await fetch(address);
  } catch {
    throw problem(`The checkpoint of step ${step} could not be fetched: no answer for ${address}.`);
  }
  if (!response.ok)
    throw problem(`The checkpoint of step ${step} could not be fetched: ${response.status} for ${address}.`);
  const bytes = await readUpTo(LARGEST_CHECKPOINT, response);
  if (bytes === null)
    throw problem(`The checkpoint of step ${step} is larger than any checkpoint, so it was not read.`);
  return { bytes, hash: bytesToHex(sha256(bytes)) };
}

/** The body, or null where it is longer; no more than that is ever held. */
async function readUpTo(limit: number, { body }: Response): Promise<Uint8Array | null> {
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = body?.getReader();
  while (reader) {
    const { value, done } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > limit) {
      await reader.cancel();
      return null;
    }
    parts.push(value);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function problem(message: string): ProblemError {
  return new ProblemError({
    message,
    remedy: 'Verify again, or from the first weights; if it lasts, this copy of the site is incomplete or was changed.',
  });
}
