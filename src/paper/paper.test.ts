import { expect, test } from 'vitest';
import {
  CONTEXT_LENGTH_SHAPE,
  DOWNSTREAM_TABLE,
  LLAMA_TABLE,
  PACKING_TABLE,
  PAPER_STATEMENTS,
  paperStatement,
} from './paper.ts';

test('a statement is found with its place; an unknown key lists those that there are', () => {
  expect(paperStatement('llama-3.1/8b/sink-rate')).toMatchObject({ kind: 'number', place: 'table 1' });
  expect(() => paperStatement('llama-3.1/9b')).toThrow(/no statement “llama-3\.1\/9b”[\s\S]*llama-3\.1\/8b\/sink-rate/);
});

test('every statement has a place and a source', () => {
  for (const [key, { text, place, source }] of Object.entries(PAPER_STATEMENTS)) {
    expect(
      [text, place, source].every((part) => part.length > 0),
      key,
    ).toBe(true);
  }
});

test('what a statement quotes from a table is the table’s number', () => {
  expect(paperStatement('llama-3.1/405b/sink-rate').text).toBe(`${LLAMA_TABLE.rows[2].sinkRate}\u202f%`);
  expect(paperStatement('packing/causal/fixed/text/loss').text).toBe('7.56');
  expect(PACKING_TABLE.rows).toHaveLength(9);
  expect(DOWNSTREAM_TABLE.rows.every(({ withBos, without }) => without < withBos)).toBe(true);
});

test('figure 5 is given by its shape alone', () => {
  const { contexts, course, ...rest } = CONTEXT_LENGTH_SHAPE;
  expect(course).toHaveLength(contexts.length);
  expect(Object.values(rest).every((value) => typeof value === 'string')).toBe(true);
});
