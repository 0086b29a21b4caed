import { expect, test } from 'vitest';
import { experiments } from '../../../pipeline/experiments/index.ts';
import { CLAIMS, claimsOf, NEIGHBOUR_CLAIMS, PAPER_CLAIMS } from './claims.ts';
import { PLANNED_EXPERIMENTS } from './experiments.ts';
import { elsewhereOf, type FindResults, OUTCOMES, outcomeOf, tally } from './outcomes.ts';
import { claim, claims, said } from './schema.ts';

/** Names that hold digits and are no results: of models, and of places in the paper. */
const NAMES =
  /Gemma 7B|Llama 3\.1|405 billion parameters|appendix C\.1|(?:sections?|figures?|tables?|equations?|theorem|proposition) [\d.]+(?: and [\d.]+)?|Δ²|√2/g;

test('no number is typed into a claim', () => {
  for (const { id, text, place, found, scale, test: tested } of CLAIMS) {
    const reason = 'untestable' in tested ? [tested.untestable] : tested.differs;
    const typed = [text, place, ...found, ...scale, ...reason].filter((part) => typeof part === 'string');
    for (const part of typed) expect(part.replaceAll(NAMES, ''), id).not.toMatch(/\d/);
  }
});

test('every experiment tests a claim, and every claim that can be tested names an experiment', () => {
  const planned = PLANNED_EXPERIMENTS.map(({ id }) => id);
  expect(new Set(planned).size).toBe(planned.length);
  for (const id of planned) expect(claimsOf(id), id).not.toEqual([]);
  for (const { id } of experiments) expect(planned).toContain(id);
  for (const { id, test: tested } of CLAIMS) {
    if ('experiment' in tested) expect(planned, id).toContain(tested.experiment);
    if ('experiment' in tested && tested.elsewhere) expect(planned, id).toContain(tested.elsewhere);
  }
});

test('ids are unique over both lists', () => {
  expect(new Set(CLAIMS.map(({ id }) => id)).size).toBe(PAPER_CLAIMS.length + NEIGHBOUR_CLAIMS.length);
  expect(() => claims.parse([PAPER_CLAIMS[0], PAPER_CLAIMS[0]])).toThrow(/stands twice/);
});

test('prose keeps the keys of the paper in their places; an unknown one is refused', () => {
  expect(said`From ${'llama-3.1/8b/sink-rate'} on`).toEqual(['From ', { paper: 'llama-3.1/8b/sink-rate' }, ' on']);
  const unknown = { ...PAPER_CLAIMS[0], found: [{ paper: 'llama-3.1/9b/sink-rate' }] };
  expect(claim.safeParse(unknown).success).toBe(false);
});

test('verdicts come from the results, and an experiment without results is not yet run', () => {
  const find: FindResults = (id) =>
    id === 'emergence' ? { verdict: { outcome: 'partly', because: 'Half of it.' } } : undefined;
  const [emergence] = claimsOf('emergence');
  const [depth] = claimsOf('depth');
  const untestable = CLAIMS.find(({ test: tested }) => 'untestable' in tested)!;
  expect([emergence!, depth!, untestable].map((one) => outcomeOf(one, find))).toEqual([
    'partly',
    'not yet run',
    'not testable',
  ]);
  const counted = tally(CLAIMS, find);
  expect(counted.find(({ outcome }) => outcome === 'partly')).toEqual({ outcome: 'partly', count: 1 });
  expect(counted.reduce((sum, { count }) => sum + count, 0)).toBe(CLAIMS.length);
  expect(counted.every(({ outcome }) => OUTCOMES.includes(outcome))).toBe(true);
});

test('what was not borne out is partly so if it was elsewhere, and nothing else changes', () => {
  const collapse = CLAIMS.find(({ id }) => id === 'collapse')!;
  type Outcome = 'reproduced' | 'partly' | 'not reproduced' | 'opposite';
  const outcome = (own: Outcome, elsewhere?: Outcome) => {
    const find: FindResults = (id) => {
      if (id === 'collapse') return { verdict: { outcome: own, because: 'Here.' } };
      if (!elsewhere) return undefined;
      return { verdict: { outcome: 'opposite', parts: { collapse: elsewhere }, because: 'There.' } };
    };
    expect(elsewhereOf(collapse, find)).toBe(elsewhere);
    return outcomeOf(collapse, find);
  };
  expect(outcome('not reproduced', 'reproduced')).toBe('partly');
  expect(outcome('not reproduced', 'partly')).toBe('partly');
  expect(outcome('opposite', 'partly')).toBe('partly');
  expect(outcome('not reproduced', 'opposite')).toBe('not reproduced');
  expect(outcome('not reproduced')).toBe('not reproduced');
  expect(outcome('partly', 'reproduced')).toBe('partly');
  expect(outcome('reproduced', 'not reproduced')).toBe('reproduced');
});
