import { expect, test } from 'vitest';
import { PAPER_STATEMENTS, paperStatement } from './paper.ts';

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
