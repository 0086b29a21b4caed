import { describe, expect, it } from 'vitest';
import { createKernelsEngine } from '../../engine/kernels/engine.ts';
import { readAttention } from './attention-reading.ts';
import { config, fixtureModel, module, tokenizer } from './explore.fixture.ts';
import { intervene, mostSwitching, ordinaryPosition, readOutcomes, readSwitches } from './switch-reading.ts';
import { readText } from './text.ts';

const model = await fixtureModel();
const text = readText('In the beginning was the word, and the word was', tokenizer, { bos: true, length: 48 });
const { ids } = text;
const T = ids.length;

describe('heads along a text', () => {
  it('attend and have values as the kernels say', async () => {
    const { along } = readSwitches(model, text);
    const { maps, valueNorms } = await readAttention(model, text);
    for (const [index, { first, valueNorms: own, written }] of along.entries()) {
      for (let t = 0; t < T; t++) {
        expect(first[t]).toBeCloseTo(maps[(index * T + t) * T]!, 4);
        expect(own[t]).toBeCloseTo(valueNorms[index * T + t]!, 3);
        expect(written[t]).toBeGreaterThan(0);
      }
    }
  });

  it('write the value of the first token at the first token, which sees no other', () => {
    const { along } = readSwitches(model, text);
    const decoder = model.decoder();
    decoder.feed(ids[0]!);
    const values = decoder.value(0);
    const [D, Dh] = [config.width, config.width / config.heads];
    const output = model.parameters['layers.1.attention.output']!;
    const write = Array.from({ length: D }, (_, o) =>
      Array.from({ length: Dh }, (_, i) => values[D + Dh + i]! * output[(Dh + i) * D + o]!).reduce((a, b) => a + b),
    );
    expect(along[3]!.written[0]).toBeCloseTo(Math.hypot(...write), 4);
  });

  it('switch where their attention to the first token varies', () => {
    const head = (first: number[]) => ({ first, written: [], valueNorms: [] });
    const heads = [head([1, 0.9, 0.9, 0.9]), head([1, 0.2, 0.9, 0.1]), head([1, 0, 0.5, 0.4])];
    expect(mostSwitching(heads)).toBe(1);
  });
});

describe('interventions', () => {
  it('leave the untouched model with the loss that the kernels have on the second half', async () => {
    const half = Math.floor(T / 2);
    const targets = Int32Array.from(ids, (_, t) => (t >= half && t + 1 < T ? ids[t + 1]! : -1));
    const engine = await createKernelsEngine(model.config, model.parameters, { module });
    const { loss } = await engine.evaluate({ sequences: 1, length: T, inputs: ids, targets });
    const untouched = intervene(model, ids, 'untouched', null);
    expect(untouched.loss).toBeCloseTo(loss, 4);
    const { logits } = await engine.inspect({ sequences: 1, length: T, inputs: ids, targets }, { logits: true });
    const last = logits!.subarray((T - 1) * config.vocabularySize);
    expect(untouched.next.at(-1)![0]!.label).toBe(tokenizer.label(last.indexOf(Math.max(...last))));
  });

  it('that mask the first token give what a text without it gives', () => {
    const masked = intervene(model, ids, 'masked', null);
    const without = intervene(model, ids.slice(1), 'untouched', null);
    for (const [t, next] of without.next.entries()) {
      for (const [i, { label, probability }] of next.entries()) {
        expect(masked.next[t + 1]![i]!.label).toBe(label);
        expect(masked.next[t + 1]![i]!.probability).toBeCloseTo(probability, 4);
      }
    }
  });

  it('change nothing before they are made, and something after', () => {
    const untouched = intervene(model, ids, 'untouched', null);
    const ordinary = ordinaryPosition(T);
    for (const [intervention, from] of [
      ['zeroed', 1],
      ['ordinary', 1],
      ['control', ordinary + 1],
    ] as const) {
      const { next } = intervene(model, ids, intervention, null);
      expect(next.slice(0, from)).toEqual(untouched.next.slice(0, from));
      for (let t = from; t < T; t++) expect(next[t]).not.toEqual(untouched.next[t]);
    }
  });

  it('in every head by itself change less than in all, and masking is of all heads alone', () => {
    const [untouched, all] = [intervene(model, ids, 'untouched', null), intervene(model, ids, 'zeroed', null)];
    const one = intervene(model, ids, 'zeroed', 3);
    expect(one.loss).not.toBe(all.loss);
    expect(one.loss).not.toBe(untouched.loss);
    expect(readOutcomes(model, text, null).map(({ intervention }) => intervention)).toContain('masked');
    expect(readOutcomes(model, text, 3).map(({ intervention }) => intervention)).not.toContain('masked');
  });

  it('of the only head there is are those of all', async () => {
    const single = await fixtureModel({ ...config, layers: 1, heads: 1 });
    expect(intervene(single, ids, 'ordinary', 0)).toEqual(intervene(single, ids, 'ordinary', null));
  });

  it('know the likeliest next tokens with their probabilities, in order', () => {
    for (const next of intervene(model, ids, 'untouched', null).next) {
      const probabilities = next.map(({ probability }) => probability);
      expect(probabilities).toEqual(probabilities.toSorted((a, b) => b - a));
      expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeLessThanOrEqual(1 + 1e-6);
    }
  });

  it('have no loss where the second half has no next token', () => {
    expect(intervene(model, ids.slice(0, 1), 'untouched', null).loss).toBeNull();
  });
});
