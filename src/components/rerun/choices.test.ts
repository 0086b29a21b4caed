import { describe, expect, it } from 'vitest';
import type { Run } from '../../results/schema.ts';
import { resultFixture, runsFrom } from '../growth/growth.fixture.ts';
import { choicesOf, choiceWith } from './choices.ts';

/** Runs of a model with another context and place of `<bos>`, and steps that it may take. */
function runsWith(firstSeed: number, bos: 'none' | 'fixed', contextLength: number, steps?: number): Run[] {
  return runsFrom(firstSeed).map((run) => {
    const { model, data, training } = run.specification;
    return {
      ...run,
      specification: {
        ...run.specification,
        data: { ...data, bos },
        model: { ...model, contextLength },
        training: { ...training, steps: steps ?? training.steps },
      },
    };
  });
}

const result = resultFixture('context-length', [
  { id: 'none-8', label: 'no <bos>, context 8', runs: runsWith(0, 'none', 8) },
  { id: 'fixed-8', label: '<bos> fixed, context 8', runs: runsWith(3, 'fixed', 8) },
  { id: 'fixed-16', label: '<bos> fixed, context 16', runs: runsWith(6, 'fixed', 16) },
]);

describe('the choices of an experiment', () => {
  const { facets, choices, rows } = choicesOf(result);

  it('are told apart by what it changes', () => {
    expect(facets).toEqual([
      { legend: 'Where <bos> stands', options: ['nowhere', 'first in every sequence'] },
      { legend: 'Context length', options: ['8', '16'] },
    ]);
    expect(choices.map(({ id, picks }) => [id, ...picks])).toEqual([
      ['none-8', 'nowhere', '8'],
      ['fixed-8', 'first in every sequence', '8'],
      ['fixed-16', 'first in every sequence', '16'],
    ]);
    expect(rows).toBeNull();
    expect(choices[2]!.published.specification.model.contextLength).toBe(16);
  });

  it('change one facet at a time, where there is such a model', () => {
    const [none8, fixed8] = choices;
    expect(choiceWith(choices, none8!, 0, 'first in every sequence')?.id).toBe('fixed-8');
    expect(choiceWith(choices, fixed8!, 1, '16')?.id).toBe('fixed-16');
    expect(choiceWith(choices, none8!, 1, '16')).toBeUndefined();
  });
});

it('are told apart by the steps too, where some are trained longer', () => {
  const { facets, choices } = choicesOf(
    resultFixture('context-length', [
      { id: 'fixed-8', label: '<bos> fixed, context 8', runs: runsWith(0, 'fixed', 8, 1000) },
      { id: 'longer-8', label: '<bos> fixed, trained longer, context 8', runs: runsWith(3, 'fixed', 8, 3000) },
    ]),
  );
  expect(facets).toEqual([{ legend: 'Training steps', options: ['1,000', '3,000'] }]);
  expect(choices.map(({ picks }) => picks)).toEqual([['1,000'], ['3,000']]);
});

it('an experiment that offers none is named, and a reading that was not made, too', () => {
  expect(() => choicesOf(resultFixture('bound', []))).toThrow('no rerun is offered of bound');
  const packing = resultFixture('packing', [{ id: 'causal-none', label: 'causal', runs: runsFrom(0) }]);
  expect(() => choicesOf(packing)).toThrow('the analysis of group causal-none has no number “with/loss”');
});
