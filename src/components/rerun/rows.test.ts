import { expect, it } from 'vitest';
import { PAPER_ROWS } from '../../paper/packing-rows.ts';
import { rowsOf } from './rows.ts';

const GROUPS = ['causal', 'document'].flatMap((mask) => ['none', 'document', 'fixed'].map((bos) => `${mask}-${bos}`));

it('the rows of the paper come first, in its order, and then what it did not read', () => {
  const rows = rowsOf(GROUPS);
  const named = rows.map(({ group, way }) => `${group} ${way}`);
  expect(named.slice(0, PAPER_ROWS.length)).toEqual(PAPER_ROWS.map(({ group, way }) => `${group} ${way}`));
  expect(named.slice(PAPER_ROWS.length)).toEqual(['causal-none with', 'causal-none without', 'document-none with']);
  expect(rows.map(({ paper }) => paper !== null)).toEqual(named.map((_, index) => index < PAPER_ROWS.length));
});

it('every model is there in both ways once, so that each row has a partner', () => {
  const named = rowsOf(GROUPS).map(({ group, way }) => `${group} ${way}`);
  expect(new Set(named)).toEqual(new Set(GROUPS.flatMap((group) => [`${group} with`, `${group} without`])));
  expect(named).toHaveLength(2 * GROUPS.length);
});

it('a row beside which no model stands is named', () => {
  expect(() => rowsOf(GROUPS.filter((id) => id !== 'document-fixed'))).toThrow('no group document-fixed');
});
