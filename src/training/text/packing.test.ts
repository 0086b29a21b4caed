import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Batch, IGNORED_TARGET, SHARED_DOCUMENT } from '../../engine/engine.ts';
import { type Packing, PackingError, packDocuments, windowCount, windowsAt } from './packing.ts';

const special = { bos: 0, eos: 1 };
const BOS = special.bos;
const EOS = special.eos;
const none = IGNORED_TARGET;

/** Two documents and the start of a third: the stream is [<bos>] 5 6 1 [<bos>] 7 1 [<bos>] 8 9 1. */
const texts = [[5, 6], [7], [8, 9]];

function window(packing: Packing, offset: number, length: number) {
  const { inputs, targets, documents } = windowsAt(packDocuments(texts, packing, special), [offset], length);
  return { inputs: [...inputs], targets: [...targets], documents: documents && [...documents] };
}

describe('hand-worked windows', () => {
  test('no <bos>, causal', () => {
    expect(window({ bos: 'none', mask: 'causal' }, 1, 5)).toEqual({
      inputs: [6, EOS, 7, EOS, 8],
      targets: [EOS, 7, EOS, 8, 9],
      documents: undefined,
    });
  });

  test('no <bos>, within documents: an <eos> belongs to the document it ends', () => {
    expect(window({ bos: 'none', mask: 'document' }, 1, 5)).toEqual({
      inputs: [6, EOS, 7, EOS, 8],
      targets: [EOS, 7, EOS, 8, 9],
      documents: [1, 1, 2, 2, 3],
    });
  });

  test('<bos> at document starts, causal: a <bos> is read but not predicted', () => {
    expect(window({ bos: 'document', mask: 'causal' }, 2, 6)).toEqual({
      inputs: [6, EOS, BOS, 7, EOS, BOS],
      targets: [EOS, none, 7, EOS, none, 8],
      documents: undefined,
    });
  });

  test('<bos> at document starts, within documents: a <bos> belongs to the document it starts', () => {
    expect(window({ bos: 'document', mask: 'document' }, 2, 6)).toEqual({
      inputs: [6, EOS, BOS, 7, EOS, BOS],
      targets: [EOS, none, 7, EOS, none, 8],
      documents: [1, 1, 2, 2, 2, 3],
    });
  });

  test('<bos> fixed, causal: the first input gives way', () => {
    expect(window({ bos: 'fixed', mask: 'causal' }, 1, 5)).toEqual({
      inputs: [BOS, EOS, 7, EOS, 8],
      targets: [EOS, 7, EOS, 8, 9],
      documents: undefined,
    });
  });

  test('<bos> fixed, within documents: every token may attend to it', () => {
    expect(window({ bos: 'fixed', mask: 'document' }, 1, 5)).toEqual({
      inputs: [BOS, EOS, 7, EOS, 8],
      targets: [EOS, 7, EOS, 8, 9],
      documents: [SHARED_DOCUMENT, 1, 2, 2, 3],
    });
  });
});

test('a fixed <bos> that replaces an <eos> starts no further document', () => {
  expect(window({ bos: 'fixed', mask: 'document' }, 2, 3)).toEqual({
    inputs: [BOS, 7, EOS],
    targets: [7, EOS, 8],
    documents: [SHARED_DOCUMENT, 1, 1],
  });
});

test('several offsets are several rows', () => {
  const packed = packDocuments(texts, { bos: 'none', mask: 'document' }, special);
  const batch = windowsAt(packed, [0, 3], 3);
  expect(batch).toMatchObject({ sequences: 2, length: 3 });
  expect([...batch.inputs]).toEqual([5, 6, EOS, 7, EOS, 8]);
  expect([...batch.targets]).toEqual([6, EOS, 7, EOS, 8, 9]);
  expect([...batch.documents!]).toEqual([1, 1, 1, 1, 1, 2]);
});

const bosModes = ['none', 'document', 'fixed'] as const;
const packings = fc.record({ bos: fc.constantFrom(...bosModes), mask: fc.constantFrom('causal', 'document') });
const manyDocuments = fc.array(fc.array(fc.integer({ min: 2, max: 20 }), { maxLength: 8 }), {
  minLength: 3,
  maxLength: 12,
});

/** Every window of a packed text. */
function allWindows(documents: number[][], packing: Packing, length: number): { batch: Batch; stream: number[] } {
  const packed = packDocuments(documents, packing, special);
  const offsets = Array.from({ length: windowCount(packed, length) }, (_, offset) => offset);
  return { batch: windowsAt(packed, offsets, length), stream: [...packed.tokens] };
}

describe('properties', () => {
  test('a target is the next token of the stream, or ignored where that is <bos>', () => {
    fc.assert(
      fc.property(manyDocuments, packings, fc.constantFrom(1, 2), (documents, packing, length) => {
        const { batch, stream } = allWindows(documents, packing, length);
        for (let offset = 0; offset < batch.sequences; offset++) {
          for (let t = 0; t < length; t++) {
            const next = stream[offset + t + 1]!;
            expect(batch.targets[offset * length + t]).toBe(next === BOS ? none : next);
            const replaced = packing.bos === 'fixed' && t === 0;
            expect(batch.inputs[offset * length + t]).toBe(replaced ? BOS : stream[offset + t]);
          }
        }
      }),
    );
  });

  test('a token may attend only to its own document and a fixed <bos>', () => {
    fc.assert(
      fc.property(manyDocuments, fc.constantFrom(...bosModes), (documents, bos) => {
        const length = 3;
        const packed = packDocuments([[2, 3], ...documents], { bos, mask: 'document' }, special);
        // The true document of each token of the stream, counted independently.
        const perDocument = bos === 'document' ? 2 : 1;
        const owner = [[2, 3], ...documents].flatMap((document, index) =>
          Array(document.length + perDocument).fill(index),
        );
        expect(owner.length).toBe(packed.tokens.length);
        for (let offset = 0; offset < windowCount(packed, length); offset++) {
          const ids = windowsAt(packed, [offset], length).documents!;
          for (let t = 0; t < length; t++) {
            for (let j = 0; j < t; j++) {
              const shared = bos === 'fixed' && j === 0;
              const visible = ids[j] === ids[t] || ids[j] === SHARED_DOCUMENT;
              expect(visible).toBe(shared || owner[offset + j] === owner[offset + t]);
            }
          }
        }
      }),
    );
  });

  test('with bos none and fixed, the same window predicts the same tokens', () => {
    fc.assert(
      fc.property(manyDocuments, fc.constantFrom('causal' as const, 'document' as const), (documents, mask) => {
        const targets = (bos: Packing['bos']) => [...allWindows(documents, { bos, mask }, 2).batch.targets];
        expect(targets('fixed')).toEqual(targets('none'));
      }),
    );
  });

  test('over the whole stream, the predicted tokens do not depend on bos', () => {
    fc.assert(
      fc.property(manyDocuments, (documents) => {
        const text = documents.flatMap((document) => [...document, EOS]);
        for (const bos of bosModes) {
          const packed = packDocuments(documents, { bos, mask: 'causal' }, special);
          const whole = windowsAt(packed, [0], packed.tokens.length - 1);
          const predicted = [...whole.targets].filter((target) => target !== none);
          // The very first token has nothing before it, unless that is a <bos>.
          expect(predicted).toEqual(bos === 'document' ? text : text.slice(1));
        }
      }),
    );
  });
});

describe('what cannot be packed or cut', () => {
  const packed = packDocuments(texts, { bos: 'none', mask: 'causal' }, special);

  test('no document', () => {
    expect(() => packDocuments([], { bos: 'none', mask: 'causal' }, special)).toThrow(PackingError);
  });

  test('a document that holds a special token is named', () => {
    const bad = [[5], [6, EOS]];
    expect(() => packDocuments(bad, { bos: 'none', mask: 'causal' }, special)).toThrow(
      /document 1 holds the special token 1 at position 1/,
    );
  });

  test('a stream shorter than a window', () => {
    expect(windowCount(packed, 7)).toBe(1);
    expect(() => windowCount(packed, 8)).toThrow(/the text has 8 tokens, fewer than one window of 8 \+ 1/);
  });

  test('an offset outside', () => {
    expect(() => windowsAt(packed, [4], 4)).toThrow(/offsets run from 0 to 3/);
    expect(() => windowsAt(packed, [-1], 4)).toThrow(PackingError);
  });

  test('a length that is no count', () => {
    for (const length of [0, 1.5, Number.NaN]) expect(() => windowCount(packed, length)).toThrow(PackingError);
  });
});
