import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { specificationFixture } from '../results/run.fixture.ts';
import { createTokenSource, dataStreams } from './streams.ts';
import { createDataset } from './text/dataset.ts';
import { splitDocuments } from './text/documents.ts';
import { createTokenizer } from './text/tokenizer.ts';

const tokenizer = createTokenizer(
  JSON.parse(readFileSync(new URL('../../public/corpora/world-english-bible/tokenizer.json', import.meta.url), 'utf8')),
);
const sections = Array.from({ length: 20 }, (_, section) => [`first of ${section}`, `second of ${section}`]);
const { data } = specificationFixture;
/** Batches of 4 sequences, 10 sequences held out. */
const specification = { ...specificationFixture, evaluation: { every: 10, sequences: 10 } };

describe('a source of tokens', () => {
  it('without a language is the text', () => {
    const source = createTokenSource(sections, tokenizer, data);
    const text = dataStreams(createDataset(sections, tokenizer, data), specification);
    const { batches, heldOut } = source.streams(specification);
    expect(heldOut).toEqual(text.heldOut);
    expect(batches(3)).toEqual(text.batches(3));
    expect(source.vocabularySize).toBe(tokenizer.vocabularySize);
    expect(source.label(tokenizer.bos)).toBe('<bos>');
    expect(source.triggers).toEqual([]);
  });

  it('trains on the unique tokens alone', () => {
    const { batches } = createTokenSource(sections, tokenizer, { ...data, bos: 'none', uniqueTokens: 9 }).streams(
      specification,
    );
    const { batches: all } = createTokenSource(sections, tokenizer, { ...data, bos: 'none' }).streams(specification);
    // One window of 8 inputs and a target fits.
    const sequences = Array.from({ length: 10 }, (_, step) => batches(step).inputs.slice(0, 8));
    for (const sequence of sequences) expect(sequence).toEqual(sequences[0]);
    expect(all(0).inputs).not.toEqual(batches(0).inputs);
  });

  it('with a language samples it, with its own symbols', () => {
    const language = { unit: 'character', order: 1, triggers: 2 } as const;
    const source = createTokenSource(sections, tokenizer, { ...data, language });
    expect(source.vocabularySize).toBe(new Set(splitDocuments(sections).training.join('\n')).size + 1);
    expect(source.triggers).toHaveLength(2);
    const { batches, heldOut } = source.streams(specification);
    expect(heldOut.map(({ sequences }) => sequences)).toEqual([4, 4, 2]);
    const batch = batches(0);
    expect(batch).toMatchObject({ sequences: 4, length: 8 });
    expect(source.label(batch.inputs[0]!)).toBe('<bos>');
    expect(source.streams({ ...specification, seed: 1 }).heldOut).toEqual(heldOut);
    expect(source.streams({ ...specification, seed: 1 }).batches(0)).not.toEqual(batch);
  });
});
