import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { modelsWith, randomBatch, randomParameters, relativeDifference } from '../engine/engine.fixture.ts';
import { createKernelsEngine } from '../engine/kernels/engine.ts';
import { LLAMA, type ModelConfig } from '../transformer/config.ts';
import { createDecoder, type Decoder } from './decoder.ts';
import { DecodingError, UnsupportedModelError } from './errors.ts';
import { tokenLoss } from './linear.ts';

const module = new WebAssembly.Module(readFileSync(new URL('../engine/kernels/kernels.wasm', import.meta.url)));

const config: ModelConfig = {
  ...LLAMA,
  vocabularySize: 11,
  contextLength: 12,
  layers: 2,
  heads: 2,
  width: 12,
  hiddenWidth: 9,
  ropeBase: 10_000,
  normEpsilon: 1e-5,
};

/** The LLaMAs among the models that every engine is tested on, heads tied and not. */
const llamas = modelsWith('softmax')
  .map((model) => ({ ...model, ...LLAMA, tiedHead: model.tiedHead }))
  .filter(({ width, heads }) => width % (2 * heads) === 0);

function tokens(count: number, seed = 'tokens'): number[] {
  return Array.from(randomBatch(config, seed, { sequences: 1, length: count }).inputs);
}

/** The logits after each token. */
function readAll(decoder: Decoder, text: readonly number[]): number[][] {
  return text.map((token) => Array.from(decoder.feed(token)));
}

describe('a decoder that keeps all', () => {
  it('gives the logits and the attention of the kernels, in LLaMAs of any shape', async () => {
    await fc.assert(
      fc.asyncProperty(llamas, async (model) => {
        const parameters = randomParameters(model, 'decoder');
        const T = model.contextLength;
        const batch = randomBatch(model, 'text', { sequences: 1 });
        const engine = await createKernelsEngine(model, parameters, { module });
        const { logits, attention } = await engine.inspect(batch, { logits: true, attention: true });
        const decoder = createDecoder(model, parameters);
        const V = model.vocabularySize;
        for (let t = 0; t < T; t++) {
          const row = decoder.feed(batch.inputs[t]!);
          expect(relativeDifference(row, logits!.subarray(t * V, (t + 1) * V))).toBeLessThan(1e-4);
          for (let map = 0; map < model.layers * model.heads; map++) {
            const expected = attention!.subarray((map * T + t) * T, (map * T + t) * T + t + 1);
            const actual = decoder.attention.subarray(map * T, map * T + t + 1);
            expect(relativeDifference(actual, expected)).toBeLessThan(1e-4);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('begins anew after a reset', () => {
    const decoder = createDecoder(config, randomParameters(config, 'reset'));
    const first = readAll(decoder, tokens(12));
    decoder.reset();
    expect(decoder.length).toBe(0);
    expect(readAll(decoder, tokens(12))).toEqual(first);
  });

  it('says when it is full', () => {
    const decoder = createDecoder(config, randomParameters(config, 'full'));
    readAll(decoder, tokens(12));
    expect(() => decoder.feed(1)).toThrow('the cache is full with 12 tokens; give it a larger size');
  });
});

describe('policies', () => {
  const parameters = randomParameters(config, 'policies');

  it.each([0, 1, 2, 4])('a window keeps the first %i and the nearest', (first) => {
    const decoder = createDecoder(config, parameters, { kind: 'window', size: 6, first });
    const text = tokens(20);
    for (let t = 0; t < 20; t++) {
      decoder.feed(text[t]!);
      const kept = Array.from({ length: t + 1 }, (_, i) => i).filter((i) => i < first || i > t - (6 - first));
      expect(decoder.positions(1, 1)).toEqual(t < 6 ? Array.from({ length: t + 1 }, (_, i) => i) : kept);
      expect(decoder.length).toBeLessThanOrEqual(6);
    }
  });

  it('positions are those within the cache: one layer reads what is kept as if it were the whole text', () => {
    const shallow = { ...config, layers: 1 };
    const own = randomParameters(shallow, 'shallow');
    const text = tokens(20);
    const window = createDecoder(shallow, own, { kind: 'window', size: 6, first: 2 });
    const last = readAll(window, text).at(-1)!;
    const whole = createDecoder(shallow, own);
    const expected = readAll(whole, [...text.slice(0, 2), ...text.slice(-4)]).at(-1)!;
    expect(relativeDifference(last, expected)).toBeLessThan(1e-5);
  });

  it('all agree while the text fits, and no longer after it', () => {
    const text = tokens(9);
    const read = (policy: Parameters<Decoder['use']>[0]) => readAll(createDecoder(config, parameters, policy), text);
    const full = read({ kind: 'full', size: 9 });
    const others = [
      read({ kind: 'window', size: 6, first: 0 }),
      read({ kind: 'window', size: 6, first: 2 }),
      read({ kind: 'key-diff', size: 6, recent: 0 }),
    ];
    for (const other of others) {
      expect(other.slice(0, 6)).toEqual(full.slice(0, 6));
      expect(relativeDifference(other[8]!, full[8]!)).toBeGreaterThan(1e-3);
    }
  });

  it.each([0, 2])('KeyDiff keeps other tokens in other heads, and always the newest and %i before it', (recent) => {
    const decoder = createDecoder(config, parameters, { kind: 'key-diff', size: 5, recent });
    const kept = tokens(30).map((token) => {
      decoder.feed(token);
      return [0, 1].flatMap((layer) => [0, 1].map((head) => decoder.positions(layer, head)));
    });
    for (const [t, heads] of kept.entries()) {
      for (const positions of heads) {
        expect(positions).toHaveLength(Math.min(t + 1, 5));
        expect(positions.slice(-1 - recent)).toEqual([t - 2, t - 1, t].slice(2 - recent).filter((i) => i >= 0));
        expect(positions).toEqual([...positions].sort((a, b) => a - b));
      }
    }
    expect(new Set(kept.at(-1)!.map(String)).size).toBeGreaterThan(1);
  });

  it('can be changed: a cache that shrinks is as one that was small when the next token comes', () => {
    const text = tokens(12);
    const decoder = createDecoder(config, parameters);
    readAll(decoder, text);
    decoder.use({ kind: 'window', size: 5, first: 1 });
    expect(decoder.positions(0, 0)).toEqual([0, 8, 9, 10, 11]);
    decoder.use({ kind: 'window', size: 8, first: 1 });
    expect(decoder.positions(1, 0)).toEqual([0, 8, 9, 10, 11]);
    decoder.feed(3);
    expect(decoder.positions(1, 1)).toEqual([0, 8, 9, 10, 11, 12]);
    expect(() => decoder.use({ kind: 'full', size: 5 })).toThrow('cannot shrink from 6 entries to 5');
  });
});

describe('interventions', () => {
  const parameters = randomParameters(config, 'interventions');

  it('values that are set reach the tokens to come, and leave attention in the first layer as it was', () => {
    const plain = createDecoder(config, parameters);
    const changed = createDecoder(config, parameters);
    const text = tokens(8);
    plain.feed(text[0]!);
    changed.feed(text[0]!);
    const values = plain.value(0);
    expect(values).toHaveLength(config.layers * config.width);
    expect(values.some((value) => value !== 0)).toBe(true);
    changed.setValue(0, values);
    expect(changed.feed(text[1]!)).toEqual(plain.feed(text[1]!));
    changed.setValue(0, new Float32Array(values.length));
    expect(changed.value(0).every((value) => value === 0)).toBe(true);
    const [a, b] = [changed.feed(text[2]!), plain.feed(text[2]!)];
    expect(relativeDifference(a, b)).toBeGreaterThan(1e-3);
    // Attention of the first layer depends on queries and keys alone.
    const heads = config.heads * config.contextLength;
    expect(changed.attention.subarray(0, heads)).toEqual(plain.attention.subarray(0, heads));
  });

  it('giving up slot 0 is what the kernels compute with the first token masked', async () => {
    const text = tokens(12);
    const engine = await createKernelsEngine(config, parameters, { module });
    const documents = Int32Array.from(text, (_, t) => (t === 0 ? 1 : 2));
    const inputs = Int32Array.from(text);
    const { logits } = await engine.inspect(
      { sequences: 1, length: 12, inputs, targets: inputs, documents },
      { logits: true },
    );
    const decoder = createDecoder(config, parameters);
    decoder.feed(text[0]!);
    decoder.evict(0);
    const rest = readAll(decoder, text.slice(1)).flat();
    expect(relativeDifference(rest, logits!.subarray(config.vocabularySize))).toBeLessThan(1e-4);
  });
});

describe('what it cannot take', () => {
  const parameters = randomParameters(config, 'wrong');

  it.each<Partial<ModelConfig>>([
    { attention: 'sigmoid' },
    { positions: 'none' },
    { norm: 'layer' },
    { mlp: 'relu' },
    { window: { length: 3, first: 1 } },
  ])('a model of another kind: %o', (kinds) => {
    const other = { ...config, ...kinds };
    const make = () => createDecoder(other, randomParameters(other, 'kinds'));
    expect(make).toThrow(UnsupportedModelError);
    expect(make).toThrow(Object.keys(kinds)[0]);
  });

  it('parameters, policies, tokens and slots that do not fit', () => {
    expect(() => createDecoder(config, { ...parameters, norm: new Float32Array(3) })).toThrow(
      'norm must have 12 numbers, not 3',
    );
    expect(() => createDecoder(config, parameters, { kind: 'window', size: 4, first: 4 })).toThrow('from 0 to 3');
    expect(() => createDecoder(config, parameters, { kind: 'key-diff', size: 0, recent: 0 })).toThrow(
      'at least 1, not 0',
    );
    const decoder = createDecoder(config, parameters);
    for (const act of [
      () => decoder.feed(11),
      () => decoder.feed(-1),
      () => decoder.evict(0),
      () => decoder.value(0),
      () => decoder.setValue(0, new Float32Array(24)),
    ]) {
      expect(act).toThrow(DecodingError);
    }
    decoder.feed(1);
    expect(() => decoder.setValue(0, new Float32Array(3))).toThrow('2 x 12 numbers, not 3');
  });
});

describe('the loss of a token', () => {
  it('is that of the kernels', async () => {
    const parameters = randomParameters(config, 'loss');
    const batch = { ...randomBatch(config, 'loss', { sequences: 1 }) };
    batch.targets = batch.targets.map((target) => Math.max(target, 0));
    const engine = await createKernelsEngine(config, parameters, { module });
    const decoder = createDecoder(config, parameters);
    let sum = 0;
    for (let t = 0; t < 12; t++) sum += tokenLoss(decoder.feed(batch.inputs[t]!), batch.targets[t]!);
    expect(sum / 12).toBeCloseTo((await engine.evaluate(batch)).loss, 5);
  });
});
