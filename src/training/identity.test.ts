import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { specificationFixture } from '../results/run.fixture.ts';
import { canonicalJson, runId } from './identity.ts';

const versions = { engine: '1', training: '1', measures: '1', corpus: '1', tokenizer: '1' };

describe('canonicalJson', () => {
  it('sorts keys at every depth and keeps the order of lists', () => {
    expect(canonicalJson({ b: [{ d: 1, c: null }, 2], a: 'x' })).toBe('{"a":"x","b":[{"c":null,"d":1},2]}');
  });

  it('says the same value as JSON does', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const plain = JSON.parse(JSON.stringify(value));
        expect(JSON.parse(canonicalJson(plain))).toEqual(plain);
      }),
    );
  });
});

describe('runId', () => {
  it('is the start of the SHA-256 of specification and versions', () => {
    const text = canonicalJson({ versions, specification: specificationFixture });
    const digest = createHash('sha256').update(text).digest('hex');
    expect(runId(specificationFixture, versions)).toBe(digest.slice(0, 16));
  });

  it('does not depend on the order of fields', () => {
    const reversed = Object.fromEntries(Object.entries(specificationFixture).reverse()) as typeof specificationFixture;
    expect(runId(reversed, versions)).toBe(runId(specificationFixture, versions));
  });

  it('changes with every field of the specification and every version', () => {
    const before = runId(specificationFixture, versions);
    const { model, training } = specificationFixture;
    const changed = [
      { ...specificationFixture, seed: 1 },
      { ...specificationFixture, engine: 'tensorflow/wasm' as const },
      { ...specificationFixture, model: { ...model, layers: 3 } },
      { ...specificationFixture, training: { ...training, steps: 21 } },
    ].map((specification) => runId(specification, versions));
    for (const part of Object.keys(versions)) changed.push(runId(specificationFixture, { ...versions, [part]: '2' }));
    expect(new Set([before, ...changed]).size).toBe(changed.length + 1);
  });
});
