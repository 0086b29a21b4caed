import { describe, expect, it } from 'vitest';
import { IGNORED_TARGET } from '../engine/engine.ts';
import { packDocuments } from './text/packing.ts';
import { documentStarts, documentsBatch } from './two-readings.ts';

const special = { bos: 0, eos: 1 };
const packed = packDocuments(
  [
    [5, 6, 7],
    [8, 9],
    [10, 11, 12, 13],
  ],
  { bos: 'document', mask: 'causal' },
  special,
);

describe('documentStarts', () => {
  it('are of documents that are long enough, and never run into the next', () => {
    expect(documentStarts(packed, 3, 2).map((start) => [...start])).toEqual([
      [5, 6, 7],
      [10, 11, 12],
    ]);
    expect(() => documentStarts(packed, 3, 3)).toThrow('has 2 documents of 3 tokens or more, not 3');
  });
});

describe('documentsBatch', () => {
  const starts = documentStarts(packed, 3, 2);

  it('asks for the same tokens with <bos> and without', () => {
    const [bare, led] = [documentsBatch(starts, null), documentsBatch(starts, special.bos)];
    expect([...bare.inputs]).toEqual([5, 6, 7, 10, 11, 12]);
    expect([...bare.targets]).toEqual([6, 7, IGNORED_TARGET, 11, 12, IGNORED_TARGET]);
    expect([...led.inputs]).toEqual([0, 5, 6, 7, 0, 10, 11, 12]);
    expect([...led.targets]).toEqual([IGNORED_TARGET, 6, 7, IGNORED_TARGET, IGNORED_TARGET, 11, 12, IGNORED_TARGET]);
  });
});
