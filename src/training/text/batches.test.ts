import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { describe, expect, test } from 'vitest';
import { TRAINING_VERSION } from '../version.ts';
import { heldOutBatches, trainingBatches } from './batches.ts';
import { type Packing, PackingError, packDocuments } from './packing.ts';

const special = { bos: 0, eos: 1 };

/** Documents of 1 to 7 tokens from 2 to 31. */
const documents = Array.from({ length: 200 }, (_, i) =>
  Array.from({ length: 1 + (i % 7) }, (_, j) => 2 + ((i + j) % 30)),
);

function pack(packing: Packing = { bos: 'none', mask: 'causal' }) {
  return packDocuments(documents, packing, special);
}

const options = { contextLength: 8, sequencesPerStep: 4, seed: 0 };

describe('training batches', () => {
  test('depend on seed and step alone', () => {
    const batches = trainingBatches(pack(), options);
    const later = batches(7);
    expect(batches(6)).not.toEqual(later);
    expect(trainingBatches(pack(), options)(7)).toEqual(later);
    expect(trainingBatches(pack(), { ...options, seed: 1 })(7)).not.toEqual(later);
  });

  test('have the shape of a step', () => {
    expect(trainingBatches(pack(), options)(0)).toMatchObject({ sequences: 4, length: 8 });
  });

  test('reach the whole text', () => {
    // Distinct first tokens of the stream's windows: here a text of as many tokens as windows, all different.
    const packed = packDocuments(
      [Array.from({ length: 20 }, (_, i) => i + 2)],
      { bos: 'none', mask: 'causal' },
      special,
    );
    const batches = trainingBatches(packed, { ...options, contextLength: 4 });
    const starts = new Set(
      Array.from({ length: 60 }, (_, step) => [...batches(step).inputs].filter((_, i) => i % 4 === 0)).flat(),
    );
    expect([...starts].sort((a, b) => a - b)).toEqual(Array.from({ length: 17 }, (_, i) => i + 2));
  });

  test('a text shorter than a window is refused at once', () => {
    expect(() => trainingBatches(pack(), { ...options, contextLength: 10_000 })).toThrow(PackingError);
  });

  test('their bits change only with the version', () => {
    const hashes = (['none', 'document', 'fixed'] as const).flatMap((bos) =>
      (['causal', 'document'] as const).map((mask) => {
        const hash = sha256.create();
        for (const step of [0, 1, 1000]) {
          const { inputs, targets, documents } = trainingBatches(pack({ bos, mask }), options)(step);
          for (const part of [inputs, targets, documents]) if (part) hash.update(new Uint8Array(part.buffer));
        }
        return `${bos} ${mask} ${bytesToHex(hash.digest()).slice(0, 16)}`;
      }),
    );
    const golden: Record<string, string[]> = {
      '1': [
        'none causal ef742814b57b021f',
        'none document dc479497325fcd4a',
        'document causal 752d622851e0a8e8',
        'document document 9a35aa81ec90cb45',
        'fixed causal 4292a8c0cf310ca7',
        'fixed document 0ea36df87a688aa5',
      ],
    };
    expect(golden[TRAINING_VERSION], 'raise TRAINING_VERSION and add its golden values').toEqual(hashes);
  });
});

describe('held-out batches', () => {
  test('are spread evenly over the text, from its start', () => {
    const packed = packDocuments(
      [Array.from({ length: 99 }, (_, i) => i + 2)],
      { bos: 'none', mask: 'causal' },
      special,
    );
    const batches = heldOutBatches(packed, { contextLength: 4, sequences: 5, sequencesPerBatch: 2 });
    expect(batches.map(({ sequences }) => sequences)).toEqual([2, 2, 1]);
    const starts = batches.flatMap(({ inputs, length }) => [...inputs].filter((_, i) => i % length === 0));
    expect(starts).toEqual([2, 21, 40, 59, 78]);
  });

  test('may hold every window once', () => {
    const packed = pack();
    const count = packed.tokens.length - 8;
    const [all] = heldOutBatches(packed, { contextLength: 8, sequences: count, sequencesPerBatch: count });
    expect([...all!.inputs].filter((_, i) => i % 8 === 0)).toEqual([...packed.tokens.subarray(0, count)]);
  });

  test('more sequences than windows are refused', () => {
    const packed = packDocuments([[2, 3, 4, 5]], { bos: 'none', mask: 'causal' }, special);
    expect(() => heldOutBatches(packed, { contextLength: 3, sequences: 3, sequencesPerBatch: 1 })).toThrow(
      /the text has 2 windows of 3 tokens, but 3 sequences are asked for/,
    );
  });

  test('a batch of no sequence is refused', () => {
    expect(() => heldOutBatches(pack(), { contextLength: 8, sequences: 2, sequencesPerBatch: 0 })).toThrow(
      PackingError,
    );
  });
});
