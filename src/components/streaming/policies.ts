/** What a reader may have a cache keep, by name. */
import type { CachePolicy } from '../../decoding/policy.ts';

export interface PolicyChoice {
  id: string;
  /** In a list to choose from. */
  label: string;
  /** @param size entries that the cache may hold. @param length tokens of the whole text. */
  policy: (size: number, length: number) => CachePolicy;
}

export const POLICIES = [
  { id: 'window', label: 'the nearest tokens', policy: (size) => ({ kind: 'window', size, first: 0 }) },
  { id: 'first-1', label: 'the first token and the nearest', policy: (size) => ({ kind: 'window', size, first: 1 }) },
  { id: 'first-2', label: 'the first two and the nearest', policy: (size) => ({ kind: 'window', size, first: 2 }) },
  { id: 'first-4', label: 'the first four and the nearest', policy: (size) => ({ kind: 'window', size, first: 4 }) },
  {
    id: 'key-diff',
    label: 'keys unlike the rest (KeyDiff)',
    policy: (size) => ({ kind: 'key-diff', size, recent: 0 }),
  },
  {
    id: 'key-diff-recent',
    label: 'the nearest half, and keys unlike the rest',
    policy: (size) => ({ kind: 'key-diff', size, recent: Math.floor(size / 2) }),
  },
  { id: 'full', label: 'everything', policy: (_, length) => ({ kind: 'full', size: length }) },
] as const satisfies readonly PolicyChoice[];

export type PolicyId = (typeof POLICIES)[number]['id'];

/** What a reader meets first. */
export const OPENING = {
  policies: ['window', 'first-1'],
  sizeOf: (contextLength: number) => contextLength / 2,
} as const satisfies { policies: readonly [PolicyId, PolicyId]; sizeOf: (contextLength: number) => number };

/** The least size of a cache, from which on every policy has something to give up. */
export const LEAST_SIZE = 6;
/** A text is read for so many contexts, as in the experiment `streaming`. */
export const CONTEXTS = 8;

export function nameOf(id: PolicyId): string {
  return POLICIES.find((choice) => choice.id === id)!.label;
}

export function policyOf(id: PolicyId, size: number, length: number): CachePolicy {
  return POLICIES.find((choice) => choice.id === id)!.policy(size, length);
}
