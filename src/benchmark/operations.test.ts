import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  ATTENTION_KINDS,
  LLAMA,
  MLP_KINDS,
  type ModelConfig,
  NORM_KINDS,
  POSITION_KINDS,
} from '../transformer/config.ts';
import { parameterCount, parameterShapes, sizeOf } from '../transformer/parameters.ts';
import { operationsOfToken } from './operations.ts';

const SHAPE = { vocabularySize: 10, contextLength: 6, layers: 2, heads: 2, width: 8, hiddenWidth: 12 };
const BASE: ModelConfig = { ...LLAMA, ...SHAPE, ropeBase: 10_000, normEpsilon: 1e-5 };
const { vocabularySize: V, layers: L, width: D, hiddenWidth: F } = SHAPE;

/** The products of a token by hand: (in, out) of each, twice the operations of a multiplication three times over. */
const ATTENTION = 4 * D * D;
const SCORES = 12 * L * D * 3.5;
it.each<[string, Partial<ModelConfig>, number]>([
  ['a LLaMA', {}, L * (ATTENTION + 3 * D * F) + V * D],
  ['a tied head', { tiedHead: true }, L * (ATTENTION + 3 * D * F) + V * D],
  ['an MLP with ReLU', { mlp: 'relu' }, L * (ATTENTION + 2 * D * F) + V * D],
  ['no MLP, tied', { mlp: 'none', tiedHead: true }, L * ATTENTION + V * D],
  ['gated attention', { attention: 'gated' }, L * (ATTENTION + D * D + 3 * D * F) + V * D],
  ['a key bias', { attention: 'key-bias' }, L * (ATTENTION + D + 3 * D * F) + V * D],
  ['learned positions', { positions: 'learned' }, L * (ATTENTION + 3 * D * F) + V * D],
  ['layer norms and sink logits', { norm: 'layer', attention: 'sink-logit' }, L * (ATTENTION + 3 * D * F) + V * D],
])('%s: the products that a token takes part in', (_, kind, products) => {
  expect(operationsOfToken({ ...BASE, ...kind })).toBe(6 * products + SCORES);
});

it('a window leaves out the keys that are not seen', () => {
  // Queries 0 to 5 see 1, 2, 3, 3, 3, 3 keys: two near ones and the first.
  const window = { length: 2, first: 1 };
  const whole = operationsOfToken(BASE) - SCORES;
  expect(operationsOfToken({ ...BASE, window })).toBe(whole + 12 * L * D * (15 / 6));
});

it('of any kind, every parameter is multiplied by once, but for tables, gains and sink logits', () => {
  const kinds = fc.record({
    attention: fc.constantFrom(...ATTENTION_KINDS),
    positions: fc.constantFrom(...POSITION_KINDS),
    norm: fc.constantFrom(...NORM_KINDS),
    mlp: fc.constantFrom(...MLP_KINDS),
    tiedHead: fc.boolean(),
  });
  fc.assert(
    fc.property(kinds, (kind) => {
      const model = { ...BASE, ...kind };
      const looked = parameterShapes(model)
        .filter(({ role, name }) => role === 'norm' || role === 'sink-logit' || name === 'positions')
        .reduce((sum, { shape }) => sum + sizeOf(shape), 0);
      // The embedding is only looked up, unless it is the head as well.
      const embedding = model.tiedHead ? 0 : V * D;
      expect(operationsOfToken(model) - SCORES).toBe(6 * (parameterCount(model) - looked - embedding));
    }),
  );
});
